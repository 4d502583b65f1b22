import json
import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ayni.discovery import fields
from ayni.discovery.queries.search import Found, Request, Result, named_by, search
from ayni.knowledge.states import Kind
from ayni.language.codes import CONTENT_LANGUAGES, native_name, site_language
from ayni.registry.models import Institution
from ayni.registry.queries.vocabularies import concepts


class Command(BaseCommand):
    help = "Search what everyone may see, as the search page does."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("words", nargs="?", default="")
        parser.add_argument("--lang", default="en", choices=CONTENT_LANGUAGES, help="The reader's language.")
        for facet in fields.FACETS:
            parser.add_argument(f"--{facet}", action="append", default=[], help="May be given several times.")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--sort", choices=["relevance", "newest"], default="relevance")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["limit"] < 1 or options["page"] < 1:
            raise CommandError(_("--limit and --page are 1 or more."))
        for facet in fields.FACETS:
            for value in options[facet]:
                check(facet, value, options["lang"])
        request = Request(
            text=options["words"],
            language=options["lang"],
            filters={facet: tuple(options[facet]) for facet in fields.FACETS if options[facet]},
            page=options["page"],
            page_size=min(options["limit"], 1000),
            sort=options["sort"],
            facets=fields.FACETS if options["json"] else (),
        )
        with translation.override(site_language(options["lang"])):
            found = search(request)
            self.stdout.write(self.as_json(found) if options["json"] else self.as_text(found))

    def as_json(self, found: Found) -> str:
        facets = {name: dict(counts) for name, counts in found.counts.items()}
        hits = [hit(result, found) for result in found.results]
        facts = {"total": found.total, "hits": hits, "facets": facets, "suggestion": found.suggestion}
        return json.dumps(facts, ensure_ascii=False)

    def as_text(self, found: Found) -> str:
        lines = [_("%(total)s results") % {"total": found.total}]
        if found.suggestion:
            lines.append(_("Did you mean: %(words)s") % {"words": found.suggestion})
        for result in found.results:
            facts = hit(result, found)
            lines += ["", f"{facts['title']}  [{facts['kind']}]", f"  {facts['url']}"]
            lines += [f"  {_('Why:')} {facts['why']}"] if facts["why"] else []
        return "\n".join(lines)


def check(facet: str, value: str, language: str) -> None:
    """An unknown code would quietly find nothing; a mistyped one is told, with one that is right."""
    vocabulary = fields.VOCABULARY_OF.get(facet)
    if vocabulary:
        terms = concepts()
        if terms.get(vocabulary, value) is not None:
            return
        named = (one for one in named_by(value, language, terms) if one.vocabulary == vocabulary)
        example = next(named, None) or next(iter(terms.of(vocabulary)))
        right = f"{example.code} ({example.short(language)})"
    elif facet == "kind":
        if value in Kind.values:
            return
        right = ", ".join(Kind.values)
    elif facet in {"year", "confirmed"}:
        if re.fullmatch("[0-9]{4}", value) or (facet, value) == ("confirmed", fields.NEVER):
            return
        right = "2024" if facet == "year" else f"2024, {fields.NEVER}"
    else:
        one = Institution.objects.order_by("pk").first()
        if one is None or Institution.objects.filter(uid=value).exists():
            return
        right = f"{one.uid} ({one.name})"
    raise CommandError(
        _("--%(option)s: “%(value)s” is not known here. Right would be, for example: %(right)s.")
        % {"option": facet, "value": value, "right": right},
        returncode=2,
    )


def hit(result: Result, found: Found) -> dict[str, Any]:
    record = result.card.record
    return {
        "id": record.uid,
        "kind": record.kind,
        "title": result.card.title,
        "url": settings.SITE_URL + reverse("record-short", args=(record.uid,)),
        "score": round(result.score, 4),
        "why": why(result, found.request.language, has_words=found.has_words),
    }


def why(result: Result, language: str, *, has_words: bool) -> str:
    parts = []
    if result.why.words:
        words = ", ".join(result.why.words)
        if result.why.found_in:
            says = _("says %(words)s in its text in %(language)s")
            parts.append(says % {"words": words, "language": native_name(result.why.found_in)})
        else:
            parts.append(_("says %(words)s") % {"words": words})
    if result.why.concepts:
        names = dict.fromkeys(concept.short(language) for concept in result.why.concepts)
        parts.append(_("about %(concepts)s") % {"concepts": ", ".join(names)})
    if result.why.names:
        parts.append(_("names %(names)s") % {"names": ", ".join(result.why.names)})
    if result.why.in_sibling:
        parts.append(_("found in a record of the same title"))
    if has_words and not parts:
        parts.append(_("your words stand in its full text"))
    return "; ".join(parts)
