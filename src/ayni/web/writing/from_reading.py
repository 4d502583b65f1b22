"""A filled-in file as drafts to be: what was understood, carried in the page from the look at it to the yes.

The file itself is not kept anywhere. What was understood of it goes to the browser, signed for this person and for
one day, and comes back with the yes: nothing has to be cleaned up, no second upload over a slow line is needed, and
it works with several processes and in two tabs.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing

from ayni.kernel.errors import Fault
from ayni.knowledge import drafts
from ayni.knowledge.actions.beginnings import key_of
from ayni.knowledge.actions.import_reading import DocumentReader, Prepared
from ayni.knowledge.formats import FileFault, Limits, Note, sheet, word_reading
from ayni.knowledge.formats.sniffing import check_size, detect_format
from ayni.knowledge.states import Form, Kind
from ayni.language.codes import content_language
from ayni.language.detection import detect
from ayni.language.normalise import title_key
from ayni.registry.models import Institution, Person
from ayni.registry.queries.vocabularies import Concepts, concepts
from ayni.web.writing.word_words import known_templates

ROWS_LIMIT = 200
_CARRIED_LIMIT = 1_500_000  # characters in the page
_DAY = 24 * 60 * 60
_SURE = 0.85
_KINDS = {Kind.PRACTICE, Kind.LESSON, Kind.PUBLICATION}
_VOCABULARIES = {vocabulary: name for name, vocabulary in drafts.documents.TAGS.items()}


@dataclass
class ToBe:
    """One draft to be. `key` names what it is made from; `institution` is a uid where a sheet names one."""

    kind: str
    form: str
    language: str
    values: dict[str, Any]
    left_over: list[str] = field(default_factory=list)
    key: str = ""
    institution: str = ""
    number: int = 0  # of its row


@dataclass
class Understood:
    drafts: list[ToBe] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    faults: list[tuple[int, str, list[Fault]]] = field(default_factory=list)  # row, its title, what is wrong
    detected: str = ""  # a language that the words seem to be in, other than the template's


def limits() -> Limits:
    return Limits(bytes=settings.FILE_LIMIT, rows=ROWS_LIMIT)


def understand(path: Path, institutions: list[Institution], name: str = "") -> Understood:
    """Raises FileFault. What the file is shows in its content; its `name` tells what its sender took it for."""
    check_size(path, limits())
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0") or (head.startswith(b"PK") and not _is_sheet(path)):
        return _of_word(path)
    detect_format(path, "sheet")
    try:
        return _of_sheet(path, institutions)
    except FileFault as fault:
        if fault.code == "no_header" and name.lower().endswith(".docx"):
            raise FileFault("broken_word") from fault
        raise


def _is_sheet(path: Path) -> bool:
    try:
        return detect_format(path) == "sheet"
    except FileFault as fault:
        if fault.code == "wrong_type" and fault.params["found"] not in {"DOCX", "ZIP"}:
            raise
        return False


def _of_word(path: Path) -> Understood:
    read = word_reading.read(path, limits(), known_templates(concepts()))
    language = content_language(read.language or "en")
    draft = ToBe(read.kind, read.form, language, read.values, read.left_over, key_of(read.values))
    found = Understood([draft], read.notes)
    text = " ".join(value for value in read.values.values() if isinstance(value, str))
    guess = detect(text)
    if guess and guess.confidence >= _SURE and guess.language != language:
        found.detected = guess.language
    return found


def _of_sheet(path: Path, institutions: list[Institution]) -> Understood:
    found = Understood()
    terms = concepts()
    reader = DocumentReader(terms, lenient=False)
    mine = {title_key(one.name): one.uid for one in institutions} | {one.uid: one.uid for one in institutions}
    for row in sheet.read(path, limits()):
        prepared = reader.prepare(row)
        faults = [fault for fault in prepared.faults if fault.code != "missing" or fault.path == "title"]
        if prepared.kind not in _KINDS and not any(fault.path == "kind" for fault in faults):
            faults.append(
                Fault(
                    "kind", "unknown_choice", {"value": prepared.kind, "choices": ", ".join(sorted(_KINDS))}
                )
            )
        named = prepared.owner.name if prepared.owner else ""
        institution = mine.get(named) or mine.get(title_key(named), "")
        if named and not institution:
            faults.append(Fault("institution", "not_your_institution", {"value": named[:80]}))
        title = prepared.text.title
        if faults:
            found.faults.append((row.number, title, faults))
            continue
        key = key_of({}, name=f"{prepared.kind} {prepared.origin_id or title_key(title)}")
        form = prepared.text.form or (Form.SNAPSHOT if prepared.kind == Kind.PRACTICE else "")
        values = _values(prepared, terms)
        found.drafts.append(
            ToBe(prepared.kind, form, prepared.language, values, [], key, institution, row.number)
        )
    if not found.drafts and not found.faults:
        raise FileFault("no_rows")
    return found


def _values(prepared: Prepared, terms: Concepts) -> dict[str, Any]:
    text, standing = prepared.text, prepared.standing
    values: dict[str, Any] = {name: getattr(text, name) for name in drafts.LINES}
    values |= {f"body.{name}": value for name, value in text.body.items()}
    for term in text.terms:
        concept = terms.by_id[term]
        values.setdefault(f"tags.{_VOCABULARIES[concept.vocabulary]}", []).append(concept.code)
    values["partners"] = [
        {"name": mention.name, "role": role, "institution": ""} for mention, role in prepared.partners
    ]
    for name in drafts.STANDING:
        value = getattr(standing, name)
        values[f"standing.{name}"] = value.isoformat() if name == "contact_until" and value else value
    return {path: value for path, value in values.items() if value}


def carried(person: Person, found: Understood) -> str:
    """Raises FileFault(`too_much`) where a page could not carry it."""
    text = signing.dumps([asdict(draft) for draft in found.drafts], salt=_salt(person), compress=True)
    if len(text) > _CARRIED_LIMIT:
        raise FileFault("too_much")
    return text


def brought_back(person: Person, text: str) -> list[ToBe]:
    """Raises FileFault(`expired`): also for what somebody else, or nobody, has signed."""
    try:
        return [ToBe(**draft) for draft in signing.loads(text, salt=_salt(person), max_age=_DAY)]
    except signing.BadSignature as error:
        raise FileFault("expired") from error


def refused(draft: ToBe) -> tuple[int, str, list[Fault]]:
    """Of a row whose institution is the person's no longer, what `Understood.faults` would say."""
    named = Institution.objects.filter(uid=draft.institution).first()
    value = named.name if named else draft.institution
    return (
        draft.number,
        draft.values.get("title", ""),
        [Fault("institution", "not_your_institution", {"value": value[:80]})],
    )


def _salt(person: Person) -> str:
    return f"write-from-file {person.uid}"
