"""A round solved: the one place that says which method answers which problem."""

from collections.abc import Iterable, Iterator, Sequence

from ayni.matching.base import Told, best
from ayni.matching.checking import between_pairs
from ayni.matching.levels import ORDER, full_order, levels_of
from ayni.matching.linear import first_flow, version
from ayni.matching.mixed import settle
from ayni.matching.network import flow_of, network_of
from ayni.matching.problem import Key, Problem, faults
from ayni.matching.solution import Note, Placement, Reached, Solution, balances, refutation, status_of


def quietly(_: str) -> None:
    """For whoever does not want to hear how far it is."""


def solve(
    problem: Problem,
    *,
    seed: str | None = None,
    previous: Solution | None = None,
    order: Sequence[str] = ORDER,
    told: Told = quietly,
) -> Solution:
    """The best round, and how far that is proven.

    `seed` settles what is otherwise equal (the problem's own if None); `previous` is what the level "stay"
    keeps to; `told` hears a line at each step. A ValueError lists what is wrong with the problem.
    """
    if wrong := list(faults(problem)):
        raise ValueError("\n".join(wrong))
    problem = problem.in_order()
    seed = problem.seed if seed is None else seed
    wanted = full_order(order, strict=problem.reciprocity.strict)
    stayed = previous.placements if previous else ()
    find = _of_a_flow if problem.is_base else _of_rows
    placed, levels, notes, duals = find(problem, wanted, seed, [one.key for one in stayed], told)
    quality = {pair.key: pair.quality for pair in problem.pairs}
    status, gap = status_of(levels)
    return Solution(
        placements=tuple(sorted(Placement(*key) for key in placed)),
        count=len(placed),
        quality=sum(quality[key] for key in placed),
        status=status,
        bound=next((one.bound for one in levels if one.level == "count"), 0),
        gap=gap,
        balance=balances(problem, placed),
        levels=levels,
        notes=(*notes, *_unkept(problem, placed), *_idle(problem)),
        order=tuple(order),
        seed=seed,
        problem=problem.hash(),
        solver=version(),
        previous=stayed,
        duals=duals,
    )


Found = tuple[list[Key], tuple[Reached, ...], tuple[Note, ...], tuple[tuple[str, tuple[int, ...]], ...]]


def _of_a_flow(problem: Problem, order: Sequence[str], seed: str, stayed: Iterable[Key], told: Told) -> Found:
    network = network_of(problem)
    told(f"{len(network.open_pairs):,} pairs of {len(problem.candidates):,} people")
    levels = levels_of(network, order, seed, stayed, network.excess)
    begin = first_flow(network, levels) if network.open_pairs else flow_of(network, ())
    flow = best(network, levels, begin, told).flow
    values = [(level.name, level.value(flow)) for level in levels if level.name != "lottery"]
    return network.placed(flow), tuple(Reached(name, value, value, "exact") for name, value in values), (), ()


def _of_rows(problem: Problem, order: Sequence[str], seed: str, stayed: Iterable[Key], told: Told) -> Found:
    told(f"{len(problem.pairs):,} pairs of {len(problem.candidates):,} people")
    settled = settle(problem, order, seed, stayed, told)
    duals = tuple((step.reached.level, tuple(step.prices.tolist())) for step in settled.steps)
    refuted = tuple((refutation(n), tuple(prices.tolist())) for n, prices in settled.refuted)
    reached = tuple(step.reached for step in settled.steps)
    return network_of(problem).placed(settled.answer), reached, settled.notes, (*duals, *refuted)


def _unkept(problem: Problem, placed: Iterable[Key]) -> Iterator[Note]:
    """Promises that could not be kept, and balances that could not be brought back."""
    placed = set(placed)
    for candidate, position in sorted(problem.locked - placed):
        text = f"{candidate!r} at {position!r} was locked, but cannot go together with the rest."
        yield Note("locked-not-kept", candidate, text)
    rule = problem.reciprocity
    if rule.between == "institutions":
        tolerated = {one.id: one.tolerance for one in problem.institutions}
        for name, after in balances(problem, placed).items():
            if abs(after) > tolerated[name]:
                yield _beyond(name, f"{name!r} ends", after, tolerated[name])
    elif rule.between == "pairs":
        for (one, other), (_, after) in between_pairs(problem, list(placed)).items():
            if abs(after) > rule.tolerance:
                yield _beyond(one, f"{one!r} and {other!r} end", after, rule.tolerance)


def _idle(problem: Problem) -> Iterator[Note]:
    """Goals that are about nobody: a slip of the pen, or a gap in who was nominated."""
    groups = {group for one in problem.candidates for group in one.groups}
    houses = {group for one in problem.institutions for group in one.groups}
    for share in problem.shares:
        if share.group not in (groups if share.side == "candidate" else houses):
            kind = "candidate" if share.side == "candidate" else "institution"
            text = f"The share {share.name!r}: no {kind} is in the group {share.group!r}."
            yield Note("nobody-in-group", share.name, text)
    payers = {pair.payer for pair in problem.pairs}
    for budget in problem.budgets:
        if budget.payer not in payers:
            yield Note(
                "pays-for-nothing",
                budget.name,
                f"The budget {budget.name!r}: {budget.payer!r} pays for no pair.",
            )


def _beyond(about: str, who: str, after: int, tolerated: int) -> Note:
    text = (
        f"{who} with a balance of {after:+} (hosted minus sent); agreed were at most {tolerated} either way."
    )
    return Note("out-of-balance", about, text)
