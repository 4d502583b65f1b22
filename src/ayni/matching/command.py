"""`ayni match ...`, which is also `python -m ayni.matching ...`: rounds solved, checked and explained from files."""

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ayni.matching.base import Told
from ayni.matching.certifying import certify
from ayni.matching.checking import broken_rules
from ayni.matching.circle_files import found_as_json, found_as_text, read_graph, read_input
from ayni.matching.circles import Graph
from ayni.matching.columns import counted, people, rules_broken
from ayni.matching.command_arguments import HELP, add_arguments
from ayni.matching.command_files import (
    NAME,
    Unusable,
    known,
    read_with,
    reason,
    refuse_what_cannot_be_written,
    write_all,
)
from ayni.matching.faults import NotSolved
from ayni.matching.files import problem_as_json, read_problem, read_solution, solution_as_json
from ayni.matching.generating import Habits, generate
from ayni.matching.levels import ORDER, full_order
from ayni.matching.problem import Problem
from ayni.matching.solution import Solution
from ayni.matching.telling import certificate_as_text, resolved_as_text, solution_as_text
from ayni.matching.telling_goals import tradeoffs_as_text, ways, ways_as_text
from ayni.matching.waiting import leave_at_once, progress, while_listening

if TYPE_CHECKING:
    from ayni.matching.explaining import Explainer

# What needs the solver is imported where it is asked for: `check` works where none is installed.
DONE, NOT_PROVEN, UNUSABLE = 0, 1, 2
Options = argparse.Namespace


def main(arguments: Sequence[str], name: str = NAME) -> int:
    """The exit code. Wrong arguments end in SystemExit with 2, as argparse does."""
    parser = argparse.ArgumentParser(name, description=HELP)
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(options: Options) -> int:
    """Do one thing; what somebody at the keyboard can mend is one line for each fault, and no traceback."""
    try:
        code = _DO[options.what](options)
        sys.stdout.flush()
    except Unusable as fault:
        return _tell_faults(fault.lines, UNUSABLE)
    except NotSolved as fault:
        return _tell_faults([f"{NAME}: the round could not be solved. {fault}."], NOT_PROVEN)
    except KeyboardInterrupt:
        leave_at_once()
    except BrokenPipeError:  # `ayni match solve ... | head`: whoever listened has enough
        _let_go_of_output()
        return DONE
    except OSError as error:
        _let_go_of_output()
        return _tell_faults([f"{NAME}: the answer cannot be printed: {reason(error)}"], UNUSABLE)
    return code


def _tell_faults(lines: Collection[str], code: int) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return code


