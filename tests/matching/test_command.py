"""`python -m ayni.matching` as somebody types it: what is printed, what is written, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ayni.matching import rounds, waiting
from ayni.matching.circle_files import found_as_text, read_graph
from ayni.matching.circle_search import discover
from ayni.matching.faults import NotSolved
from ayni.matching.files import problem_as_json, read_problem, read_solution, solution_as_json
from ayni.matching.generating import Habits, generate
from ayni.matching.problem import Share
from ayni.matching.rounds import solve
from ayni.matching.telling import solution_as_text
from tests.matching.command_worlds import RING, Run, files, typed_in
from tests.matching.worlds import a_round, where

WITHOUT_A_SOLVER = """
import runpy, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("highspy", "ortools", "scipy"):
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
runpy.run_module("ayni.matching", run_name="__main__")
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Run:
    return typed_in(tmp_path, monkeypatch, capsys)


class TestSolve:
    def test_the_answer_is_written_and_told(self, run: Run) -> None:
        code, out, err = run("solve round.json -o new.json")
        solution = read_solution(Path("new.json").read_text(), RING)
        assert (code, err, solution) == (0, "", solve(RING))
        assert out == solution_as_text(RING, solution) + "\nThe answer is in new.json.\n"

    def test_without_a_file_the_answer_is_printed_as_json(self, run: Run) -> None:
        assert run("solve round.json") == (0, solution_as_json(solve(RING)), "")
        assert run("solve round.json --json") == run("solve round.json --format json")
        assert run("solve round.json --format text")[1] == solution_as_text(RING, solve(RING))
        assert run("solve round.json -o new.json --json") == run("solve round.json")
        assert Path("new.json").read_text() == solution_as_json(solve(RING))

    def test_seed_and_order_are_asked_for(self, run: Run) -> None:
        _, out, _ = run("solve round.json --seed x --order quality,count")
        solution = read_solution(out, RING)
        assert (solution.seed, solution.order) == ("x", ("quality", "count"))

    @pytest.mark.parametrize("stayed", ["b1", "b2"])
    def test_the_answer_before_may_be_of_another_round(self, run: Run, stayed: str) -> None:
        """Quality would have b1 go; c and d have withdrawn since."""
        before = a_round({"a1>b1": 1, f"{stayed}>a1": 1, "c1>d1": 1, "d1>c1": 1})
        after = a_round({"a1>b1": 1, "b1>a1": 900, "b2>a1": 1})
        Path("old.json").write_text(solution_as_json(solve(before)))
        Path("round.json").write_text(problem_as_json(after))
        code, out, err = run("solve round.json --previous old.json")
        assert (code, err, where(read_solution(out, after))) == (0, "", ["a1>b1", f"{stayed}>a1"])

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("[", "this is not JSON: Expecting value (line 1, column 2)"),
            ("[]", "the file: an object, not a list"),
            (
                '{"placements": [3], "problem": ""',
                "this is not JSON: Expecting ',' delimiter (line 1, column 34)",
            ),
            ('{"placements": 3}', "placements: a list, not 3"),
        ],
    )
    def test_an_answer_before_that_is_none_is_told(self, run: Run, content: str, told: str) -> None:
        Path("old.json").write_text(content)
        code, out, err = run("solve round.json --previous old.json -o new.json")
        assert (code, out, err.splitlines()[0]) == (2, "", f"old.json: {told}")
        assert "new.json" not in files()

    def test_progress_is_told_where_it_is_asked_for(self, run: Run) -> None:
        lines = run("solve round.json --progress")[2].splitlines()
        assert lines[:3] == ["6 pairs of 5 people", "count: 3, proven", "quality: 2,000, proven"]
        assert run("solve round.json")[2] == ""

    def test_at_a_terminal_one_line_is_written_over_and_wiped(self, run: Run, monkeypatch, capsys) -> None:
        monkeypatch.setenv("COLUMNS", "12")
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        with waiting.progress(wanted=False) as told:
            told("a long way to go")
            told("near")
        assert capsys.readouterr().err == "\ra long way \r\rnear       \r\r           \r"

    def test_a_solver_that_stops_is_a_sentence(self, run: Run, monkeypatch) -> None:
        def stop(*_args: object, **_options: object) -> None:
            raise NotSolved("HiGHS stopped: Time limit reached")

        monkeypatch.setattr(rounds, "solve", stop)
        assert run("solve round.json -o new.json") == (
            1, "", "ayni match: the round could not be solved. HiGHS stopped: Time limit reached.\n"
        )  # fmt: skip
        assert files() == ["answer.json", "round.json"]


