"""Graphs and circles as files: JSON, the plain graphs of kidney exchange research, and text for people."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from ayni.matching.circles import (
    LONGEST,
    MOST_SCORE,
    SCORE_DECIMALS,
    SHORTEST,
    Arc,
    Found,
    Graph,
    Ids,
    Node,
    faults,
)
from ayni.matching.faults import BadFile

Json = Any
END = -1
MOST_NODES = 1_000_000
NODES_OR_ARCS, NUMBERS_OF_AN_ARC = 2, 3


def read_graph(text: str) -> tuple[Graph, int]:
    """The graph and how long circles may be; BadFile tells everything that is wrong, a line for each fault."""
    try:
        given = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError as fault:
        raise BadFile(["this is not a graph: its lists stand in each other too deeply"]) from fault
    except ValueError as fault:
        raise BadFile([f"this is not JSON: {fault}"]) from fault
    if not isinstance(given, dict):
        raise BadFile(["a graph is an object with nodes and arcs"])
    lines = [
        f"{name}: there is nothing of this name"
        for name in given
        if name not in {"nodes", "arcs", "max_circle"}
    ]
    lines += [
        f"{name}: a list is needed" for name in ("nodes", "arcs") if not isinstance(given.get(name), list)
    ]
    longest = given.get("max_circle", 3)
    if not _is_whole(longest) or not SHORTEST <= longest <= LONGEST:
        lines.append(f"max_circle: a whole number from {SHORTEST} to {LONGEST} is needed")
    if lines:
        raise BadFile(lines)
    nodes = [_node(one, f"nodes[{row}]", lines) for row, one in enumerate(given["nodes"])]
    arcs = [_arc(one, f"arcs[{row}]", lines) for row, one in enumerate(given["arcs"])]
    if lines:
        raise BadFile(lines)
    return _sound(Graph(tuple(nodes), tuple(arcs))), longest


def _no_number(word: str) -> Json:
    raise ValueError(f"{word} is no number")


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _strange(value: dict[str, Json], names: set[str], path: str) -> list[str]:
    return [f"{path}.{name}: there is nothing of this name" for name in value if name not in names]


def _node(value: Json, path: str, lines: list[str]) -> Node:
    """What cannot be read is added to `lines` and left out."""
    if isinstance(value, str):
        value = {"id": value}
    if not isinstance(value, dict):
        lines.append(f"{path}: an id or an object is needed")
        return Node("")
    lines += _strange(value, {"id", "supports"}, path)
    name, supports = value.get("id"), value.get("supports", 0)
    if not isinstance(name, str) or not name:
        lines.append(f"{path}.id: a text is needed")
    if not _is_whole(supports):
        lines.append(f"{path}.supports: a whole number is needed, how many chains it can begin")
    return Node(str(name), supports if _is_whole(supports) else 0)


def _arc(value: Json, path: str, lines: list[str]) -> Arc:
    if not isinstance(value, dict):
        lines.append(f"{path}: an object is needed")
        return Arc("", "")
    lines += _strange(value, {"from", "to", "score"}, path)
    lines += [
        f"{path}.{name}: the id of a node is needed"
        for name in ("from", "to")
        if not isinstance(value.get(name), str)
    ]
    score = value.get("score", 1)
    if not _is_whole(score) and not isinstance(score, Decimal):
        lines.append(f"{path}.score: a number is needed")
        score = 1
    return Arc(str(value.get("from")), str(value.get("to")), _exact(score, path, lines))


def _exact(score: int | Decimal, path: str, lines: list[str]) -> Fraction:
    # Before it becomes a fraction: 1e999999 would fill the memory.
    if not -MOST_SCORE <= score <= MOST_SCORE or (
        isinstance(score, Decimal) and score.adjusted() < -SCORE_DECIMALS
    ):
        if score:
            lines.append(
                f"{path}.score: a number from 0 to {MOST_SCORE:,} with at most nine decimals is needed"
            )
        return Fraction(0)
    return Fraction(score)


def _sound(graph: Graph) -> Graph:
    if lines := tuple(faults(graph)):
        raise BadFile(lines)
    return graph


def read_input(text: str) -> Graph:
    """A plain graph: how many nodes and arcs, then an arc a line (from, to, weight), then -1 -1 -1.

    Nodes are numbered from 0; as ids they have leading zeros, so that they sort as numbers do.
    """
    rows = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows or len(rows[0][1]) != NODES_OR_ARCS or not all(map(_is_natural, rows[0][1])):
        raise BadFile(["line 1: the number of nodes and the number of arcs are needed"])
    size, many = (int(word) for word in rows[0][1])
    lines: list[str] = []
    body = rows[1:]
    end = next((place for place, (_, words) in enumerate(body) if words == [str(END)] * 3), None)
    if end is None:
        lines.append(f"line {rows[-1][0] + 1}: the graph must end with -1 -1 -1")
    if size > MOST_NODES:
        raise BadFile([f"line 1: {size} nodes are more than {MOST_NODES:,}"])
    width = len(str(max(0, size - 1)))
    arcs = [arc for number, words in body[:end] if (arc := _plain_arc(number, words, size, width, lines))]
    if len(body[:end]) != many:
        lines.append(f"line 1: says {many} arcs, and {len(body[:end])} follow")
    if end is not None:
        lines += [f"line {number}: nothing can follow the end" for number, _ in body[end + 1 :]]
    lines += _twice(body[:end])
    if lines:
        raise BadFile(lines)
    return Graph(tuple(Node(f"{number:0{width}}") for number in range(size)), tuple(arcs))


def _is_natural(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 19  # noqa: PLR2004 - fits a machine's word


def _plain_arc(number: int, words: list[str], size: int, width: int, lines: list[str]) -> Arc | None:
    before = len(lines)
    if len(words) != NUMBERS_OF_AN_ARC:
        lines.append(f"line {number}: two nodes and a weight are needed, not {' '.join(words)!r}")
    ends = words[:2]
    lines += [
        f"line {number}: there is no node {word}; they go from 0 to {size - 1}"
        for word in dict.fromkeys(ends)
        if not _is_natural(word) or int(word) >= size
    ]
    if len(ends) == NODES_OR_ARCS and ends[0] == ends[1]:
        lines.append(f"line {number}: node {ends[0]} cannot give to itself")
    if len(lines) > before:
        return None
    try:
        weight = Decimal(words[2])
    except InvalidOperation:
        weight = Decimal("NaN")
    if not weight.is_finite() or weight < 0:
        lines.append(f"line {number}: the weight is a number, not below 0")
        return None
    giver, taker = (f"{int(word):0{width}}" for word in ends)
    path = f"line {number}"
    return Arc(giver, taker, _exact(weight, path, lines))


def _twice(rows: list[tuple[int, list[str]]]) -> Iterator[str]:
    seen: dict[tuple[str, ...], int] = {}
    for number, words in rows:
        first = seen.setdefault(tuple(words[:2]), number)
        if first != number:
            yield f"line {number}: the arc from {' to '.join(words[:2])} is in line {first} already"


def found_as_json(found: Found) -> str:
    """What was found, for programs. The score is a number if it is whole, else a text with its exact value."""
    score = found.score
    plain = {
        "value": found.value,
        "covered": found.covered,
        "score": int(score) if score.denominator == 1 else str(score),
        "circles": found.circles,
        "chains": found.chains,
        "bound": found.bound,
        "gap": found.gap,
        "status": found.status,
        "levels": [
            {"level": one.level, "value": one.value, "bound": one.bound, "proof": one.proof}
            for one in found.levels
        ],
        "max_circle": found.max_circle,
        "seed": found.seed,
        "graph": found.graph,
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def found_as_text(found: Found) -> str:
    """What was found, for a coordinator."""
    lines = [
        f"{_counted(found.value, 'institution')} in {_counted(len(found.circles), 'circle')}; {_how_sure(found)}"
    ]
    lines.append("Each gives to the next in its circle and receives from the one before.")
    lines += ["", *(f"  {_path((*circle, circle[0]))}" for circle in found.circles)]
    if found.chains:
        reached = found.covered - found.value
        lines += [
            "",
            f"{_counted(reached, 'more institution')} reached with support, which is not reciprocal:",
        ]
        lines += ["", *(f"  {_path(chain)}" for chain in found.chains)]
    lines += ["", f"Sum of scores: {float(found.score):,.10g}"]
    lines.append(
        f"No circle is longer than {found.max_circle}: if one institution withdraws, its circle ends, "
        "and in a long one many would wait in vain."
    )
    return "\n".join(lines) + "\n"


def _counted(many: int, word: str) -> str:
    return f"{many:,} {word}{'' if many == 1 else 's'}"


def _path(names: Ids) -> str:
    return " -> ".join(names)


def _how_sure(found: Found) -> str:
    if found.value == found.bound:
        first = "no choice of circles has more: proven."
    else:
        first = f"not proven: at most {found.bound:,} are possible ({found.gap:.1%} more)."
    if found.status == "proven":
        return f"{first} Among these choices the scores are the best."
    open_levels = [one.level for one in found.levels[1:] if one.proof == "open"]
    return f"{first} Not proven best: {' and '.join(open_levels)}." if open_levels else first
