"""Rounds that look like real ones, made up from a seed: the same on every machine and Python.

Sizes fall off as in Zipf's law; eight regions with a language each; five sectors; four quarters. People speak some
languages, are free in some quarters, and some need an accessible position; hosts approve 55 to 80 % of those they
could take; nobody has more than ten acceptable positions.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, product
from random import Random

from ayni.matching.problem import (
    BEST_QUALITY,
    Budget,
    Candidate,
    Institution,
    Pair,
    Position,
    Problem,
    Share,
    Unit,
)

REGIONS = 8
SECTORS = 5
QUARTERS = 4
DONORS = 5
MOST_ACCEPTABLE = 10
_TRIES = 24  # positions a candidate looks at
# Codes that stand for no country.
COUNTRIES = tuple(f"X{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ") + tuple(
    f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"
)
_SHARED_LANGUAGE = 0
_ASKED = 5  # institutions each asks for an agreement
_ANYWHERE = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """What the round is like. `agreements_only`: people go only where their institution has an agreement.

    With shares: women, senders from least developed countries, people with disabilities, and a cap on each host
    country. With budgets: donors have some 15 % less than a round without limits would spend.
    """

    agreements_only: bool = False
    unit: Unit = "people"
    with_shares: bool = False
    with_budgets: bool = False
    tolerance: int = 0


@dataclass(frozen=True, slots=True)
class _House:
    institution: Institution
    region: int
    sectors: tuple[int, int]
    sends: int
    hosts: int
    approves: float
    pull: int


@dataclass(frozen=True, slots=True)
class _Person:
    candidate: Candidate
    house: _House
    sector: int
    languages: tuple[int, ...]
    quarters: tuple[int, ...]
    level: int
    needs_access: bool


@dataclass(frozen=True, slots=True)
class _Post:
    position: Position
    house: _House
    sector: int
    language: int
    quarter: int
    level: int
    days: int
    is_accessible: bool


class _Chance:
    """Only `Random.random` is promised to draw the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self._draw = Random(seed).random  # noqa: S311 - made-up data, no secret

    def below(self, end: int) -> int:
        return int(self._draw() * end)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def is_lucky(self, part: float) -> bool:
        return self._draw() < part

    def some(self, end: int, count: int) -> tuple[int, ...]:
        """`count` different numbers below `end`, in the order drawn."""
        drawn: dict[int, None] = {}
        while len(drawn) < min(end, count):
            drawn[self.below(end)] = None
        return tuple(drawn)

    def weighted(self, weights: Iterable[int], count: int) -> Iterator[int]:
        """`count` places in the list, each as often as it weighs."""
        heights = list(accumulate(weights))
        return (bisect_right(heights, self.below(heights[-1])) for _ in range(count))


def generate(candidates: int, institutions: int, seed: str, habits: Habits | None = None) -> Problem:
    """A made-up round with about as many places as candidates. A ValueError where that is too few for a round."""
    if min(candidates, institutions - 1) < 1:
        raise ValueError("a round needs a candidate and two institutions")
    habits, chance = habits or Habits(), _Chance(seed)
    houses = _houses(institutions, chance, habits.tolerance)
    people = _people(candidates, houses, chance)
    posts = _posts(candidates, houses, chance)
    partners = _agreements(houses, chance) if habits.agreements_only else None
    pairs = tuple(_pairs(people, posts, partners, chance))
    return Problem(
        institutions=tuple(one.institution for one in houses),
        candidates=tuple(one.candidate for one in people),
        positions=tuple(one.position for one in posts),
        pairs=pairs,
        unit=habits.unit,
        shares=_shares(people, posts) if habits.with_shares else (),
        budgets=_budgets(pairs) if habits.with_budgets else (),
        seed=seed,
    )


def _ids(letter: str, count: int) -> Iterator[str]:
    """Of one length, so that they sort as they count."""
    return (f"{letter}{number:0{len(str(count))}}" for number in range(1, count + 1))


