import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.faults import BadFile
from ayni.matching.files import read_solution, solution_as_json
from ayni.matching.problem import Candidate, Institution, Pair, Position, Problem
from ayni.matching.schema import SOLUTION
from ayni.matching.solution import Note, Placement, Reached, Solution
from tests.matching.worlds import examples

SWAP = Problem(
    institutions=(Institution("Kigali"), Institution("Quito")),
    candidates=(Candidate("Ana", "Quito"), Candidate("Ben", "Kigali")),
    positions=(Position("clinic", "Kigali"), Position("lab", "Quito")),
    pairs=(Pair("Ana", "clinic"), Pair("Ben", "lab")),
)


def swapped(**changes):
    said = {
        "placements": (Placement("Ana", "clinic"), Placement("Ben", "lab")),
        "count": 2,
        "quality": 0,
        "status": "proven",
        "bound": 2,
        "gap": 0.0,
        "balance": {"Kigali": 0, "Quito": 0},
        "levels": (Reached("count", 2, 2, "exact"), Reached("lottery", 2**40, 2**40, "open")),
        "notes": (Note("small-round", "women", "The round is too small for this goal."),),
        "order": ("count", "lottery"),
        "seed": "2027",
        "problem": SWAP.hash(),
        "solver": "none",
        "duals": (("count", (-3, 0, 2**40)),),
        "previous": (Placement("Ana", "clinic"),),
    }
    return Solution(**(said | changes))


@pytest.mark.parametrize("gap", [0.0, 0.03, 1e-7, float("inf")])
def test_a_written_solution_is_read_as_it_was(gap):
    solution = swapped(gap=gap)
    assert read_solution(solution_as_json(solution), SWAP) == solution


def test_a_written_solution_names_what_people_and_programs_look_for():
    written = json.loads(solution_as_json(swapped()))
    assert list(written) == [field.name for field in SOLUTION.fields]
    assert written["placements"] == [
        {"candidate": "Ana", "position": "clinic"},
        {"candidate": "Ben", "position": "lab"},
    ]
    assert written["certificate"] == {
        "levels": [
            {"level": "count", "value": 2, "bound": 2, "proof": "exact"},
            {"level": "lottery", "value": 2**40, "bound": 2**40, "proof": "open"},
        ],
        "duals": {"count": [-3, 0, 2**40]},
    }


def faults_in_solution(text):
    with pytest.raises(BadFile) as found:
        read_solution(text, SWAP)
    return list(found.value.lines)


def test_a_solution_of_another_round_is_told():
    assert faults_in_solution(solution_as_json(swapped(problem="1f0"))) == [
        "problem: this answers another round, or the round was changed since: solve it again"
    ]


def test_placements_that_the_round_does_not_know_are_told():
    placements = (Placement("Ana", "clinic"), Placement("Ana", "lab"), Placement("Ana", "clinic"))
    assert faults_in_solution(solution_as_json(swapped(placements=placements))) == [
        "placements[1]: 'Ana' at 'lab' is not among the pairs",
        "placements[2]: 'Ana' at 'clinic' is there twice",
    ]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("count", True, "count: a whole number from 0 to 2147483648, not true"),
        ("gap", float("nan"), "gap: a number that is not below 0, or null where nothing is known, not NaN"),
        ("gap", -0.5, "gap: a number that is not below 0, or null where nothing is known, not -0.5"),
        ("balance", {"Kigali": "0"}, "balance: an object of whole numbers, not an object"),
        ("balance", [], "balance: an object of whole numbers, not a list"),
        ("placements", {}, "placements: a list, not an object"),
        ("order", "count", 'order: a list of names, not "count"'),
        ("certificate", {}, "certificate.levels: is missing"),
        (
            "certificate",
            {"levels": [{"level": "count", "value": 1, "bound": 1, "proof": "sure"}]},
            'certificate.levels[0].proof: "exact" or "solver" or "open", not "sure"',
        ),
        (
            "certificate",
            {"levels": [], "duals": {"count": {"women": 1}}},
            "certificate.duals: an object of lists of whole numbers, not an object",
        ),
    ],
)
def test_faults_of_solutions_are_told(name, value, line):
    written = json.loads(solution_as_json(swapped())) | {name: value}
    assert faults_in_solution(json.dumps(written)) == [line]


@examples(30)
@given(st.data())
def test_any_change_of_a_solution_is_read_or_told_to_be_bad(data):
    written = json.loads(solution_as_json(swapped()))
    for place in (written, written["certificate"], *written["placements"], *written["certificate"]["levels"]):
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=3)
            | st.just([])
            | st.just({})
        )
    with suppress(BadFile):
        read_solution(json.dumps(written), SWAP)
