"""Rounds and their answers as JSON: read with a line for every fault, written so that people can read them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from ayni.matching.faults import BadFile
from ayni.matching.kinds import LIST, Json, Number
from ayni.matching.problem import Key, Problem, faults
from ayni.matching.schema import (
    CERTIFICATE,
    KEY,
    PROBLEM,
    SOLUTION,
    Field,
    Required,
    Table,
)
from ayni.matching.solution import Solution

MOST_LINES = 100
_SHOWN = 40  # characters of a value in a fault
_DIGITS = 20  # enough to see that a number is too large


def read_problem(text: str) -> Problem:
    """A BadFile tells everything that is wrong, a line for each fault."""
    given, lines = _parsed(text), list[str]()
    values = _values(given, PROBLEM, "", lines)
    _stop_at(lines)
    problem = Problem(
        **{**values, "locked": frozenset(values["locked"]), "forbidden": frozenset(values["forbidden"])}
    )
    _stop_at(faults(problem))
    return problem


def read_solution(text: str, problem: Problem) -> Solution:
    """A BadFile tells what is wrong, among it that the file answers another round."""
    given, lines = _parsed(text), list[str]()
    values = _values(given, SOLUTION, "", lines)
    _stop_at(lines)
    certificate = values.pop("certificate")
    solution = Solution(**values, **certificate)
    _stop_at(_strangers(solution, problem))
    return solution


def problem_as_json(problem: Problem) -> str:
    """One line for each element."""
    return _laid_out(_plain(PROBLEM, problem))


def solution_as_json(solution: Solution) -> str:
    """One line for each placement, level and note."""
    return _laid_out(_plain(SOLUTION, solution))


def _stop_at(lines: Iterable[str]) -> None:
    lines = iter(lines)
    told = list(islice(lines, MOST_LINES))
    if rest := sum(1 for _ in lines):
        told.append(f"and {rest} more")
    if told:
        raise BadFile(told)


class _Repeating(dict[str, Json]):
    """An object that has a key more than once; `json` would keep the last and say nothing."""


def _parsed(text: str) -> Json:
    try:
        return _read_json(text)
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise BadFile([f"this is not JSON: {fault.msg} ({where})"]) from fault
    except RecursionError as fault:
        raise BadFile(["this is not a round: its lists stand in each other too deeply"]) from fault


def _read_json(text: str) -> Json:
    return json.loads(
        text, parse_int=_whole, parse_float=Number, parse_constant=Number, object_pairs_hook=_object
    )


def _whole(digits: str) -> int:
    """Python refuses to read thousands of digits. Cut short, such a number is still too large where it stands."""
    return int(digits[:_DIGITS])


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    return _Repeating(Counter(name for name, _ in pairs))


def _values(given: Json, table: Table, path: str, lines: list[str]) -> dict[str, Json]:
    """What the table's shape takes, by name. If lines are added there is no sense in it."""
    if found := list(_faults_of(given, table, path)):
        lines.extend(found)
        if type(given) is not dict:
            return {}
    values = {}
    for field in table.fields:
        value = given.get(field.name, field.default)
        if field.kind.fits(value):
            values[field.name] = _value(value, field, _below(path, field.name), lines)
    return values


def _value(value: Json, field: Field, path: str, lines: list[str]) -> object:
    if field.rows is None:
        return field.kind.read(value) if field.kind.read else value
    if field.kind is LIST:
        return _rows(value, field.rows, path, lines)
    values = _values(value, field.rows, path, lines)
    return None if lines else field.rows.shape(**values)


def _rows(given: list[Json], table: Table, path: str, lines: list[str]) -> tuple[object, ...]:
    """Read column by column: rounds have a hundred thousand pairs, and hardly ever a fault."""
    if table is KEY:
        given = [_key(one) for one in given]
    names = frozenset(field.name for field in table.fields)
    if all(type(one) is dict and names.issuperset(one) for one in given):
        columns = [[one.get(field.name, field.default) for one in given] for field in table.fields]
        if all(
            all(map(field.kind.fits, column)) for field, column in zip(table.fields, columns, strict=True)
        ):
            read = (
                map(field.kind.read, column) if field.kind.read else column
                for field, column in zip(table.fields, columns, strict=True)
            )
            return tuple(map(table.shape, *read))
    for row, one in enumerate(given):
        lines.extend(_faults_of(one, table, f"{path}[{row}]"))
    return ()


def _key(given: Json) -> Json:
    """A pair may be named shortly: `["candidate", "position"]`."""
    if type(given) is list and len(given) == len(KEY.fields):
        return {field.name: one for field, one in zip(KEY.fields, given, strict=True)}
    return given


def _faults_of(given: Json, table: Table, path: str) -> Iterator[str]:
    """Of one object, without what is in its lists and objects."""
    if isinstance(given, _Repeating):
        yield from (
            f"{_below(path, name)}: is there {times} times" for name, times in given.items() if times > 1
        )
        return
    if type(given) is not dict:
        yield f"{path or 'the file'}: an object, not {_shown(given)}"
        return
    names = [field.name for field in table.fields]
    for name in given:
        if name not in names:
            likely = get_close_matches(name, names, 1)
            yield f"{_below(path, _shown(name))}: there is no such key" + "".join(
                f"; did you mean {one!r}?" for one in likely
            )
    for field in table.fields:
        value = given.get(field.name, field.default)
        if value is Required:
            yield f"{_below(path, field.name)}: is missing"
        elif isinstance(value, _Repeating):
            yield from _faults_of(value, table, _below(path, field.name))
        elif not field.kind.fits(value):
            yield f"{_below(path, field.name)}: {field.kind.expected}, not {_shown(value)}"


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Json) -> str:
    """As the file has it, cut short."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    told = value if isinstance(value, Number) else json.dumps(value)
    return told if len(told) <= _SHOWN else told[:_SHOWN] + "..."


def _strangers(solution: Solution, problem: Problem) -> Iterator[str]:
    """What shows that the solution does not belong to the round."""
    if solution.problem != problem.hash():
        yield "problem: this answers another round, or the round was changed since: solve it again"
    pairs = {pair.key for pair in problem.pairs}
    seen: set[Key] = set()
    for row, one in enumerate(solution.placements):
        if one.key not in pairs:
            yield f"placements[{row}]: {one.candidate!r} at {one.position!r} is not among the pairs"
        elif one.key in seen:
            yield f"placements[{row}]: {one.candidate!r} at {one.position!r} is there twice"
        seen.add(one.key)


def _plain(table: Table, one: object) -> dict[str, Json]:
    """As it stands in a file. A solution itself holds what its file calls the certificate."""
    values = (
        one
        if isinstance(one, tuple)
        else [one if field.rows is CERTIFICATE else getattr(one, field.name) for field in table.fields]
    )
    return {field.name: _as_json(value, field) for field, value in zip(table.fields, values, strict=True)}


def _as_json(value: Any, field: Field) -> Json:
    if field.rows is None:
        return field.kind.write(value) if field.kind.write else value
    if field.kind is LIST:
        return [_plain(field.rows, one) for one in (sorted(value) if isinstance(value, frozenset) else value)]
    return _plain(field.rows, value)


def _laid_out(plain: dict[str, Json]) -> str:
    parts = []
    for name, value in plain.items():
        told = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            told = "[\n  " + ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in value) + "\n ]"
        parts.append(f" {json.dumps(name)}: {told}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