def _houses(count: int, chance: _Chance, tolerance: int) -> list[_House]:
    poor = [chance.is_lucky(0.35) for _ in COUNTRIES]
    fragile = [chance.is_lucky(0.4 if poor[number] else 0.1) for number in range(len(COUNTRIES))]
    houses = []
    for rank, name in enumerate(_ids("I", count)):
        # The earlier a country in the list, the more institutions it has.
        country = chance.below(chance.between(1, len(COUNTRIES)))
        size = 1_000_000 // (rank + 10)
        marks = {
            f"country:{COUNTRIES[country]}": True,
            "ldc": poor[country],
            "fragile": fragile[country],
            "small": rank >= count // 2,
        }
        groups = frozenset(group for group, has in marks.items() if has)
        waiting = chance.between(1, 3) if chance.is_lucky(0.1) else 0
        houses.append(
            _House(
                Institution(name, COUNTRIES[country], 0, tolerance, waiting, groups),
                region=country % REGIONS,
                sectors=(chance.below(SECTORS), chance.below(SECTORS)),
                sends=size * chance.between(60, 140),
                hosts=size * chance.between(60, 140),
                approves=0.55 + chance.below(26) / 100,
                pull=chance.between(0, 200),
            )
        )
    return houses


def _people(count: int, houses: Sequence[_House], chance: _Chance) -> list[_Person]:
    people = []
    homes = sorted(chance.weighted((one.sends for one in houses), count))
    for name, home in zip(_ids("C", count), homes, strict=True):
        house = houses[home]
        marks = {"women": chance.is_lucky(0.38), "disability": chance.is_lucky(0.06)}
        groups = [group for group, has in marks.items() if has]
        people.append(
            _Person(
                Candidate(
                    name, house.institution.id, frozenset([*groups, "-".join(groups)] if groups else [])
                ),
                house,
                sector=house.sectors[chance.below(2)],
                languages=_languages(house.region, chance),
                quarters=chance.some(QUARTERS, chance.between(1, 3)),
                level=chance.below(5),
                needs_access=marks["disability"],
            )
        )
    return people


def _languages(region: int, chance: _Chance) -> tuple[int, ...]:
    known = [region]
    if chance.is_lucky(0.55):
        known.append(_SHARED_LANGUAGE)
    if chance.is_lucky(0.2):
        known.append(chance.below(REGIONS))
    return tuple(sorted(dict.fromkeys(known)))


def _posts(seats: int, houses: Sequence[_House], chance: _Chance) -> list[_Post]:
    """Some are for two or three people; together for about as many as there are candidates."""
    offers = []
    hosts = chance.weighted((one.hosts for one in houses), seats)
    left = seats
    while left > 0:
        capacity = min(left, (1, 1, 1, 1, 1, 1, 1, 1, 2, 3)[chance.below(10)])
        offers.append((next(hosts), capacity))
        left -= capacity
    posts = []
    for name, (host, capacity) in zip(_ids("P", len(offers)), sorted(offers), strict=True):
        house, quarter, is_accessible = houses[host], chance.below(QUARTERS), chance.is_lucky(0.45)
        groups = frozenset(["accessible"] if is_accessible else [])
        posts.append(
            _Post(
                Position(name, house.institution.id, capacity, f"quarter {quarter + 1}", groups),
                house,
                sector=house.sectors[chance.below(2)],
                language=_SHARED_LANGUAGE if chance.is_lucky(0.3) else house.region,
                quarter=quarter,
                level=chance.below(5),
                days=30 * chance.between(1, 9),
                is_accessible=is_accessible,
            )
        )
    return posts


