"""A second formulation: arcs at positions of numbered copies of the graph, no circle is ever listed.

Position-indexed edge formulation (Dickerson, Manlove, Plaut, Sandholm and Trimble 2016, "Position-indexed formulations
for kidney exchange"): in the copy of node l, arc (i, j) at position p; a circle leaves l at position 1.
"""

from collections.abc import Iterator

import highspy
import numpy as np

from ayni.matching.circles import Graph

Column = tuple[int, int, int, int]  # copy, position, tail, head
Row = tuple[float, dict[int, float]]  # lower bound (the upper is 1 or 0 as well), entries


def most_in_circles(given: Graph, longest: int) -> int:
    """The largest number of institutions in circles of at most this length."""
    columns = list(_columns(given, longest))
    if not columns:
        return 0
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for column in range(len(columns)):
        solver.addCol(-1.0, 0.0, 1.0, 0, [], [])
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    size = len(given.nodes)
    for limit, entries in (*_entered_once(columns, size), *_left_when_entered(columns, size, longest)):
        solver.addRow(0.0, limit, len(entries), np.array(list(entries)), np.array(list(entries.values())))
    solver.run()
    return round(-solver.getInfo().objective_function_value)


def _columns(given: Graph, longest: int) -> Iterator[Column]:
    place = {name: row for row, name in enumerate(sorted(one.id for one in given.nodes))}
    arcs = [(place[arc.giver], place[arc.taker]) for arc in given.arcs]
    for copy in range(len(place)):
        for position in range(1, longest + 1):
            for tail, head in arcs:
                begins, ends = tail == copy, head == copy
                inside = min(tail, head) >= copy and begins == (position == 1)
                if inside and (ends or position < longest):
                    yield copy, position, tail, head


def _entered_once(columns: list[Column], size: int) -> Iterator[Row]:
    for node in range(size):
        if entries := {one: 1.0 for one, (*_, head) in enumerate(columns) if head == node}:
            yield 1.0, entries


def _left_when_entered(columns: list[Column], size: int, longest: int) -> Iterator[Row]:
    for node in range(size):
        for copy in range(node):
            for position in range(1, longest):
                entries = {
                    one: 1.0 if head == node else -1.0
                    for one, (of, at, tail, head) in enumerate(columns)
                    if of == copy and (at, node) in {(position, head), (position + 1, tail)}
                }
                if entries:
                    yield 0.0, entries