class TestResolve:
    def test_what_is_left_is_written_beside_the_answer(self, run: Run) -> None:
        code, out, err = run(
            "resolve round.json answer.json --withdraw a2 b2 -o new.json --problem-out left.json"
        )
        assert (code, err) == (0, "")
        assert out.startswith("Until now 3 people went; now 3 people can go.\nNothing changes for those")
        assert out.endswith("\n\nThe answer is in new.json.\nThe round that is left is in left.json.\n")
        left = read_problem(Path("left.json").read_text())
        assert [one.id for one in left.candidates] == ["a1", "b1", "c1"]
        assert where(read_solution(Path("new.json").read_text(), left)) == ["a1>b1", "b1>c1", "c1>a1"]
        assert run("check left.json new.json")[0] == 0

    def test_candidates_and_positions_are_told_apart(self, run: Run) -> None:
        assert run("resolve round.json answer.json --withdraw a1") == (
            2, "", "ayni match: 'a1' is a candidate and a position; say which: candidate:a1 or position:a1\n"
        )  # fmt: skip
        _, out, _ = run("resolve round.json answer.json --withdraw candidate:a1")
        assert '{"candidate": "a2", "position": "b1"}' in out
        without = run("resolve round.json answer.json --withdraw position:a1")[1]
        assert '"count": 0' in without
        assert run("resolve round.json answer.json --close a1")[1] == without

    def test_nobody_and_nothing(self, run: Run) -> None:
        assert run("resolve round.json answer.json") == (
            2, "", "ayni match: say who or what is withdrawn, with --withdraw or --close\n"
        )  # fmt: skip
        for given, kind, name in (
            ("--withdraw x9", "candidate or position", "x9"),
            ("--withdraw candidate:x9", "candidate", "x9"),
            ("--withdraw position:x9", "position", "x9"),
            ("--close x9", "position", "x9"),
        ):
            assert run(f"resolve round.json answer.json {given}") == (
                2, "", f"ayni match: there is no {kind} {name!r} in this round\n"
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("before", "asked", "after"),
        [
            ("quality,count", "", ["quality", "count", "stay"]),
            ("count,quality", "", ["count", "stay", "quality"]),
            ("stay,count", "", ["stay", "count"]),
            ("count", "--order count,quality", ["count", "quality"]),
        ],
    )
    def test_the_order_stays_and_has_staying_in_it(self, run: Run, before, asked, after) -> None:
        run(f"solve round.json --order {before} -o old.json")
        out = run(f"resolve round.json old.json --withdraw b2 {asked}")[1]
        assert json.loads(out)["order"] == after


