"""Which candidate may go to which position: every hard rule, and for each pair that may not be, all that forbid it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from ayni.matching.problem import Key, Pair

# Of the Common European Framework of Reference for Languages, lowest first.
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
Modality = Literal["in person", "hybrid", "remote"]
# What is done for those who do not speak a language well enough: nothing, lessons before arrival, an interpreter.
Help = Literal["none", "lessons", "interpreter"]
Row = TypeVar("Row", "Profile", "Post")


@dataclass(frozen=True, slots=True)
class Speaks:
    """A language and how well, from A1 to C2."""

    language: str
    level: str

    def __post_init__(self) -> None:
        _check_level(self.level)


@dataclass(frozen=True, slots=True)
class Asks:
    """A language a position needs, how well, and the host's help for those who do not speak it so."""

    language: str
    level: str
    help: Help = "none"

    def __post_init__(self) -> None:
        _check_level(self.level)


def _check_level(level: str) -> None:
    if level not in LEVELS:
        raise ValueError(f"there is no level {level!r}; there are {', '.join(LEVELS)}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a candidate brings, needs and accepts. `accepts` None: any position; a date of None: no limit."""

    id: str
    institution: str
    country: str = ""
    partnerships: frozenset[str] = frozenset()
    professions: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    languages: tuple[Speaks, ...] = ()
    available_from: date | None = None
    available_until: date | None = None
    modalities: frozenset[Modality] = frozenset(("in person", "hybrid", "remote"))
    needs: frozenset[str] = frozenset()
    accepts: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What a position asks, offers and accepts.

    Any one of its `professions` will do, all of its `skills` are needed. `accessibility`: the needs it meets.
    First and last day count both. `cost` of the stay; `travel` is added unless the post is remote.
    `approved` None: any candidate.
    """

    id: str
    institution: str
    country: str = ""
    partnerships: frozenset[str] = frozenset()
    professions: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    languages: tuple[Asks, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    modality: Modality = "in person"
    accessibility: frozenset[str] = frozenset()
    approved: frozenset[str] | None = None
    cost: int = 0
    travel: int = 0
    payer: str | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"{self.id!r} ends on {self.last_day}, before it starts on {self.first_day}")

    @property
    def days(self) -> int:
        """0 where the dates are not known."""
        if self.first_day is None or self.last_day is None:
            return 0
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that forbids a pair. `code` for programs, `text` in English for people."""

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def _institution(person: Profile, post: Post) -> str:
    return f"both belong to {post.institution}" if person.institution == post.institution else ""


def _country(person: Profile, post: Post) -> str:
    """An unknown country is not the same as another unknown one."""
    return f"both are in {post.country}" if post.country and person.country == post.country else ""


def _partnership(person: Profile, post: Post) -> str:
    """Rounds without partnerships have none on both sides."""
    if person.partnerships & post.partnerships or person.partnerships == post.partnerships:
        return ""
    return f"is open to {_listed(post.partnerships)}, nominated to {_listed(person.partnerships)}"


def _profession(person: Profile, post: Post) -> str:
    if not post.professions or person.professions & post.professions:
        return ""
    return f"needs {_listed(post.professions, ' or ')}, has {_listed(person.professions)}"


def _skills(person: Profile, post: Post) -> str:
    missing = post.skills - person.skills
    return f"lacks {_listed(missing)}" if missing else ""


def _language(person: Profile, post: Post) -> str:
    known = {one.language: one.level for one in person.languages}
    return "; ".join(
        f"needs {asked.language} {asked.level}, has {known.get(asked.language, 'none')}"
        for asked in post.languages
        if asked.help == "none" and not _speaks(known.get(asked.language), asked.level)
    )


def _speaks(level: str | None, asked: str) -> bool:
    return level is not None and LEVELS.index(level) >= LEVELS.index(asked)


def _dates(person: Profile, post: Post) -> str:
    found = []
    if post.first_day and person.available_from and post.first_day < person.available_from:
        found.append(f"starts on {post.first_day}, free from {person.available_from}")
    if post.last_day and person.available_until and post.last_day > person.available_until:
        found.append(f"ends on {post.last_day}, free until {person.available_until}")
    return "; ".join(found)


def _modality(person: Profile, post: Post) -> str:
    if post.modality in person.modalities:
        return ""
    return f"is {post.modality}, accepts {_listed(person.modalities, ' or ')}"


def _accessibility(person: Profile, post: Post) -> str:
    """Who takes part from home meets no barrier at the host's."""
    missing = person.needs - post.accessibility
    return f"does not offer {_listed(missing)}" if missing and post.modality != "remote" else ""


def _approval(person: Profile, post: Post) -> str:
    return "the host has not approved" if post.approved is not None and person.id not in post.approved else ""


def _acceptance(person: Profile, post: Post) -> str:
    if person.accepts is None or post.id in person.accepts:
        return ""
    return "the candidate has not accepted"


# Each gives the sentence that says what forbids the pair, or nothing.
RULES: dict[str, Callable[[Profile, Post], str]] = {
    "institution": _institution,
    "country": _country,
    "partnership": _partnership,
    "profession": _profession,
    "skills": _skills,
    "language": _language,
    "dates": _dates,
    "modality": _modality,
    "accessibility": _accessibility,
    "approval": _approval,
    "acceptance": _acceptance,
}


def refusals(person: Profile, post: Post, *, within_country: bool = False) -> tuple[Refusal, ...]:
    """Every rule that forbids the pair. `within_country`: the round allows exchange inside one country."""
    return tuple(_refusals(person, post, within_country))


def _refusals(person: Profile, post: Post, within_country: bool) -> Iterator[Refusal]:
    for code, rule in RULES.items():
        if (text := rule(person, post)) and not (within_country and code == "country"):
            yield Refusal(code, text)


class Rejections(Mapping[Key, tuple[Refusal, ...]]):
    """All pairs that may not be, with the rules that forbid them; found when asked for, as most never are."""

    def __init__(
        self,
        people: Mapping[str, Profile],
        posts: Mapping[str, Post],
        allowed: frozenset[Key],
        *,
        within_country: bool,
    ) -> None:
        self._people, self._posts, self._allowed = people, posts, allowed
        self._within_country = within_country

    def __getitem__(self, key: Key) -> tuple[Refusal, ...]:
        if key in self._allowed:
            raise KeyError(key)
        return refusals(self._people[key[0]], self._posts[key[1]], within_country=self._within_country)

    def __iter__(self) -> Iterator[Key]:
        return (
            (person, post)
            for person in self._people
            for post in self._posts
            if (person, post) not in self._allowed
        )

    def __len__(self) -> int:
        return len(self._people) * len(self._posts) - len(self._allowed)


def allowed_pairs(
    people: Iterable[Profile],
    posts: Iterable[Post],
    score: Mapping[Key, int] | None = None,
    *,
    within_country: bool = False,
) -> tuple[tuple[Pair, ...], Rejections]:
    """The pairs of a round, by id, and why all others are none.

    `score`: how well they fit, 0 to 1000; what is not in it has 0. A ValueError names an id that is there twice.
    """
    by_person, by_post = _by_id(people), _by_id(posts)
    worth = score or {}
    pairs = tuple(
        Pair(
            person.id,
            post.id,
            worth.get((person.id, post.id), 0),
            post.days,
            post.cost + (0 if post.modality == "remote" else post.travel),
            post.payer,
        )
        for person in by_person.values()
        for post in _looked_at(person, by_post)
        if next(_refusals(person, post, within_country), None) is None
    )
    allowed = frozenset(pair.key for pair in pairs)
    return pairs, Rejections(by_person, by_post, allowed, within_country=within_country)


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.id):
        if row.id in found:
            raise ValueError(f"{row.id!r} is there twice")
        found[row.id] = row
    return found


def _looked_at(person: Profile, posts: Mapping[str, Post]) -> Iterable[Post]:
    """Who has said where they would go goes nowhere else: that saves looking at the rest."""
    if person.accepts is None:
        return posts.values()
    return [posts[name] for name in sorted(person.accepts) if name in posts]


def _listed(names: Iterable[str], between: str = ", ") -> str:
    return between.join(sorted(names)) or "none"
