"""What each goal changes, and what other ways of deciding would give, as tables."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ayni.matching.checking import broken_rules
from ayni.matching.columns import aligned, people, signed
from ayni.matching.greedy import greedy
from ayni.matching.problem import Key, Problem
from ayni.matching.solution import Solution
from ayni.matching.trading import ttc

if TYPE_CHECKING:
    from ayni.matching.tradeoffs import Case, Tradeoff  # which needs the solver; telling does not

_WIDE = 100
_OPEN = "?"
_GAVE_WAY = "*"
_KEEPS = "\N{NO-BREAK SPACE}"


def tradeoffs_as_text(found: "Sequence[Tradeoff]") -> str:
    """Differences to the balanced round; of what is left out, to the round with all goals."""
    whole: dict[Case, Tradeoff] = {one.case: one for one in found if not one.goal}
    alone = {one.goal: one for one in found if one.case == "alone"}
    without = {one.goal: one for one in found if one.case == "all but"}
    parts = (
        _rounds(whole, next(iter(alone.values())) if len(alone) == 1 else None),
        _each(whole, alone, without) if len(alone) > 1 else (),
        _footnotes(found),
    )
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _rounds(whole: "Mapping[Case, Tradeoff]", only: "Tradeoff | None") -> Iterator[str]:
    balanced = whole["balanced"]
    rounds = [
        ("Without balance, without goals", whole["unbalanced"]),
        ("In balance, without goals", balanced),
    ]
    if only:
        rounds.append((f"In balance, with {only.goal}", only))
    if "all" in whole:
        rounds.append(("In balance, with all goals", whole["all"]))
    rows = [("round", "people", "", "quality", "")]
    for name, one in rounds:
        people_more, quality_more = ("", "") if one is balanced else _difference(one, balanced)
        rows.append((name, f"{one.count:,}", people_more, f"{one.quality:,}{_mark(one)}", quality_more))
    yield "How many go, and the difference to the round in balance:"
    yield from aligned(rows, right={1, 2, 3, 4})


def _each(
    whole: "Mapping[Case, Tradeoff]", alone: "Mapping[str, Tradeoff]", without: "Mapping[str, Tradeoff]"
) -> Iterator[str]:
    rows, idle = [], []
    for goal, one in alone.items():
        cells = (*_difference(one, whole["balanced"]), *_difference(without[goal], whole["all"]))
        marks = _mark(one), _mark(without[goal])
        if set(cells) == {"0"} and not any(marks):
            idle.append(goal)
        else:
            rows.append((goal, cells[0], cells[1] + marks[0], cells[2], cells[3] + marks[1]))
    if rows:
        yield "What each goal changes: asked for by itself (compared with no goals),"
        yield "and left out while the others are asked for (compared with all goals):"
        two = ("", "alone", "", "left out", "")
        yield from aligned(
            [two, ("goal", "people", "quality", "people", "quality"), *rows], right={1, 2, 3, 4}
        )
    if idle:
        names = ", ".join(goal.replace(" ", _KEEPS) for goal in idle)
        told = f"Neither alone nor left out, these change nothing: {names}."
        for line in textwrap.wrap(told, _WIDE, break_long_words=False, break_on_hyphens=False):
            yield line.replace(_KEEPS, " ")


def _difference(one: "Tradeoff", other: "Tradeoff") -> tuple[str, str]:
    return signed(one.count - other.count), signed(one.quality - other.quality)


def _mark(one: "Tradeoff") -> str:
    return ("" if one.status == "proven" else _OPEN) + (_GAVE_WAY if one.gave_way else "")


def _footnotes(found: "Sequence[Tradeoff]") -> Iterator[str]:
    if any(one.status != "proven" for one in found):
        yield f"{_OPEN} marks rounds of which it is not proven that there are no better ones."
    if names := dict.fromkeys(name for one in found for name in one.gave_way):
        told = f"{_GAVE_WAY} marks rounds in which shares gave way, or were too small to be asked for: "
        yield from textwrap.wrap(told + ", ".join(names) + ".", _WIDE, break_long_words=False)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to decide a round. `broken`: how many of its rules the placements break."""

    way: str
    count: int
    quality: int
    broken: int


def ways(problem: Problem, solution: Solution) -> tuple[Way, ...]:
    """The round as solved; swaps by hand; trading cycles. The last two know balance only, not goals."""
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    quality = {pair.key: pair.quality for pair in problem.pairs}

    def of(name: str, placed: Sequence[Key]) -> Way:
        broken = broken_rules(problem, placed, excused)
        return Way(name, len(placed), sum(quality[key] for key in placed), len(broken))

    return (
        of("this round", solution.keys),
        of("swaps by hand", [one.key for one in greedy(problem)]),
        of("trading cycles", [one.key for one in ttc(problem)]),
    )


def ways_as_text(found: Sequence[Way]) -> str:
    best = found[0]
    rows = [("way", "people", "", "quality", "", "rules broken")]
    for one in found:
        more = (
            ("", "") if one is best else (signed(one.count - best.count), signed(one.quality - best.quality))
        )
        rows.append((one.way, f"{one.count:,}", more[0], f"{one.quality:,}", more[1], f"{one.broken:,}"))
    lines = [
        f"This round sends {people(best.count)}; the same people and positions, decided in other ways:",
        *aligned(rows, right={1, 2, 3, 4, 5}),
        "Swaps by hand: two institutions exchange one for one, the best swap first.",
        "Trading cycles: nobody gains by hiding a position.",
        "Both keep institutions even, and look at no budget, share or earlier balance.",
    ]
    return "\n".join(lines) + "\n"
