"""Why, and why not: explanations in sentences that a coordinator can pass on."""

from collections.abc import Iterable, Iterator, Sequence

from ayni.matching.columns import SHOWN, aligned, counted
from ayni.matching.explaining import Change, Explanation
from ayni.matching.problem import Pair, Problem
from ayni.matching.solution import Proof, Solution

_NAMED = 5  # people whose change is told in a sentence
_PROVEN: dict[Proof, str] = {
    "exact": "",
    "solver": "This is so as far as the solver knows; it was not checked without it.",
    "open": "Not proven: not every round was looked at, so there may be a better one.",
}


def why_as_text(
    problem: Problem,
    answers: Sequence[Explanation],
    candidate: str,
    *,
    everything: bool = False,
) -> str:
    """`answers`: of `why`."""
    most = None if everything else SHOWN
    if answers and answers[0].kind == "placed":
        lines = _why_there(problem, candidate, str(answers[0].position))
    else:
        lines = _why_at_home(problem, candidate, answers, most)
    return "\n".join(lines) + "\n"


def _why_there(problem: Problem, candidate: str, position: str) -> Iterator[str]:
    wishes = sorted(_open_pairs(problem, candidate), key=lambda pair: -pair.quality)
    quality = next(pair.quality for pair in wishes if pair.position == position)
    hosts = {one.id: one.institution for one in problem.positions}
    yield f"{candidate} goes to {position} at {hosts[position]}, with quality {quality:,}."
    better = [pair for pair in wishes if pair.quality > quality]
    if len(wishes) == 1:
        yield "No other position is possible."
    elif not better:
        yield f"Of {len(wishes):,} possible positions none has a better quality."
    else:
        yield (
            f"Of {len(wishes):,} possible positions {len(better):,} {'has' if len(better) == 1 else 'have'} "
            f"a better quality: {', '.join(pair.position for pair in better[:_NAMED])}."
        )
    if better:
        yield "The round as a whole is better like this: `why-not` with such a position says by what."


def _why_at_home(
    problem: Problem, candidate: str, answers: Sequence[Explanation], most: int | None
) -> Iterator[str]:
    if not answers:
        yield f"{candidate} stays at home: no position is possible."
        yield "None fits the rules of the round, or hosts and candidate did not both agree."
        return
    qualities = {pair.position: pair.quality for pair in _open_pairs(problem, candidate)}
    hosts = {one.id: one.institution for one in problem.positions}
    possible = counted(len(answers), "position is possible", "positions are possible")
    yield f"{candidate} stays at home. {possible}. What each would mean for the round, the least first:"
    rows = []
    for one in answers:
        place = str(one.position)
        what = consequences(one) if one.kind == "costs" else _other(one)
        others = f"{_others(one)} would change" if one.kind in {"costs", "equal"} else ""
        quality = f"quality {qualities[place]:,}" if place in qualities else ""
        rows.append((place, f"at {hosts[place]}", quality, what, others))
    yield from aligned(rows[:most])
    if most is not None and len(rows) > most:
        yield f"  ... and {len(rows) - most:,} more: --all shows them."
    weakest = max((one.proof for one in answers), key=list(_PROVEN).index)
    if _PROVEN[weakest]:
        yield _PROVEN[weakest]
    yield "`why-not` with one of them names the people."


def _other(one: Explanation) -> str:
    return "as good as now: a lot decided" if one.kind == "equal" else one.rule


def _open_pairs(problem: Problem, candidate: str) -> list[Pair]:
    return [
        pair for pair in problem.pairs if pair.candidate == candidate and pair.key not in problem.forbidden
    ]


def why_not_as_text(solution: Solution, answer: Explanation, *, everything: bool = False) -> str:
    """One answer of `why_not`."""
    who, place = answer.candidate, answer.position
    now = dict(solution.keys).get(who)
    if answer.kind == "placed":
        return f"{who} does go to {place}.\n"
    where = f"{who} goes to {now} now." if now else f"{who} stays at home now."
    proof = f"{_PROVEN[answer.proof]}\n" if _PROVEN[answer.proof] else ""
    return f"{_first(solution, answer, everything=everything)}\n{proof}{where}\n"


def _first(solution: Solution, answer: Explanation, *, everything: bool) -> str:
    who, place = answer.candidate, answer.position
    if answer.kind == "impossible" and answer.proof == "open":
        return f"No round was found that sends {who} to {place}."
    if answer.kind not in {"costs", "equal"}:
        return f"{who} cannot go to {place}: {answer.rule}."
    if answer.kind == "costs":
        first = f"Sending {who} to {place} would mean that {consequences(answer)}"
    else:
        lot = "a lot decided" if "lottery" in solution.order else "nothing asked for decides between the two"
        first = f"Sending {who} to {place} would be exactly as good: {lot}"
    if not answer.changes:
        return f"{first}. Nobody else would have to change."
    named = "; ".join(_changes(answer.changes, None if everything else _NAMED))
    return f"{first}. {_others(answer)} would have to change: {named}."


def _others(answer: Explanation) -> str:
    return counted(len(answer.changes), "other")


def consequences(answer: Explanation) -> str:
    """What decides: the most important thing that would be different."""
    level, delta = next((level, delta) for level, delta in answer.deltas if delta)
    return _in_words(level, delta)


def _in_words(level: str, delta: int) -> str:
    many, more = abs(delta), "more" if delta > 0 else "fewer"
    one = many == 1
    known = {
        "count": f"{_persons(many, more)} {'goes' if one else 'go'}",
        "stay": f"{_persons(many, more)} {'stays' if one else 'stay'} where they were before",
        "quality": f"the quality of the round {'rises' if delta > 0 else 'falls'} by {many:,}",
        "locked": f"{counted(many, 'promised pair')} {more} {'is' if one else 'are'} kept",
        "balance": f"balances end {many:,} {'further beyond' if delta > 0 else 'less far beyond'} what is tolerated",
        "coverage": f"{counted(many, 'round')} of waiting {more} {'comes' if one else 'come'} to an end",
    }
    return known.get(level, f"{_persons(many, more)} of the {level} {'goes' if one else 'go'}")


def _persons(many: int, more: str) -> str:
    return f"one person {more}" if many == 1 else f"{many:,} people {more}"


def _changes(changes: Sequence[Change], most: int | None) -> Iterable[str]:
    for one in changes[:most]:
        if one.after is None:
            yield f"{one.candidate} would stay at home instead of going to {one.before}"
        elif one.before is None:
            yield f"{one.candidate} would go to {one.after} instead of staying at home"
        else:
            yield f"{one.candidate} would go to {one.after} instead of {one.before}"
    if most is not None and len(changes) > most:
        yield f"and {len(changes) - most:,} more"