class TestCheck:
    def test_what_is_proven_ends_with_0(self, run: Run) -> None:
        code, out, _ = run("check round.json answer.json")
        assert (code, out.splitlines()[0]) == (
            0, "Every rule is kept, and no better round is possible. Checked without the solver."
        )  # fmt: skip
        code, out, _ = run("check round.json answer.json --json")
        told = json.loads(out)
        assert (code, told["proven"], told["levels"][0]["level"]) == (0, True, "count")

    def test_what_is_not_ends_with_1(self, run: Run) -> None:
        def change(**values: object) -> None:
            given = json.loads(solution_as_json(solve(RING)))
            Path("answer.json").write_text(json.dumps({**given, **values}))

        change(count=7)
        code, out, err = run("check round.json answer.json")
        assert (code, err) == (1, "")
        assert out.startswith("1 rule is broken:\n  count: the solution says 7, its placements come to 3\n\n")
        nothing = {"levels": [], "duals": {}}
        change(placements=[], count=0, quality=0, status="not proven", gap=None, certificate=nothing)
        code, out, _ = run("check round.json answer.json")
        assert (code, "People who go  0  not proven: 3 might be possible" in out) == (1, True)

    def test_it_works_where_no_solver_is_installed(self, run: Run) -> None:
        """Nor do the other commands load it that only read: made-up rounds need none either."""
        for line in ("check round.json answer.json", "generate --candidates 3 --institutions 2"):
            told = subprocess.run(
                [sys.executable, "-c", WITHOUT_A_SOLVER, *line.split()],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (told.returncode, told.stdout, told.stderr) == run(line)

    @pytest.mark.parametrize(
        ("order", "told"), [(["quality"], "the level 'count'"), (["count", "x"], "no level 'x'")]
    )
    def test_an_order_that_is_none_is_a_fault(self, run: Run, order, told) -> None:
        given = json.loads(solution_as_json(solve(RING)))
        Path("answer.json").write_text(json.dumps({**given, "order": order}))
        for what in ("check round.json answer.json", "resolve round.json answer.json --withdraw a2"):
            code, out, err = run(what)
            assert (code, out, err.startswith("answer.json: order: "), told in err) == (2, "", True, True)


class TestAsking:
    def test_why(self, run: Run) -> None:
        assert run("why round.json answer.json a1") == (
            0, "a1 goes to b1 at b, with quality 900.\nNo other position is possible.\n", ""
        )  # fmt: skip
        assert [one["kind"] for one in json.loads(run("why round.json answer.json a2 --json")[1])] == [
            "costs"
        ] * 2

    def test_why_not(self, run: Run) -> None:
        code, out, err = run("why-not round.json answer.json b2 a1")
        assert (code, err) == (0, "")
        assert out.startswith(
            "Sending b2 to a1 would mean that one person fewer goes. 2 others would have to"
        )
        told = json.loads(run("why-not round.json answer.json b2 a1 --json")[1])
        assert (told["kind"], told["deltas"][0]) == ("costs", ["count", -1])

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            (
                "why round.json answer.json a11",
                "there is no candidate 'a11' in this round; did you mean 'a1'?",
            ),
            ("why-not round.json answer.json ? a1", "there is no candidate '?' in this round"),
            (
                "why-not round.json answer.json a1 c11",
                "there is no position 'c11' in this round; did you mean 'c1'?",
            ),
        ],
    )
    def test_unknown_ids_are_told_with_those_that_are_close(self, run: Run, line: str, told: str) -> None:
        assert run(line) == (2, "", f"ayni match: {told}\n")

    def test_what_is_broken_or_not_best_is_not_explained(self, run: Run) -> None:
        given = json.loads(solution_as_json(solve(RING)))
        for placements, told in (
            (
                given["placements"][:1],
                "answer.json: cannot be explained, 2 rules are broken; see `ayni match check`\n",
            ),
            ([], "answer.json: the solution is not the best of its round; solve it again before asking\n"),
        ):
            Path("answer.json").write_text(json.dumps({**given, "placements": placements}))
            assert run("why round.json answer.json a1") == (2, "", told)

    def test_a_round_with_a_share_that_gave_way_can_be_asked(self, run: Run) -> None:
        hopeless = a_round({"a1>b1": 1, "b1>a1": 1}, shares=(Share("old", "old", floor=1),))
        Path("round.json").write_text(problem_as_json(hopeless))
        assert run("solve round.json -o new.json")[0] == 0
        assert run("why round.json new.json a1")[1].startswith("a1 goes to b1")
        assert run("compare round.json new.json")[0] == 0

    def test_tradeoffs_and_other_ways(self, run: Run) -> None:
        code, out, err = run("tradeoffs round.json --progress")
        assert (code, err) == (0, "round 1 of 2: unbalanced\nround 2 of 2: balanced\n")
        assert out.startswith("How many go, and the difference to the round in balance:\n")
        assert [one["case"] for one in json.loads(run("tradeoffs round.json --json")[1])] == [
            "unbalanced",
            "balanced",
        ]
        assert run("compare round.json answer.json")[1].startswith("This round sends 3 people;")
        assert [one["count"] for one in json.loads(run("compare round.json answer.json --json")[1])] == [
            3,
            2,
            3,
        ]

    def test_tradeoffs_know_how_many_rounds_they_solve(self, run: Run) -> None:
        shares = tuple(Share(name, name, cap=1) for name in "xyz")
        Path("round.json").write_text(problem_as_json(a_round({"a1>b1": 1, "b1>a1": 1}, shares=shares)))
        for many in (1, 3):
            Path("round.json").write_text(
                problem_as_json(a_round({"a1>b1": 1, "b1>a1": 1}, shares=shares[:many]))
            )
            lines = run("tradeoffs round.json --progress")[2].splitlines()
            assert lines[-1].startswith(f"round {len(lines)} of {len(lines)}: ")


