"""Swaps and circles among institutions that have not met, beside what is found by hand.

Graphs are made up (`ayni.matching.circle_generating`), and the public kidney graphs where AYNI_TEST_DATA has them.
"""

import os
from pathlib import Path
from time import perf_counter

from ayni.matching.circle_files import read_input
from ayni.matching.circle_generating import generate_graph
from ayni.matching.circle_search import discover, greedy_circles
from bench.figures import Figure, Outcome, progress

# Known best values of circles of up to three (published with the graphs).
_KNOWN = {"100": 29, "200": 104, "300": 165, "MD-00001-00000100": 37, "100-random-weights": 29}


def run() -> Outcome:
    figures = [*_made_up(2000, 3, 5, 0.0), *_made_up(1000, 4, 60, 1.0)]
    folder = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "matching" / "kidney_fixtures"
    if not folder.is_dir():
        return Outcome(figures, ["kidney graphs: not under AYNI_TEST_DATA"])
    return Outcome([*figures, *_kidney(folder)])


def _made_up(institutions: int, longest: int, seconds: float, gap: float) -> list[Figure]:
    progress(f"circles of up to {longest} among {institutions:,}")
    graph = generate_graph(institutions, 1)
    begun = perf_counter()
    found = discover(graph, longest)
    time = perf_counter() - begun
    by_hand = sum(map(len, greedy_circles(graph, longest)))
    name = f"circles of up to {longest} among {institutions:,}"
    note = f"{found.value:,} institutions, at most {found.bound:,}; {found.status}"
    return [
        Figure(name, time, "s", seconds, note=note),
        Figure(f"{name}, gap", 100 * found.gap, "%", gap),
        Figure(f"{name}, institutions", found.value, "", by_hand, at_least=True, peers={"by hand": by_hand}),
    ]


def _kidney(folder: Path) -> list[Figure]:
    figures = []
    for name, known in _KNOWN.items():
        progress(f"kidney graph {name}")
        graph = read_input((folder / f"{name}.input").read_text())
        begun = perf_counter()
        found = discover(graph, 3)
        note = f"{perf_counter() - begun:.2f} s, {found.status}"
        by_hand = sum(map(len, greedy_circles(graph, 3)))
        figures.append(
            Figure(
                f"kidney graph {name}",
                found.value,
                "",
                known,
                exactly=True,
                peers={"by hand": by_hand},
                note=note,
            )
        )
    return figures
