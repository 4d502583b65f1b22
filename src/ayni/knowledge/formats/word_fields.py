"""What the Word template asks for, in which order: shared by the one who writes it and the one who reads it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ayni.knowledge import documents
from ayni.knowledge.states import Form, Kind, PartnerRole
from ayni.language.normalise import title_key

TAG = "ayni:"  # of a content control; the field's path follows
TEMPLATE_TAG = "ayni:template/"  # kind, form and language of the template follow: "practice/snapshot/fr"
KINDS = (
    (Kind.PRACTICE, Form.SNAPSHOT), (Kind.PRACTICE, Form.FULL), (Kind.LESSON, ""), (Kind.PUBLICATION, ""),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A field as the template asks for it.

    `type` as in `documents.Field`, and besides: `date` (as precise as known), `codes` (names of a vocabulary).
    """

    path: str
    type: str
    choices: tuple[str, ...] = ()
    columns: tuple["Asked", ...] = ()  # of rows; their paths are "body.results.what"


_PARTNERS = Asked(
    "partners",
    "rows",
    columns=(
        Asked("partners.name", "line"),
        Asked("partners.role", "choice", choices=tuple(PartnerRole.values)),
    ),
)
_CLOSING = (
    Asked("tags.themes", "codes"), Asked("tags.sdg", "codes"), Asked("tags.exchange_types", "codes"),
    Asked("standing.source_title", "line"), Asked("standing.source_url", "url"),
    Asked("standing.contact_email", "line"),
)  # fmt: skip


def asked_for(kind: str, form: str = "") -> tuple[Asked, ...]:
    """Every field of the template, in the order in which one thinks."""
    body = tuple(_of(field, "body") for field in documents.fields_of(kind, form))
    start = (Asked("title", "line"), Asked("summary", "line"), Asked("tags.countries", "codes"))
    if kind == Kind.PUBLICATION:
        return (*start, *body, Asked("tags.themes", "codes"), Asked("tags.sdg", "codes"))
    return (*start, Asked("started", "date"), Asked("ended", "date"), *body, _PARTNERS, *_CLOSING)


def _of(given: documents.Field, above: str) -> Asked:
    path = f"{above}.{given.name}"
    return Asked(path, given.type, given.choices, tuple(_of(inner, path) for inner in given.rows))


@dataclass(frozen=True)
class Said:
    """What people read about one field."""

    label: str
    hint: str = ""
    example: str = ""


@dataclass(frozen=True)
class Words:
    """All words of a template in one language; `language` is a code of the site, `fields` are by path."""

    language: str
    title: str
    introduction: tuple[str, ...]
    needed: str
    optional: str
    example: str  # "Example: %(example)s"
    write_here: str
    choose: str
    more_rows: str
    fields: Mapping[str, Said]
    choices: Mapping[str, Mapping[str, str]]  # by path: code -> name
    lists: Mapping[str, str] = field(default_factory=dict)  # by path: the names to choose from, in one line

    def own_texts(self, asked: tuple[Asked, ...], required: frozenset[str]) -> list[str]:
        """What the template says itself: read back, it is nobody's answer."""
        texts = [*self.introduction, self.write_here, self.choose, self.more_rows, self.title]
        for one in asked:
            texts += [self.hint_of(one.path, required=one.path in required), self.example_of(one.path)]
        return [text for text in texts if text]

    def hint_of(self, path: str, *, required: bool) -> str:
        parts = (self.needed if required else self.optional, self.fields[path].hint, self.lists.get(path, ""))
        return " ".join(part for part in parts if part)

    def example_of(self, path: str) -> str:
        example = self.fields[path].example
        return self.example % {"example": example} if example else ""


@dataclass
class Known:
    """What the reader recognises in one kind of template, in whichever of the site's languages it was written."""

    asked: tuple[Asked, ...]
    labels: dict[str, str] = field(default_factory=dict)  # key of a heading -> path
    columns: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # path of rows -> key of a label -> column
    choices: dict[str, dict[str, str]] = field(default_factory=dict)  # path -> key of a name -> code
    own: set[str] = field(default_factory=set)  # keys of the template's own texts
    titles: set[str] = field(default_factory=set)  # keys of what the template is called
    code_of: Callable[[str, str], str | None] = lambda _path, _text: None

    def learn(self, words: Words, required: frozenset[str]) -> None:
        self.own |= {title_key(text) for text in words.own_texts(self.asked, required)}
        self.titles.add(title_key(words.title))
        for one in self.asked:
            self.labels.setdefault(title_key(words.fields[one.path].label), one.path)
            for column in one.columns:
                names = self.columns.setdefault(one.path, {})
                names.setdefault(title_key(words.fields[column.path].label), column.path)
            for choice in (one, *one.columns):
                for code, name in words.choices.get(choice.path, {}).items():
                    self.choices.setdefault(choice.path, {}).update(
                        {title_key(name): code, title_key(code): code}
                    )
