"""A directory with a round and its answer, and a line typed there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ayni.matching.command import main
from ayni.matching.files import problem_as_json, solution_as_json
from ayni.matching.rounds import solve
from tests.matching.worlds import a_round

# As in `worlds`, ids of candidates and positions are alike on purpose.
RING = a_round({"a1>b1": 900, "a2>b1": 500, "b1>c1": 400, "c1>a1": 700, "a2>c1": 300, "b2>a1": 100})
Run = Callable[[str], tuple[int, str, str]]


def typed_in(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Run:
    """Takes a line, gives the exit code and both outputs."""
    monkeypatch.chdir(directory)
    Path("round.json").write_text(problem_as_json(RING))
    Path("answer.json").write_text(solution_as_json(solve(RING)))

    def type_in(line: str) -> tuple[int, str, str]:
        try:
            code = main(line.split())
        except SystemExit as ended:  # argparse
            code = int(str(ended.code))
        told = capsys.readouterr()
        return code, told.out, told.err

    return type_in


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())