def _let_go_of_output() -> None:
    """So that Python does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _solve(options: Options) -> int:
    from ayni.matching.rounds import solve

    outputs = [options.output] if options.output else []
    refuse_what_cannot_be_written(outputs, filter(None, (options.problem, options.previous)))
    problem = read_with(read_problem, options.problem)
    previous = read_with(partial(_read_any, problem=problem), options.previous) if options.previous else None
    with progress(wanted=options.progress) as told:
        solution = while_listening(
            lambda: solve(
                problem, seed=options.seed, previous=previous, order=options.order or ORDER, told=told
            )
        )
    as_json = solution_as_json(solution)
    write_all(dict.fromkeys(outputs, as_json))
    as_text = _wants_text(options) and solution_as_text(problem, solution, everything=options.all)
    _say(as_text or as_json)
    _say_where(options, {"The answer": options.output})
    return DONE


def _read_any(text: str, problem: Problem) -> Solution:
    """An answer to this round or another: placements that are no longer possible are left out."""
    try:
        given = json.loads(text)
    except ValueError:
        return read_solution(text, problem)  # which tells what is wrong
    if isinstance(given, dict) and isinstance(given.get("placements"), list):
        keys = {pair.key for pair in problem.pairs}
        given["placements"] = [
            one
            for one in given["placements"]
            if not isinstance(one, dict) or (one.get("candidate"), one.get("position")) in keys
        ]
        given["problem"] = problem.hash()
    return read_solution(json.dumps(given), problem)


def _resolve(options: Options) -> int:
    from ayni.matching.resolving import resolve

    outputs = list(filter(None, (options.output, options.problem_out)))
    refuse_what_cannot_be_written(outputs, (options.problem, options.solution))
    problem, solution = _round(options)
    away, closed = _withdrawn(problem, options.withdraw)
    positions = {one.id for one in problem.positions}
    closed |= {known(name, "position", positions) for name in options.close}
    if not away | closed:
        raise Unusable(f"{NAME}: say who or what is withdrawn, with --withdraw or --close")
    with progress(wanted=options.progress) as told:
        resolved = while_listening(
            lambda: resolve(
                problem, solution, people=away, positions=closed, order=_order(options, solution), told=told
            )
        )
    as_json = solution_as_json(resolved.solution)
    texts = {options.output: as_json} if options.output else {}
    if options.problem_out:
        texts[options.problem_out] = problem_as_json(resolved.problem)
    write_all(texts)
    as_text = _wants_text(options) and resolved_as_text(resolved, solution, everything=options.all)
    _say(as_text or as_json)
    _say_where(options, {"The answer": options.output, "The round that is left": options.problem_out})
    return DONE


def _withdrawn(problem: Problem, names: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of the ids are candidates, and which positions."""
    people_there = {one.id for one in problem.candidates}
    places_there = {one.id for one in problem.positions}
    away, closed = set[str](), set[str]()
    for name in names:
        kind, _, rest = name.partition(":")
        if name in people_there and name in places_there:
            raise Unusable(
                f"{NAME}: {name!r} is a candidate and a position; say which: candidate:{name} or position:{name}"
            )
        if name in people_there:
            away.add(name)
        elif name in places_there:
            closed.add(name)
        elif kind == "candidate" and rest:
            away.add(known(rest, "candidate", people_there))
        elif kind == "position" and rest:
            closed.add(known(rest, "position", places_there))
        else:
            known(name, "candidate or position", people_there | places_there)
    return away, closed


def _order(options: Options, solution: Solution) -> tuple[str, ...]:
    from ayni.matching.resolving import staying

    if options.order:
        return tuple(options.order)
    return staying(solution.order)


def _check(options: Options) -> int:
    problem, solution = _round(options)
    certificate = certify(problem, solution)
    if options.format == "json":
        _say_json({"proven": certificate.is_proven, **asdict(certificate)})
    else:
        _say(certificate_as_text(certificate))
    return DONE if certificate.is_proven else NOT_PROVEN


def _why(options: Options) -> int:
    from ayni.matching.telling_why import why_as_text

    problem, solution = _sound_round(options)
    candidate = known(options.candidate, "candidate", {one.id for one in problem.candidates})
    with _asking(problem, "the round is solved again for each position"):
        answers = while_listening(lambda: _explainer(options, problem, solution).why(candidate))
    if options.format == "json":
        _say_json([asdict(one) for one in answers])
    else:
        _say(why_as_text(problem, answers, candidate, everything=options.all))
    return DONE


def _why_not(options: Options) -> int:
    from ayni.matching.telling_why import why_not_as_text

    problem, solution = _sound_round(options)
    candidate = known(options.candidate, "candidate", {one.id for one in problem.candidates})
    position = known(options.position, "position", {one.id for one in problem.positions})
    with _asking(problem, "the round is solved again with this pair"):
        answer = while_listening(lambda: _explainer(options, problem, solution).why_not(candidate, position))
    if options.format == "json":
        _say_json(asdict(answer))
    else:
        _say(why_not_as_text(solution, answer, everything=options.all))
    return DONE


def _tradeoffs(options: Options) -> int:
    from ayni.matching.tradeoffs import tradeoffs

    problem = read_with(read_problem, options.problem)
    with progress(wanted=options.progress) as told:
        numbered = _numbered(told, _rounds_of(problem))
        found = while_listening(lambda: tradeoffs(problem, seed=options.seed, told=numbered))
    if options.format == "json":
        _say_json([asdict(one) for one in found])
    else:
        _say(tradeoffs_as_text(found))
    return DONE


def _rounds_of(problem: Problem) -> int:
    """With and without balance, each goal alone, all, all but each."""
    goals = len(problem.shares) + len(problem.budgets)
    return 2 + goals + (1 + goals if goals > 1 else 0)