def _agreements(houses: Sequence[_House], chance: _Chance) -> dict[str, tuple[str, ...]]:
    """Each institution has asked some others, mostly larger ones; those that share a sector with it agreed."""
    asked = chance.weighted((one.hosts for one in houses), _ASKED * len(houses))
    agreed: dict[str, dict[str, None]] = defaultdict(dict)
    for number, other in enumerate(asked):
        one, two = houses[number // _ASKED], houses[other]
        if one.sectors[0] in two.sectors or one.sectors[1] in two.sectors:
            agreed[one.institution.id][two.institution.id] = None
            agreed[two.institution.id][one.institution.id] = None
    return {one: tuple(others) for one, others in agreed.items()}


def _pairs(
    people: Sequence[_Person],
    posts: Sequence[_Post],
    partners: dict[str, tuple[str, ...]] | None,
    chance: _Chance,
) -> Iterator[Pair]:
    shelves: dict[tuple[str, int, int, int], list[_Post]] = defaultdict(list)
    for post in posts:
        host = _ANYWHERE if partners is None else post.position.institution
        shelves[host, post.sector, post.language, post.quarter].append(post)
    for person in people:
        hosts = (_ANYWHERE,) if partners is None else partners.get(person.candidate.institution, ())
        within_reach = [
            shelves[shelf]
            for shelf in product(hosts, (person.sector,), person.languages, person.quarters)
            if shelf in shelves
        ]
        approved = [
            (-_quality(person, post, chance), post.position.id, post)
            for post in _looked_at(within_reach, chance)
            if _may_go(person, post) and chance.is_lucky(post.house.approves)
        ]
        acceptable = [(name, -worth, post) for worth, name, post in sorted(approved)[:MOST_ACCEPTABLE]]
        for name, quality, post in sorted(acceptable):
            cost = 25 * post.days + (400 if person.house.region == post.house.region else 1_200)
            yield Pair(person.candidate.id, name, quality, post.days, cost, _payer(person))


def _looked_at(shelves: Sequence[Sequence[_Post]], chance: _Chance) -> Iterable[_Post]:
    """All posts on the shelves, or some where there are many."""
    ends = list(accumulate(map(len, shelves)))
    if not ends or ends[-1] <= _TRIES:
        return chain.from_iterable(shelves)
    drawn = chance.some(ends[-1], _TRIES)
    found = (bisect_right(ends, number) for number in drawn)
    return [shelves[shelf][number - ends[shelf]] for shelf, number in zip(found, drawn, strict=True)]


def _may_go(person: _Person, post: _Post) -> bool:
    home, host = person.house.institution, post.house.institution
    return home.country != host.country and (post.is_accessible or not person.needs_access)


def _quality(person: _Person, post: _Post, chance: _Chance) -> int:
    """Half from how near their levels of experience are, the rest from the host's name and from chance."""
    near = 500 - 120 * abs(person.level - post.level)
    return min(BEST_QUALITY, max(1, near + post.house.pull + chance.between(1, 300)))


def _payer(person: _Person) -> str | None:
    """Donors look after regions; some institutions pay themselves."""
    if "small" not in person.house.institution.groups and "ldc" not in person.house.institution.groups:
        return None
    return f"donor {person.house.region % DONORS + 1}"


def _shares(people: Sequence[_Person], posts: Sequence[_Post]) -> tuple[Share, ...]:
    poor = sum("ldc" in one.house.institution.groups for one in people)
    seats: Counter[str] = Counter()
    for post in posts:
        seats[post.house.institution.country] += post.position.capacity
    cap = Fraction(max(seats.values()) * 850 // seats.total(), 1000)
    return (
        Share("women", "women", floor=Fraction("0.45")),
        Share(
            "least developed senders",
            "ldc",
            "sender",
            Fraction(min(1000, poor * 1000 // len(people) + 60), 1000),
        ),
        Share("people with disabilities", "disability", floor=Fraction("0.05")),
        *(Share(f"host country {one}", f"country:{one}", "host", cap=cap) for one in sorted(seats)),
    )


def _budgets(pairs: Sequence[Pair]) -> tuple[Budget, ...]:
    """Three in four of those who have a pair will travel, at the average cost: 85 % of that."""
    costs: dict[str, list[int]] = defaultdict(list)
    people: dict[str, dict[str, None]] = defaultdict(dict)
    for pair in pairs:
        if pair.payer:
            costs[pair.payer].append(pair.cost)
            people[pair.payer][pair.candidate] = None
    return tuple(
        Budget(payer, payer, len(people[payer]) * sum(of_pairs) * 75 * 85 // (len(of_pairs) * 10_000))
        for payer, of_pairs in sorted(costs.items())
    )
