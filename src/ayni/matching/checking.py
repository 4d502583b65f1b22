"""What placements must keep, counted again from the problem alone: no network, no solver, no word of either."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import ceil, floor

from ayni.matching.problem import Key, Problem, Share
from ayni.matching.solution import balances


def broken_rules(problem: Problem, placed: Sequence[Key], excused: Collection[str] = ()) -> list[str]:
    """A line for each rule that the placements break. `excused`: names of shares that could not be kept.

    Who begins out of balance may stay so, but goes no further; locked pairs may be missing (that is reported
    where the round is solved, since two may exclude each other).
    """
    allowed = {pair.key for pair in problem.pairs} - problem.forbidden
    strangers = [
        f"{one!r} at {other!r} is not an allowed pair" for one, other in placed if (one, other) not in allowed
    ]
    if strangers:
        return strangers
    return [
        *_of_places(problem, placed),
        *_of_cohorts(problem, placed),
        *_of_balances(problem, placed),
        *_of_shares(problem, placed, excused),
        *_of_budgets(problem, placed),
    ]


def _of_places(problem: Problem, placed: Sequence[Key]) -> Iterator[str]:
    capacity = {one.id: one.capacity for one in problem.positions}
    for candidate, times in Counter(candidate for candidate, _ in placed).items():
        if times > 1:
            yield f"{candidate!r} is placed {times} times"
    for position, taken in Counter(position for _, position in placed).items():
        if taken > capacity[position]:
            yield f"{position!r} has room for {capacity[position]}, not {taken}"


def _of_cohorts(problem: Problem, placed: Sequence[Key]) -> Iterator[str]:
    travels = {candidate for candidate, _ in placed}
    cohorts: defaultdict[str, list[str]] = defaultdict(list)
    for one in problem.candidates:
        if one.cohort is not None:
            cohorts[one.cohort].append(one.id)
    for cohort, together in cohorts.items():
        if 0 < len(travels.intersection(together)) < len(together):
            yield f"the cohort {cohort!r} is torn apart"


def _of_balances(problem: Problem, placed: Sequence[Key]) -> Iterator[str]:
    rule = problem.reciprocity
    if not rule.strict or rule.between == "nobody":
        return
    if rule.between == "institutions":
        before = {one.id: (one.balance, one.tolerance) for one in problem.institutions}
        for name, after in balances(problem, placed).items():
            if not _is_tolerated(*before[name], after):
                yield f"{name!r} ends with a balance of {after:+}, tolerated are {before[name][1]}"
        return
    for (one, other), (start, after) in between_pairs(problem, placed).items():
        if not _is_tolerated(start, rule.tolerance, after):
            yield f"{one!r} and {other!r} end with a balance of {after:+}, tolerated are {rule.tolerance}"


def _is_tolerated(before: int, tolerance: int, after: int) -> bool:
    return min(before, -tolerance) <= after <= max(before, tolerance)


def between_pairs(problem: Problem, placed: Sequence[Key]) -> dict[tuple[str, str], tuple[int, int]]:
    """What the first of each two hosted from the other minus what it sent there: before the round, and after."""
    homes = {one.id: one.institution for one in problem.candidates}
    hosts = {one.id: one.institution for one in problem.positions}
    days = {pair.key: pair.days for pair in problem.pairs}
    before = Counter({(one, other): at for one, other, at in problem.reciprocity.in_order()})
    change: Counter[tuple[str, str]] = Counter()
    for key in placed:
        home, host = homes[key[0]], hosts[key[1]]
        weight = days[key] if problem.unit == "days" else 1
        change[min(home, host), max(home, host)] += weight if host < home else -weight
    return {
        both: (before[both], before[both] + change[both]) for both in sorted(before.keys() | change.keys())
    }


def members_of(problem: Problem, share: Share) -> tuple[set[str], set[str]]:
    """The candidates, and the positions, that count as the group."""
    chosen = {one.id for one in problem.institutions if share.group in one.groups}
    if share.side == "candidate":
        return {one.id for one in problem.candidates if share.group in one.groups}, set()
    if share.side == "sender":
        return {one.id for one in problem.candidates if one.institution in chosen}, set()
    return set(), {one.id for one in problem.positions if one.institution in chosen}


def in_group(problem: Problem, share: Share, placed: Sequence[Key]) -> int:
    """How many of those placed count as the share's group."""
    people, places = members_of(problem, share)
    return sum(candidate in people or position in places for candidate, position in placed)


def _of_shares(problem: Problem, placed: Sequence[Key], excused: Collection[str]) -> Iterator[str]:
    for share in problem.shares:
        if share.name in excused:
            continue
        there, count = in_group(problem, share, placed), len(placed)
        if share.floor is not None and there < share.floor * count:
            yield f"share {share.name!r}: {there} of {count}, at least {ceil(share.floor * count)} are asked for"
        if share.cap is not None and there > share.cap * count:
            yield f"share {share.name!r}: {there} of {count}, at most {floor(share.cap * count)} are allowed"


def _of_budgets(problem: Problem, placed: Sequence[Key]) -> Iterator[str]:
    costs = {pair.key: (pair.payer, pair.cost) for pair in problem.pairs}
    spent: Counter[str | None] = Counter()
    for payer, cost in (costs[key] for key in placed):
        spent[payer] += cost
    for budget in problem.budgets:
        if spent[budget.payer] > budget.limit:
            yield f"budget {budget.name!r}: {spent[budget.payer]:,} of {budget.limit:,}"