def _numbered(told: Told, many: int) -> Told:
    number = count(1)
    return lambda text: told(f"round {next(number)} of {many}: {text}")


def _discover(options: Options) -> int:
    from ayni.matching.circle_search import discover

    graph, longest = read_with(_read_circles, options.file)
    with progress(wanted=options.progress) as told:
        found = while_listening(
            lambda: discover(graph, options.max_circle or longest, seed=options.seed, told=told)
        )
    _say(found_as_json(found) if options.format == "json" else found_as_text(found))
    return DONE


def _read_circles(text: str) -> tuple[Graph, int]:
    """Plain graphs begin with a number, JSON never does."""
    return (read_input(text), 3) if text.lstrip()[:1].isdigit() else read_graph(text)


def _compare(options: Options) -> int:
    problem, solution = _round(options)
    found = ways(problem, solution)
    if options.format == "json":
        _say_json([asdict(one) for one in found])
    else:
        _say(ways_as_text(found))
    return DONE


def _generate(options: Options) -> int:
    outputs = [options.output] if options.output else []
    refuse_what_cannot_be_written(outputs, ())
    habits = Habits(
        agreements_only=options.agreements_only,
        unit="days" if options.days else "people",
        with_shares=options.shares,
        with_budgets=options.budgets,
        tolerance=options.tolerance,
    )
    try:
        problem = generate(options.candidates, options.institutions, options.seed, habits)
    except ValueError as fault:
        raise Unusable(f"{NAME}: {fault}") from fault
    as_json = problem_as_json(problem)
    write_all(dict.fromkeys(outputs, as_json))
    if not outputs:
        _say(as_json)
        return DONE
    seats = sum(one.capacity for one in problem.positions)
    _say(
        f"{options.output}: {people(len(problem.candidates))} of "
        f"{counted(len(problem.institutions), 'institution')}, {counted(seats, 'place')}, "
        f"{counted(len(problem.pairs), 'possible pair')}.\n"
    )
    return DONE


def _round(options: Options) -> tuple[Problem, Solution]:
    problem = read_with(read_problem, options.problem)
    solution = read_with(partial(read_solution, problem=problem), options.solution)
    try:
        full_order(solution.order, strict=problem.reciprocity.strict)
    except ValueError as fault:
        raise Unusable(f"{options.solution}: order: {fault}") from fault
    return problem, solution


def _sound_round(options: Options) -> tuple[Problem, Solution]:
    """What breaks rules cannot be explained."""
    problem, solution = _round(options)
    excused = {note.about for note in solution.notes if note.code.startswith("share-")}
    if broken := broken_rules(problem, solution.keys, excused):
        many = rules_broken(len(broken))
        raise Unusable(f"{options.solution}: cannot be explained, {many}; see `ayni match check`")
    return problem, solution


def _explainer(options: Options, problem: Problem, solution: Solution) -> "Explainer":
    from ayni.matching.explaining import Explainer

    try:
        return Explainer(problem, solution)
    except ValueError as fault:
        raise Unusable(f"{options.solution}: {fault}") from fault


@contextmanager
def _asking(problem: Problem, text: str) -> Iterator[None]:
    """Where a chain of moves does not give the answer, it takes as long as solving does."""
    with progress(wanted=False) as told:
        if not problem.is_base:
            told(text)
        yield


def _wants_text(options: Options) -> bool:
    return bool(options.format == "text" or (options.format is None and options.output))


def _say(text: str) -> None:
    sys.stdout.write(text)


def _say_json(plain: Any) -> None:
    _say(json.dumps(plain, indent=1, ensure_ascii=False) + "\n")


def _say_where(options: Options, written: dict[str, Path | None]) -> None:
    """After a text only: what JSON is read by expects nothing more."""
    if _wants_text(options) and any(written.values()):
        _say("\n")
        for what, path in written.items():
            if path:
                _say(f"{what} is in {path}.\n")


_DO = {
    "solve": _solve,
    "resolve": _resolve,
    "check": _check,
    "why": _why,
    "why-not": _why_not,
    "tradeoffs": _tradeoffs,
    "discover": _discover,
    "compare": _compare,
    "generate": _generate,
}
