"""What templates say often. Every tag here is cheap: no queries."""

from typing import Any

from django import template
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.context import Context, RequestContext
from django.template.loader import get_template, select_template
from django.urls import get_script_prefix
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ayni.discovery.fields import FACET_OF
from ayni.knowledge.models import Record
from ayni.knowledge.states import Kind
from ayni.language import diffs
from ayni.language.codes import SITE_LANGUAGES, content_language, is_rtl, native_name
from ayni.registry.models import Institution, Notice
from ayni.registry.queries.vocabularies import Concept
from ayni.web import addresses, text, words
from ayni.web.desk import links

register = template.Library()
register.filter("rich", text.rich)
register.filter("partial_date", words.partial_date)


def _reading_language() -> str:
    return content_language(get_language() or settings.LANGUAGE_CODE)


@register.filter
def record_url(record: Record) -> str:
    """The record's page in the current language; it needs `published` selected."""
    return addresses.record_url(record)


@register.filter
def institution_url(institution: Institution) -> str:
    return addresses.institution_url(institution)


@register.simple_tag
def facet_url(concept: Concept) -> str:
    """The search for everything tagged with the concept."""
    facet = FACET_OF.get(concept.vocabulary)
    return addresses.search_url(
        **({facet: concept.code} if facet else {"q": concept.label(_reading_language())})
    )


@register.filter
def kind_label(kind: str) -> str:
    return str(Kind(kind).label)


@register.filter
def label(concept: Concept) -> str:
    return concept.label(_reading_language())


@register.filter
def short_label(concept: Concept) -> str:
    return concept.short(_reading_language())


@register.filter
def label_language(concept: Concept) -> str:
    """The language its label is shown in: not every vocabulary has words in every language."""
    return concept.spoken(_reading_language())


@register.filter
def sdg_class(concept: Concept) -> str:
    """`sdg sdg-6` for the goal 6 and its targets: the stylesheet gives the dot its colour."""
    return f"sdg sdg-{concept.code.partition('.')[0]}"


@register.filter
def language_name(code: str) -> str:
    return native_name(code)


@register.filter
def language_in_sentence(code: str) -> str:
    """Its own name for itself, as it is written inside a sentence."""
    return words.in_sentence(native_name(code), code)


@register.filter
def direction_of(code: str) -> str:
    """For boxes to write in: their language may be the page's, their direction must be said all the same."""
    return "rtl" if is_rtl(code) else "ltr"


@register.filter
def html_language(code: str) -> str:
    """As HTML and HTTP write it: pt-BR, zh-Hans."""
    primary, _, rest = code.partition("-")
    if not rest:
        return primary
    return f"{primary}-{rest.upper() if len(rest) == 2 else rest.title()}"  # noqa: PLR2004 - region or script


@register.simple_tag
def foreign(code: str) -> SafeString:
    """The attributes ` lang=".." dir=".."` for content not in the page's language; else nothing."""
    if not code or code == _reading_language():
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', code, "rtl" if is_rtl(code) else "ltr")


@register.simple_tag
def period(started: str, ended: str) -> str:
    return words.period(started, ended)


@register.filter
def freshness(record: Record) -> str:
    return words.freshness(record)


@register.filter
def is_stale(record: Record) -> bool:
    return words.is_stale(record)


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext, keep_query: bool = True) -> list[dict[str, Any]]:
    """The same page in each language of the site: code, name, url, is_current.

    Every page stands under its language, and the rest of its address is the same in all of them.
    """
    request = context["request"]
    current = get_language()
    prefix = get_script_prefix()
    here = request.path_info.lstrip("/")
    first, _, rest = here.partition("/")
    rest = rest if first in SITE_LANGUAGES else ""
    query = request.META.get("QUERY_STRING", "") if keep_query and request.method == "GET" else ""
    tail = f"{addresses.quoted(rest)}{'?' + query if query else ''}"
    return [
        {
            "code": code,
            "name": native_name(code),
            "url": f"{prefix}{code}/{tail}",
            "is_current": code == current,
        }
        for code in SITE_LANGUAGES
    ]


@register.simple_tag
def notice_link(notice: Notice) -> str:
    """The absolute address of the one thing a notice asks for, as mails need it."""
    return links.link_of(notice)


@register.simple_tag
def notice_words(notice: Notice) -> str:
    """A notice as one sentence, in the language of the page: `notices/<code>.html`."""
    template = select_template([f"notices/{notice.code}.html", "notices/other.html"])
    return template.render(_context_of(notice, links.path_of(notice)))


@register.simple_tag
def notice_line(notice: Notice) -> str:
    """A notice as a line of plain text: the subject of its own mail. Empty when it has none any more."""
    try:
        template = get_template(f"mail/notices/{notice.code}.txt")
    except TemplateDoesNotExist:
        return ""
    text = template.template.render(Context(_context_of(notice, links.link_of(notice)), autoescape=False))
    return " ".join(text.strip().partition("\n")[0].split())


def _context_of(notice: Notice, link: str) -> dict[str, Any]:
    own = {"notice": notice, "person": notice.person, "params": notice.params, "link": link}
    return {**notice.params, "SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **own}


@register.inclusion_tag("components/diff.html")
def diff(old: str, new: str) -> dict[str, Any]:
    """What changed between two texts, for the eye and for the ear. Its words are in a line of their own class."""
    return {"pieces": diffs.changes(old or "", new or "")}
