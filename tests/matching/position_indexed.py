"""A second formulation: arcs at positions of numbered copies of the graph, no circle is ever listed.

Position-indexed edge formulation (Dickerson, Manlove, Plaut, Sandholm and Trimble 2016, "Position-indexed formulations
for kidney exchange"): in the copy of node l, arc (i, j) at position p; a circle leaves l at position 1.
"""

import highspy
import numpy as np

from ayni.matching.circles import Graph


def most_in_circles(given: Graph, longest: int) -> int:
    """The largest number of institutions in circles of at most this length."""
    names = sorted(one.id for one in given.nodes)
    place = {name: row for row, name in enumerate(names)}
    arcs = [(place[arc.giver], place[arc.taker]) for arc in given.arcs]
    columns = [
        (copy, position, tail, head)
        for copy in range(len(names))
        for position in range(1, longest + 1)
        for tail, head in arcs
        if min(tail, head) >= copy
        and (tail == copy) == (position == 1)
        and (head == copy or position < longest)
        and not (position == 1 and head == copy)
    ]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for _ in columns:
        solver.addCol(-1.0, 0.0, 1.0, 0, [], [])
    for column in range(len(columns)):
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)

    def row(low: float, high: float, entries: dict[int, float]) -> None:
        if entries:
            solver.addRow(low, high, len(entries), np.array(list(entries)), np.array(list(entries.values())))

    for node in range(len(names)):
        row(0, 1, {one: 1.0 for one, (*_, head) in enumerate(columns) if head == node})
        for copy in range(node):
            for position in range(1, longest):
                entries = {}
                for one, (in_copy, at, tail, head) in enumerate(columns):
                    if in_copy == copy and head == node and at == position:
                        entries[one] = 1.0
                    elif in_copy == copy and tail == node and at == position + 1:
                        entries[one] = -1.0
                row(0, 0, entries)
    solver.run()
    return round(-solver.getInfo().objective_function_value) if columns else 0
