"""A solved round as text, for those who coordinate it: who goes, what is proven, how balances end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING

from ayni.matching.certifying import only_said
from ayni.matching.checking import between_pairs, in_group
from ayni.matching.columns import SHOWN, aligned, counted, people, rules_broken, signed
from ayni.matching.problem import BEST_QUALITY, Pair, Problem, Share
from ayni.matching.solution import Certificate, Reached, Solution

if TYPE_CHECKING:
    from ayni.matching.resolving import Resolved  # which needs the solver; telling does not

_LEVELS = {
    "locked": "Promised pairs kept",
    "balance": "Beyond what is tolerated",
    "count": "People who go",
    "stay": "People who stay where they were",
    "quality": "Quality",
    "coverage": "Rounds of waiting that end",
}
_PROOFS = {
    "exact": "proven: {better} is impossible",
    "solver": "the solver says that {better} is impossible; not proven without it",
    "open": "not proven: {bound:,} might be possible",
}
_AT_LIMIT, _NOT_KEPT, _NOT_ASKED = "at its limit", "not kept, see above", "not asked for, see above"


def solution_as_text(problem: Problem, solution: Solution, *, everything: bool = False) -> str:
    """`everything`: all rows of each list, not only the first."""
    most = None if everything else SHOWN
    parts = (
        _headline(problem, solution),
        proofs([one for one in solution.levels if one.level in _LEVELS or one.proof == "open"]),
        _notes(solution, most),
        _balances(problem, solution, most),
        _between_pairs(problem, solution, most),
        _goals(problem, solution, most),
        _placements(problem, solution, most),
    )
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def resolved_as_text(resolved: "Resolved", before: Solution, *, everything: bool = False) -> str:
    """What changes for those who are still there; then the round. `before`: the answer until now."""
    most = None if everything else SHOWN
    changes = resolved.changes
    lines = [f"Until now {people(before.count)} went; now {people(resolved.solution.count)} can go."]
    if changes:
        lines += [f"Of those who are still there, {people(len(changes))} would go elsewhere than before:"]
        rows = [(one.candidate, _place(one.before), "->", _place(one.after)) for one in changes]
        lines += _cut(list(aligned(rows)), most)
    else:
        lines += ["Nothing changes for those who are still there."]
    return (
        "\n".join(lines)
        + "\n\n"
        + solution_as_text(resolved.problem, resolved.solution, everything=everything)
    )


def _place(position: str | None) -> str:
    return position or "at home"


def certificate_as_text(certificate: Certificate) -> str:
    parts = [_verdict(certificate), proofs(certificate.levels, is_checked=True), _as_measured(certificate)]
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def _verdict(certificate: Certificate) -> Iterator[str]:
    if certificate.broken:
        yield f"{rules_broken(len(certificate.broken))}:"
        yield from (f"  {line}" for line in certificate.broken)
        return
    kept = "Every other rule is kept" if certificate.waived else "Every rule is kept"
    yield from (f"{line[0].upper()}{line[1:]}." for line in certificate.waived)
    if certificate.is_proven:
        yield f"{kept}, and no better round is possible. Checked without the solver."
    else:
        yield f"{kept}. That no better round is possible is not proven in every respect."


def _as_measured(certificate: Certificate) -> Iterator[str]:
    lines = (*certificate.doubts, *certificate.basis)
    if lines:
        yield "As measured:"
        yield from (f"  {line}" for line in lines)


def proofs(levels: Sequence[Reached], *, is_checked: bool = False) -> Iterator[str]:
    """`is_checked`: what a file says of itself is told as that."""
    if levels:
        yield "How good it is (what stands higher is more important):"
        yield from aligned((_proof(one, is_checked) for one in levels), right={1})


def _proof(one: Reached, is_checked: bool) -> tuple[str, str, str]:
    if one.level == "lottery":
        return "Lots", "", f"{'' if one.proof == 'exact' else 'not '}drawn as the seed says"
    name = _LEVELS.get(one.level, f"In the {one.level}, which gave way")
    better = "less" if one.level == "balance" else "more" if one.level in _LEVELS else "better"
    words = _PROOFS[one.proof].format(better=better, bound=one.bound)
    return name, f"{one.value:,}", only_said(one) if is_checked and one.proof == "solver" else words


def _headline(problem: Problem, solution: Solution) -> Iterator[str]:
    nominated, going = len(problem.candidates), solution.count
    verb = "goes" if going == 1 else "go"
    yield f"{going:,} of {people(nominated)} nominated {verb}."
    if home := nominated - going:
        forbidden = problem.forbidden
        possible = {pair.candidate for pair in problem.pairs if pair.key not in forbidden}
        stranded = sum(one.id not in possible for one in problem.candidates)
        reason = f", {stranded:,} of them because there is no position for them" if stranded else ""
        yield f"{people(home)} {'stays' if home == 1 else 'stay'} at home{reason}."
    if going:
        yield f"Quality: {solution.quality:,} in all, on average {solution.quality / going:.0f} of {BEST_QUALITY:,}."


def _notes(solution: Solution, most: int | None) -> Iterator[str]:
    """Those on balances come last: the tables of balances say it again."""
    if solution.notes:
        notes = sorted(solution.notes, key=lambda note: note.code == "out-of-balance")
        yield "Please note:"
        yield from _cut([f"  {note.text}" for note in notes], most)


def _balances(problem: Problem, solution: Solution, most: int | None) -> Iterator[str]:
    """Who ends furthest beyond what was agreed comes first."""
    sent, hosted = _moved(problem, solution)
    has_limits = problem.reciprocity.between == "institutions"
    beyond = {
        one.id: max(0, abs(solution.balance[one.id]) - one.tolerance) if has_limits else 0
        for one in problem.institutions
    }
    rows = []
    for one in sorted(problem.institutions, key=lambda one: (-beyond[one.id], one.id)):
        agreed = _within(one.tolerance) if has_limits else ""
        numbers = (signed(one.balance), f"{sent[one.id]:,}", f"{hosted[one.id]:,}")
        rows.append((one.id, *numbers, signed(solution.balance[one.id]), agreed, _mark(beyond[one.id])))
    if rows:
        heading = ("institution", "before", "sent", "hosted", "after", "agreed" if has_limits else "", "")
        yield f"Balances (hosted minus sent, in {problem.unit}):"
        yield from _cut(list(aligned([heading, *rows], right=range(1, 6))), most, heading=1)
    yield from _outside(beyond.values(), "institution ends", "institutions end")


def _mark(beyond: int) -> str:
    return "!" if beyond else ""


def _outside(beyond: Iterable[int], one: str, more: str) -> Iterator[str]:
    if many := sum(map(bool, beyond)):
        yield f"  ! {counted(many, one, more)} outside of what was agreed."


def _moved(problem: Problem, solution: Solution) -> tuple[Counter[str], Counter[str]]:
    """What each institution sent and hosted in this round, in its unit."""
    homes, hosts = _homes(problem), _hosts(problem)
    days = {pair.key: pair.days for pair in problem.pairs}
    sent, hosted = Counter[str](), Counter[str]()
    for key in solution.keys:
        weight = days[key] if problem.unit == "days" else 1
        sent[homes[key[0]]] += weight
        hosted[hosts[key[1]]] += weight
    return sent, hosted


def _within(tolerance: int) -> str:
    return f"{-tolerance:,} to +{tolerance:,}" if tolerance else "0"


def _between_pairs(problem: Problem, solution: Solution, most: int | None) -> Iterator[str]:
    if problem.reciprocity.between != "pairs":
        return
    agreed = problem.reciprocity.tolerance
    balances = between_pairs(problem, solution.keys)
    beyond = {both: max(0, abs(after) - agreed) for both, (_, after) in balances.items()}
    rows = [
        (*both, *map(signed, balances[both]), _within(agreed), _mark(beyond[both]))
        for both in sorted(balances, key=lambda both: (-beyond[both], both))
    ]
    if rows:
        yield f"Between each two (what the first hosted from the other minus what it sent there, in {problem.unit}):"
        heading = ("first", "other", "before", "after", "agreed", "")
        yield from _cut(list(aligned([heading, *rows], right={2, 3, 4})), most, heading=1)
    yield from _outside(beyond.values(), "of these pairs ends", "of these pairs end")


def _goals(problem: Problem, solution: Solution, most: int | None) -> Iterator[str]:
    """First what matters: caps that are far away come last."""
    rows = [*_budgets(problem, solution), *_shares(problem, solution)]
    caps = {share.name for share in problem.shares if share.floor is None}
    rows.sort(key=lambda row: row[0] in caps and not row[-1])
    if rows:
        yield f"Goals for the {people(solution.count)} who go:"
        heading = ("goal", "asked for", "reached", "")
        yield from _cut(list(aligned([heading, *rows], right={2})), most, heading=1)


def _shares(problem: Problem, solution: Solution) -> Iterator[tuple[str, str, str, str]]:
    not_asked = {note.about for note in solution.notes if note.code == "share-too-small"}
    for share in problem.shares:
        reached, limits = in_group(problem, share, solution.keys), _limits(share, solution.count)
        asked = ", ".join(f"{side} {limit:,} ({part})" for (side, part), limit in limits.items())
        is_beyond = any(
            reached < limit if side == "at least" else reached > limit for (side, _), limit in limits.items()
        )
        mark = _AT_LIMIT if reached in limits.values() else ""
        if share.name in not_asked:
            mark = _NOT_ASKED
        elif is_beyond:
            mark = _NOT_KEPT
        yield share.name, asked, people(reached), mark


def _limits(share: Share, count: int) -> dict[tuple[str, str], int]:
    limits = {}
    if share.floor is not None:
        limits["at least", f"{float(share.floor):.1%}"] = ceil(share.floor * count)
    if share.cap is not None:
        limits["at most", f"{float(share.cap):.1%}"] = floor(share.cap * count)
    return limits


def _budgets(problem: Problem, solution: Solution) -> Iterator[tuple[str, str, str, str]]:
    costs = {pair.key: (pair.payer, pair.cost) for pair in problem.pairs}
    spent = Counter[str | None]()
    for payer, cost in (costs[key] for key in solution.keys):
        spent[payer] += cost
    for one in problem.budgets:
        part = f"{spent[one.payer] * 1000 // one.limit / 10:.1f}%" if one.limit else ""
        yield one.name, f"at most {one.limit:,}", f"{spent[one.payer]:,} spent", part


def _placements(problem: Problem, solution: Solution, most: int | None) -> Iterator[str]:
    if not solution.placements:
        return
    homes, hosts = _homes(problem), _hosts(problem)
    pairs: dict[tuple[str, str], Pair] = {pair.key: pair for pair in problem.pairs}
    periods = {one.id: one.period for one in problem.positions}
    hosted = Counter(hosts[one.position] for one in solution.placements)
    going = sorted(solution.placements, key=lambda one: (hosts[one.position], one.position, one.candidate))
    rows = [
        (one.candidate, f"from {homes[one.candidate]}", one.position, periods[one.position],
         f"quality {pairs[one.key].quality:,}")
        for one in going
    ]  # fmt: skip
    yield "Who goes where, host by host:"
    last = ""
    for one, line in zip(going[:most], aligned(rows[:most], indent="    "), strict=True):
        if hosts[one.position] != last:
            last = hosts[one.position]
            yield f"  {last} hosts {people(hosted[last])}"
        yield line
    yield from _rest(len(going), most)


def _homes(problem: Problem) -> dict[str, str]:
    return {one.id: one.institution for one in problem.candidates}


def _hosts(problem: Problem) -> dict[str, str]:
    return {one.id: one.institution for one in problem.positions}


def _cut(lines: Sequence[str], most: int | None, *, heading: int = 0) -> Iterator[str]:
    """The first lines, and how many more there are."""
    yield from lines if most is None else lines[: most + heading]
    yield from _rest(len(lines) - heading, most)


def _rest(many: int, most: int | None) -> Iterable[str]:
    if most is not None and many > most:
        return [f"  ... and {many - most:,} more: --all shows them."]
    return []
