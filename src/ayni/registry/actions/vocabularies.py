"""Loading vocabularies: our own data files, and any SKOS thesaurus an operator brings."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import F

from ayni.kernel import clock
from ayni.kernel.actions import action
from ayni.kernel.errors import ActionError, NotAllowed
from ayni.registry import policies
from ayni.registry.actions import audit
from ayni.registry.models import GroupMember, Person, Term, TermLabel, Vocabulary
from ayni.registry.states import LabelKind

DATA = Path(__file__).resolve().parent.parent / "data"
# Regions before the countries in them, countries before the groups of countries.
BUILT_IN = (
    "regions",
    "countries",
    "country-groups",
    "sdg",
    "dac-sectors",
    "exchange-types",
    "themes",
    "languages",
)


def load_built_in_vocabularies(*, by: Person | None = None) -> list[str]:
    """Load those files in `data/` that changed since they were last loaded; return their codes."""
    return [code for code in BUILT_IN if _load_file(by=by, path=DATA / f"{code}.json")]


def _load_file(*, by: Person | None, path: Path) -> bool:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    document = json.loads(content)
    if Vocabulary.objects.filter(code=document["code"], digest=digest).exists():
        return False
    load_vocabulary(by=by, document=document, digest=digest)
    return True


@action
def load_vocabulary(*, by: Person | None, document: dict[str, Any], digest: str = "") -> Vocabulary:
    """Store a vocabulary document (see `data/README.md`). Terms are added and changed, never removed:

    what has been tagged stays readable. A term missing from the new document keeps its row and gets
    `until`. Labels are replaced. Group memberships an operator added stay.
    """
    if by is not None and not policies.change_vocabulary.allows(by, None):
        raise NotAllowed("operators_only")
    vocabulary, created = Vocabulary.objects.update_or_create(
        code=document["code"],
        defaults={
            "uri": document["uri"],
            "titles": document["title"],
            "source": document.get("source", ""),
            "source_date": document.get("date", ""),
            "licence": document.get("licence", ""),
            "digest": digest,
        },
    )
    terms = _store_terms(vocabulary, document["terms"])
    gone = set(terms) - {row["code"] for row in document["terms"]}
    vocabulary.terms.filter(code__in=gone, until__isnull=True).update(until=clock.today())
    _link_broader(document["terms"], terms)
    _store_labels(document["terms"], terms)
    _store_groups(document.get("groups", []), terms)
    if not created:
        Vocabulary.objects.filter(pk=vocabulary.pk).update(version=F("version") + 1)
    audit.record(
        by=by, verb="vocabulary.loaded", target=f"registry.vocabulary:{vocabulary.code}", terms=len(terms)
    )
    return vocabulary


@action
def import_thesaurus(*, by: Person | None, document: dict[str, Any]) -> Vocabulary:
    """Store a thesaurus somebody brought (`registry.skos` made the document from its file).

    Concepts that are here already, by URI, keep their codes. Raises ActionError: `built_in` (the code is
    one of ours; param `vocabulary`), `uri_taken` (a URI belongs to another vocabulary; params `uri`, `vocabulary`).
    """
    if by is not None and not policies.change_vocabulary.allows(by, None):
        raise NotAllowed("operators_only")
    code = document["code"]
    if code in BUILT_IN:
        raise ActionError("built_in", vocabulary=code)
    if other := Vocabulary.objects.filter(uri=document["uri"]).exclude(code=code).first():
        raise ActionError("uri_taken", uri=document["uri"], vocabulary=other.code)
    known: dict[str, str] = {}
    uris = [row["uri"] for row in document["terms"]]
    for start in range(0, len(uris), 500):
        rows = Term.objects.filter(uri__in=uris[start : start + 500])
        for uri, there, vocabulary in rows.values_list("uri", "code", "vocabulary__code"):
            if vocabulary != code:
                raise ActionError("uri_taken", uri=uri, vocabulary=vocabulary)
            known[uri] = there
    return load_vocabulary(by=by, document=_with_codes(document, known))


def _with_codes(document: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """The document with the codes of known URIs; a new concept whose code is theirs is named by its URI."""
    used = set(known.values())
    codes = {
        row["code"]: known.get(row["uri"]) or (row["uri"][-120:] if row["code"] in used else row["code"])
        for row in document["terms"]
    }
    terms = [
        row | {"code": codes[row["code"]], "broader": codes[row["broader"]] if row.get("broader") else None}
        for row in document["terms"]
    ]
    return document | {"terms": terms}


def _store_terms(vocabulary: Vocabulary, rows: list[dict[str, Any]]) -> dict[str, Term]:
    Term.objects.bulk_create(
        [
            Term(
                vocabulary=vocabulary, code=row["code"], uri=row["uri"], position=position,
                extra=row.get("extra") or {}, since=_day(row.get("since")), until=_day(row.get("until")),
            )
            for position, row in enumerate(rows)
        ],
        update_conflicts=True,
        unique_fields=["vocabulary", "code"],
        update_fields=["uri", "position", "extra", "since", "until"],
        batch_size=500,
    )  # fmt: skip
    return {term.code: term for term in vocabulary.terms.all()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _link_broader(rows: list[dict[str, Any]], terms: dict[str, Term]) -> None:
    changed = []
    for row in rows:
        term = terms[row["code"]]
        broader = _broader(row.get("broader"), terms)
        if term.broader_id != (broader.pk if broader else None):
            term.broader = broader
            changed.append(term)
    Term.objects.bulk_update(changed, ["broader"], batch_size=500)


def _broader(named: str | None, terms: dict[str, Term]) -> Term | None:
    """`named` is a code of the same vocabulary, or `vocabulary:code`. Codes may hold colons themselves."""
    if not named:
        return None
    if named in terms:
        return terms[named]
    vocabulary, _, code = named.partition(":")
    return Term.objects.get(vocabulary__code=vocabulary, code=code)


def _store_labels(rows: list[dict[str, Any]], terms: dict[str, Term]) -> None:
    """Replace the labels of the terms in the document; those that are gone from it keep theirs."""
    TermLabel.objects.filter(term__in=[terms[row["code"]] for row in rows]).delete()
    TermLabel.objects.bulk_create(_labels(rows, terms), batch_size=2000)


def _labels(rows: list[dict[str, Any]], terms: dict[str, Term]) -> Iterable[TermLabel]:
    for row in rows:
        term = terms[row["code"]]
        for language, text in row["labels"].items():
            yield TermLabel(term=term, language=language, kind=LabelKind.PREFERRED, text=text)
        for language, text in (row.get("short") or {}).items():
            yield TermLabel(term=term, language=language, kind=LabelKind.SHORT, text=text)
        for language, texts in (row.get("alt") or {}).items():
            for text in texts:
                yield TermLabel(term=term, language=language, kind=LabelKind.ALTERNATIVE, text=text)


def _store_groups(rows: list[dict[str, Any]], groups: dict[str, Term]) -> None:
    if not rows:
        return
    members = {term.code: term for term in Term.objects.filter(vocabulary__code="countries")}
    GroupMember.objects.bulk_create(
        [
            GroupMember(
                group=groups[row["group"]], member=members[row["member"]], source=row.get("source", ""),
                since=_day(row.get("since")), until=_day(row.get("until")),
            )
            for row in rows
            if not GroupMember.objects.filter(group=groups[row["group"]], member=members[row["member"]]).exists()
        ]
    )  # fmt: skip
