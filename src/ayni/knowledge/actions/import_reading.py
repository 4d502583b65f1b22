"""From a record document, as a file gives it, to what can be stored: checks and look-ups, no writing."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from ayni.kernel import clock
from ayni.kernel.errors import Fault
from ayni.knowledge import documents
from ayni.knowledge.formats import Note, Row
from ayni.knowledge.states import Kind, PartnerRole
from ayni.knowledge.texts import Standing, Text, checked
from ayni.language.codes import CONTENT_LANGUAGES
from ayni.language.normalise import clean
from ayni.registry.queries.vocabularies import Concepts
from ayni.registry.states import InstitutionType

_NAME_LIMIT = 300
_ID_LIMIT = 200
_LIST_LIMIT = 300
KNOWN = {
    "id", "kind", "form", "language", "institution", "title", "summary", "started", "ended", "body", "partners",
    "source", "licence", "contact", "last_confirmed", "adapted_from", "translations", *documents.TAGS,
    "about",  # what an export says about itself; for readers
}  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """An institution as a file names it."""

    name: str
    ids: tuple[tuple[str, str], ...] = ()
    country: str = ""
    language: str = ""
    names: tuple[tuple[str, str], ...] = ()
    type: str = InstitutionType.OTHER
    is_un: bool = False


@dataclass
class Prepared:
    origin_id: str = ""
    kind: str = ""
    language: str = ""
    owner: Mention | None = None
    text: Text = field(default_factory=lambda: Text(""))  # partners follow once institutions are looked up
    partners: list[tuple[Mention, str]] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)
    adapted_from: str = ""
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class DocumentReader:
    """`lenient`: activities that others published are taken; what cannot be used is left out with a note."""

    def __init__(self, concepts: Concepts, *, lenient: bool) -> None:
        self._concepts = concepts
        self._lenient = lenient

    def prepare(self, row: Row) -> Prepared:
        prepared = Prepared(faults=list(row.faults), notes=list(row.notes))
        if row.document is None:
            return prepared
        given = row.document
        faults = prepared.faults
        faults += [Fault(name[:60], "unknown_field") for name in given if name not in KNOWN]
        prepared.origin_id = self._line(given, "id", _ID_LIMIT, faults, required=True)
        prepared.kind = self._line(given, "kind", 20, faults)
        prepared.language = self._line(given, "language", 20, faults).lower()
        if prepared.language not in CONTENT_LANGUAGES:
            choices = ", ".join(CONTENT_LANGUAGES)
            faults.append(
                Fault("language", "unknown_choice", {"value": prepared.language, "choices": choices})
            )
        prepared.owner = self._mention(given.get("institution"), "institution", "", faults)
        prepared.adapted_from = self._line(given, "adapted_from", _ID_LIMIT, faults)
        prepared.partners = self._partners(given.get("partners"), faults)
        prepared.standing = self._standing(given, faults)
        self._text(given, prepared)
        if prepared.kind in Kind.values:
            prepared.translations = self._translations(given.get("translations"), prepared)
        return prepared

    def _line(self, given: dict[str, Any], name: str, limit: int, faults: list[Fault], *, required: bool = False,
              path: str = "") -> str:  # fmt: skip
        value = given.get(name)
        path = path or name
        if value is None or value == "":
            if required:
                faults.append(Fault(path, "missing"))
            return ""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            faults.append(Fault(path, "not_text"))
            return ""
        text = clean(str(value))
        if len(text) > limit:
            faults.append(Fault(path, "too_long", {"limit": limit}))
            return ""
        return text

    def _object(self, value: Any, path: str, faults: list[Fault]) -> dict[str, Any]:
        if value in (None, "", [], {}):
            return {}
        if not isinstance(value, dict):
            faults.append(Fault(path, "not_an_object"))
            return {}
        return value

    def _mention(self, value: Any, path: str, country: str, faults: list[Fault]) -> Mention | None:
        """A name (or id) as text, or an object with name, ids, names, type, country."""
        if not isinstance(value, dict):
            name = self._line({"name": value}, "name", _NAME_LIMIT, faults, required=True, path=path)
            return Mention(name, country=country) if name else None
        name = self._line(value, "name", _NAME_LIMIT, faults, required=True, path=path)
        ids = self._object(value.get("ids"), path, faults)
        names = self._object(value.get("names"), path, faults)
        kind = str(value.get("type") or InstitutionType.OTHER)
        if kind not in InstitutionType.values:
            faults.append(
                Fault(
                    f"{path}.type",
                    "unknown_choice",
                    {"value": kind[:40], "choices": ", ".join(InstitutionType.values)},
                )
            )
        language = str(value.get("language") or "")
        return Mention(
            name=name,
            ids=tuple((clean(str(k), 40), clean(str(v), _ID_LIMIT)) for k, v in sorted(ids.items()) if v),
            country=country or str(value.get("country") or "").upper()[:2],
            language=language if language in CONTENT_LANGUAGES else "",
            names=tuple((k, clean(str(v), _NAME_LIMIT)) for k, v in sorted(names.items()) if k in CONTENT_LANGUAGES and v),
            type=kind,
            is_un=value.get("is_un") is True,
        ) if name else None  # fmt: skip

    def _partners(self, value: Any, faults: list[Fault]) -> list[tuple[Mention, str]]:
        if value in (None, "", []):
            return []
        if not isinstance(value, list):
            faults.append(Fault("partners", "not_a_list"))
            return []
        if len(value) > _LIST_LIMIT:
            faults.append(Fault("partners", "too_many", {"limit": _LIST_LIMIT}))
            return []
        found = []
        for number, entry in enumerate(value, start=1):
            path = f"partners.{number}"
            partner = self._object(entry, path, faults)
            country = self._line(partner, "country", 2, faults, path=f"{path}.country").upper()
            mention = self._mention(partner.get("institution"), f"{path}.institution", country, faults)
            role = self._line(partner, "role", 20, faults, required=True, path=f"{path}.role")
            if role and role not in PartnerRole.values:
                faults.append(
                    Fault(
                        f"{path}.role",
                        "unknown_choice",
                        {"value": role, "choices": ", ".join(PartnerRole.values)},
                    )
                )
            elif mention and role:
                found.append((mention, role))
        return found

    def _terms(self, given: dict[str, Any], prepared: Prepared) -> tuple[int, ...]:
        """Ids of the terms; a target brings its goal along."""
        found: dict[int, None] = {}
        for name, vocabulary in documents.TAGS.items():
            value = given.get(name)
            codes = value if isinstance(value, list) else [] if value in (None, "") else [value]
            if len(codes) > _LIST_LIMIT:
                prepared.faults.append(Fault(name, "too_many", {"limit": _LIST_LIMIT}))
                continue
            for code in codes:
                text = clean(str(code), 60)
                concept = self._concept(vocabulary, text)
                if concept is not None:
                    found[concept.id] = None
                    found.update(
                        (above.id, None) for above in self._concepts.ancestors(concept) if vocabulary == "sdg"
                    )
                elif self._lenient:
                    prepared.notes.append(Note(name, "code_left_out", {"value": text}))
                else:
                    prepared.faults.append(Fault(name, "unknown_code", {"value": text}))
        return tuple(sorted(found))

    def _concept(self, vocabulary: str, code: str) -> Any:
        spelled = code.upper() if vocabulary == "countries" else code.lower()
        return self._concepts.get(vocabulary, spelled) or self._concepts.get(vocabulary, code)

    def _standing(self, given: dict[str, Any], faults: list[Fault]) -> Standing:
        source = self._object(given.get("source"), "source", faults)
        contact = self._object(given.get("contact"), "contact", faults)
        url = self._line(source, "url", 500, faults, path="source.url")
        if url and not _is_valid(URLValidator(["http", "https"]), url):
            faults.append(Fault("source.url", "not_a_web_address", {"value": url[:80]}))
        email = self._line(contact, "email", 254, faults, path="contact.email")
        if email and not _is_valid(validate_email, email):
            faults.append(Fault("contact.email", "not_an_email", {"value": email[:80]}))
        confirmed = self._day(given, "last_confirmed", "last_confirmed", faults)
        # East of us it is tomorrow already.
        if confirmed and confirmed > clock.today() + timedelta(days=1):
            faults.append(Fault("last_confirmed", "in_the_future"))
        return Standing(
            source_title=self._line(source, "title", 500, faults, path="source.title"),
            source_url=url,
            source_publisher=self._line(source, "publisher", 300, faults, path="source.publisher"),
            licence=self._line(given, "licence", 40, faults),
            contact_email=email,
            contact_until=self._day(contact, "until", "contact.until", faults),
            last_confirmed_on=confirmed,
        )

    def _day(self, given: dict[str, Any], name: str, path: str, faults: list[Fault]) -> date | None:
        text = self._line(given, name, 40, faults, path=path)
        try:
            return date.fromisoformat(text[:10]) if text else None
        except ValueError:
            faults.append(Fault(path, "not_a_date", {"value": text}))
            return None

    def _text(self, given: dict[str, Any], prepared: Prepared) -> None:
        faults = prepared.faults
        text = Text(
            title=self._line(given, "title", 100_000, faults),
            summary=self._line(given, "summary", 100_000, faults),
            body=given.get("body") or {},
            form=self._line(given, "form", 20, faults),
            started=self._line(given, "started", 40, faults),
            ended=self._line(given, "ended", 40, faults),
            terms=self._terms(given, prepared),
        )
        good, more = checked(text, prepared.kind)
        dates = [fault for fault in more if fault.path in {"started", "ended"}]
        if self._lenient and dates:
            prepared.notes += [Note(fault.path, "date_left_out") for fault in dates]
            bad = {fault.path for fault in dates}
            started, ended = ("" if name in bad else getattr(text, name) for name in ("started", "ended"))
            good, more = checked(replace(text, started=started, ended=ended), prepared.kind)
        prepared.text = good
        faults += more

    def _translations(self, value: Any, prepared: Prepared) -> dict[str, dict[str, str]]:
        """Language -> field path -> text, for fields that the original has."""
        faults, text = prepared.faults, prepared.text
        originals = documents.translatable_texts(
            text.title, text.summary, text.body, prepared.kind, text.form
        )
        found: dict[str, dict[str, str]] = {}
        for language, given in self._object(value, "translations", faults).items():
            path = f"translations.{language[:10]}"
            if language not in CONTENT_LANGUAGES or language == prepared.language:
                faults.append(
                    Fault(
                        path,
                        "unknown_choice",
                        {"value": language[:10], "choices": ", ".join(CONTENT_LANGUAGES)},
                    )
                )
                continue
            inner = self._object(given, path, faults)
            title = self._line(inner, "title", documents.TITLE_LIMIT, faults, path=f"{path}.title")
            summary = self._line(inner, "summary", documents.SUMMARY_LIMIT, faults, path=f"{path}.summary")
            body, more = documents.check_body(
                inner.get("body") or {}, prepared.kind, text.form, keep_places=True
            )
            # A translation need not repeat numbers and choices, nor be complete.
            faults += [
                replace(fault, path=f"{path}.{fault.path}") for fault in more if fault.code != "missing"
            ]
            texts = documents.translatable_texts(title, summary, body, prepared.kind, text.form)
            found[language] = {field: words for field, words in texts.items() if words and field in originals}
            if set(texts) - set(originals) - {"title"}:
                prepared.notes.append(Note(path, "translation_without_original"))
        return {language: texts for language, texts in found.items() if texts}


def _is_valid(validator: Any, value: str) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True
