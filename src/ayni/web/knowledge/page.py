"""Everything the page of one record shows, gathered with a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ayni.discovery.queries import similar
from ayni.kernel import clock
from ayni.knowledge import drafts, policies
from ayni.knowledge.models import Record, Revision, RevisionPartner
from ayni.knowledge.queries import records, reviews
from ayni.knowledge.queries.freshness import has_ended
from ayni.knowledge.queries.records import Reading
from ayni.knowledge.states import PartnerRole
from ayni.language.codes import CONTENT_LANGUAGES, content_language, native_name
from ayni.registry.models import Institution, Person
from ayni.registry.queries.institutions import names_in
from ayni.registry.queries.vocabularies import Concept, Concepts, concepts
from ayni.web import addresses
from ayni.web.files.presenting import attached_files
from ayni.web.handing_on.presenting import form_of
from ayni.web.knowledge import jsonld, licences, related
from ayni.web.knowledge.passages import Passages
from ayni.web.using.behalf import on_behalf
from ayni.web.words import in_sentence


@dataclass
class Partner:
    """`institution` is None where the source gives a name only."""

    name: str
    language: str
    role: str
    institution: Institution | None
    country: Concept | None


_FACTS = ("all_tags", "owner_name", "images")  # what `jsonld.describe` asks for beside record and reading


def context_of(record: Record, language: str, person: Person) -> dict[str, Any]:
    """For `knowledge/<kind>.html`. `language`: the content language to read it in, where it is there."""
    page_language = content_language(get_language() or "en")
    reading = records.read(record, language)
    context = _what_it_says(record, record.published, reading, page_language)
    return context | {
        "notice": _notice(reading, page_language),
        "may_write": policies.begin_record.allows(person, None),
        "translate_into": _to_translate(record, reading, person),
        "may_manage": policies.change_record.allows(person, record),
        "has_ended": has_ended(record),
        "take": form_of(record, reading.languages, reading.language, is_draft=False),
        "reviewed": _reviewed(record, page_language),
        "share": _share(record, reading.title),
        "related": related.of(record, person, page_language),
        "similar": similar(record, page_language, person, limit=4),
        "jsonld": jsonld.script(jsonld.describe(record, reading, *(context[name] for name in _FACTS))),
        "area": "search",
    }


def preview_of(revision: Revision, person: Person) -> dict[str, Any]:
    """The same for what is not public: a revision as readers will see it, in its own language alone."""
    record = drafts.as_it_will_be(revision.record, revision)
    reading = Reading(
        record.language, revision.title, revision.summary, revision.body, languages=(record.language,)
    )
    page_language = content_language(get_language() or "en")
    context = _what_it_says(record, revision, reading, page_language)
    return context | {
        "is_preview": True,
        "will_answer": records.will_answer(record, clock.today()),
        "related": related.of_draft(record, person, page_language),
    }


def _what_it_says(record: Record, revision: Revision, reading: Reading, page_language: str) -> dict[str, Any]:
    terms = concepts()
    passages = Passages(reading, record.language, page_language)
    tags = records.terms_of([revision.pk], terms)[revision.pk]
    owner = record.owner.merged_into or record.owner
    rows = records.partners_of(revision)
    names = names_in(page_language, {owner.pk, *(_stays(row).pk for row in rows if row.institution)})
    owner_name, owner_language = names[owner.pk]
    files = attached_files(revision)
    return {
        "record": record,
        "revision": revision,
        "reading": reading,
        "title_shown": passages.line(reading.title, "title"),
        "summary_shown": passages.line(reading.summary, "summary"),
        "body": passages.body(record.kind, revision.form),
        "read_language": reading.language,
        "languages_there": reading.languages,
        "names_of_languages": {
            "original": language_name(terms, record.language, page_language),
            "reading": language_name(terms, reading.language, page_language),
            "page": language_name(terms, page_language, page_language),
        },
        "all_tags": tags,
        "tags": _by_vocabulary(tags),
        "goals": _goals(tags, terms.get),
        "owner": owner,
        "owner_name": owner_name,
        "owner_language": owner_language,
        "owner_country": terms.by_id.get(owner.country_id or 0),
        "partners": [_partner(row, names, terms.by_id) for row in rows],
        "may_ask": records.is_current(record, clock.today()),
        "on_behalf": on_behalf(record, page_language),
        "licence": licences.of(record.licence),
        "images": [file for file in files if file.is_image],
        "documents": [file for file in files if not file.is_image],
    }


def _to_translate(record: Record, reading: Reading, person: Person) -> list[tuple[str, bool]]:
    """(language, whether its translation has fallen behind) of what the person may help with."""
    if not policies.translate_record.allows(person, record):
        return []
    wanting = [code for code in CONTENT_LANGUAGES if code not in reading.languages or code in reading.behind]
    return [(code, code in reading.behind) for code in wanting if code != record.language]


def _reviewed(record: Record, page_language: str) -> dict[str, Any] | None:
    """Institutions and days; None where an import published it. Whose reading it was is named as it is called now."""
    told = reviews.reviewed(record)
    if told is None:
        return None
    owner = told.owner or record.owner
    return {
        "owner_name": names_in(page_language, [owner.pk])[owner.pk][0],
        "owner_on": told.owner_on,
        "site_on": told.site_on,
        "in_stead": told.in_stead,
        "trusted": told.trusted,
        "edition": told.criteria,
    }


def _stays(row: RevisionPartner) -> Institution:
    return row.institution.merged_into or row.institution


def _partner(row: RevisionPartner, names: dict[int, tuple[str, str]], by_id: dict[int, Concept]) -> Partner:
    role = str(PartnerRole(row.role).label)
    if row.institution is None:
        return Partner(row.name, "", role, None, None)
    institution = _stays(row)
    name, language = names[institution.pk]
    return Partner(name, language, role, institution, by_id.get(institution.country_id or 0))


def _by_vocabulary(tags: Iterable[Concept]) -> dict[str, list[Concept]]:
    """Names that templates can say: `dac-sectors` becomes `dac_sectors`."""
    found: dict[str, list[Concept]] = {}
    for tag in tags:
        found.setdefault(tag.vocabulary.replace("-", "_"), []).append(tag)
    return found


def _goals(tags: Iterable[Concept], get: Any) -> list[tuple[Concept, list[Concept]]]:
    """Each goal with its targets among the tags; a target brings its goal along."""
    found: dict[str, tuple[Concept, list[Concept]]] = {}
    for tag in tags:
        if tag.vocabulary != "sdg":
            continue
        goal_code, _dot, target = tag.code.partition(".")
        goal = get("sdg", goal_code) or tag
        row = found.setdefault(goal_code, (goal, []))
        if target:
            row[1].append(tag)
    return list(found.values())


def _notice(reading: Reading, page_language: str) -> str:
    """Which notice about the language stands above the text; the template has the words."""
    if reading.is_translation:
        return "machine" if reading.is_machine else "translated"
    if reading.language == page_language:
        return ""
    return "chosen" if page_language in reading.languages else "untranslated"


def language_name(terms: Concepts, code: str, page_language: str) -> str:
    """The language's name in the page's language; its own name for itself where we have no other."""
    concept = terms.get("languages", code)
    if not concept:
        return native_name(code)
    return in_sentence(concept.label(page_language), page_language)


def _share(record: Record, title: str) -> dict[str, str]:
    link = addresses.short_url(record)
    both = quote(f"{title} {link}")
    return {
        "link": link,
        "mail": f"mailto:?subject={quote(title)}&body={quote(link)}",
        "whatsapp": f"https://wa.me/?text={both}",
        "telegram": f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(title)}",
    }


def reason_for_going(code: str) -> str:
    """The words for why a record is no longer here."""
    words = {
        "import-undone": _("The import that brought it here was undone."),
        "import_undone": _("The import that brought it here was undone."),
        "owner-request": _("The institution that stood for it asked for its removal."),
        "duplicate": _("It described the same thing as another record."),
        "wrong": _("What it said turned out not to be right."),
        "personal-data": _("It said more about persons than it may."),
    }
    return words.get(code, "")