class TestDiscover:
    GRAPH = '{"nodes": ["a", "b", "c"], "arcs": [{"from": "a", "to": "b"}, {"from": "b", "to": "c"}, {"from": "c", "to": "a"}]}'

    def test_json_and_plain_graphs(self, run: Run) -> None:
        Path("graph.json").write_text(self.GRAPH)
        Path("plain.input").write_text("3 3\n0 1 1\n1 2 1\n2 0 1\n-1 -1 -1\n")
        told = json.loads(run("discover graph.json --max-circle 3 --json")[1])
        assert [told[key] for key in ("value", "covered", "circles", "bound", "gap")] == [
            3,
            3,
            [["a", "b", "c"]],
            3,
            0,
        ]
        assert json.loads(run("discover plain.input --json")[1])["circles"] == [["0", "1", "2"]]
        graph, longest = read_graph(self.GRAPH)
        assert run("discover graph.json") == (0, found_as_text(discover(graph, longest)), "")
        assert json.loads(run("discover graph.json --max-circle 2 --json")[1])["value"] == 0

    def test_the_file_says_how_long_circles_are_unless_asked(self, run: Run) -> None:
        Path("graph.json").write_text(self.GRAPH[:-1] + ', "max_circle": 2}')
        assert json.loads(run("discover graph.json --json")[1])["value"] == 0
        assert json.loads(run("discover graph.json --max-circle 4 --json")[1])["value"] == 3
        assert run("discover graph.json --max-circle 5")[0] == 2
        code, out, err = run("discover round.json")
        assert (code, out, "round.json: nodes: a list is needed" in err.splitlines()) == (2, "", True)


class TestGenerate:
    def test_a_round_as_the_generator_makes_it(self, run: Run) -> None:
        assert run("generate --candidates 6 --institutions 3 --seed x") == (
            0,
            problem_as_json(generate(6, 3, "x")),
            "",
        )
        code, out, _ = run(
            "generate --candidates 6 --institutions 3 --days --shares --budgets --agreements-only --tolerance 2 -o new.json"
        )
        habits = Habits(agreements_only=True, unit="days", with_shares=True, with_budgets=True, tolerance=2)
        assert (code, read_problem(Path("new.json").read_text())) == (0, generate(6, 3, "1", habits))
        assert out.startswith("new.json: 6 people of 3 institutions, 6 places, ")

    @pytest.mark.parametrize(
        "given", ["--candidates 0", "--candidates -1", "--candidates x", "--candidates 1e3", ""]
    )
    def test_too_few_and_no_number(self, run: Run, given: str) -> None:
        code, out, err = run(f"generate --institutions 3 {given}")
        assert (code, out, err != "") == (2, "", True)
