import json
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.faults import BadFile
from ayni.matching.files import problem_as_json, read_problem
from ayni.matching.generating import Habits, generate
from ayni.matching.problem import (
    Budget,
    Candidate,
    Institution,
    Pair,
    Position,
    Problem,
    Reciprocity,
    Share,
)
from ayni.matching.schema import PROBLEM
from tests.matching.worlds import examples

SWAP = {
    "institutions": [{"id": "Kigali"}, {"id": "Quito"}],
    "candidates": [{"id": "Ana", "institution": "Quito"}, {"id": "Ben", "institution": "Kigali"}],
    "positions": [{"id": "clinic", "institution": "Kigali"}, {"id": "lab", "institution": "Quito"}],
    "pairs": [{"candidate": "Ana", "position": "clinic"}, {"candidate": "Ben", "position": "lab"}],
}


def swap_with(**changes):
    return json.dumps(SWAP | changes)


def faults_in(text):
    with pytest.raises(BadFile) as found:
        read_problem(text)
    return list(found.value.lines)


def faults_in_pair(**changes):
    return faults_in(swap_with(pairs=[SWAP["pairs"][0] | changes]))


def test_what_is_left_out_has_its_default():
    assert read_problem(json.dumps(SWAP)) == Problem(
        institutions=(Institution("Kigali"), Institution("Quito")),
        candidates=(Candidate("Ana", "Quito"), Candidate("Ben", "Kigali")),
        positions=(Position("clinic", "Kigali"), Position("lab", "Quito")),
        pairs=(Pair("Ana", "clinic"), Pair("Ben", "lab")),
    )


EVERYTHING = """{
    "unit": "days",
    "reciprocity": {
        "between": "pairs", "strict": false, "tolerance": 30,
        "so_far": [{"one": "Kigali", "other": "Quito", "balance": -60}]
    },
    "institutions": [
        {"id": "Kigali", "country": "Rwanda", "balance": -60, "tolerance": 90, "waiting": 1, "groups": ["ldc"]},
        {"id": "Quito"}
    ],
    "candidates": [{"id": "Ana", "institution": "Quito", "groups": ["women"], "cohort": "nurses"}],
    "positions": [{"id": "clinic", "institution": "Kigali", "capacity": 2, "period": "spring", "groups": []}],
    "pairs": [
        {"candidate": "Ana", "position": "clinic", "quality": 700, "days": 90, "cost": 1200, "payer": "fund"}
    ],
    "locked": [{"candidate": "Ana", "position": "clinic"}],
    "forbidden": [],
    "shares": [{"name": "women", "group": "women", "side": "candidate", "floor": "0.45", "cap": null}],
    "budgets": [{"name": "fund", "payer": "fund", "limit": 5000}],
    "seed": "2027"
}"""


def test_everything_a_round_can_say_is_read():
    assert read_problem(EVERYTHING) == Problem(
        institutions=(Institution("Kigali", "Rwanda", -60, 90, 1, frozenset(["ldc"])), Institution("Quito")),
        candidates=(Candidate("Ana", "Quito", frozenset(["women"]), "nurses"),),
        positions=(Position("clinic", "Kigali", 2, "spring"),),
        pairs=(Pair("Ana", "clinic", 700, 90, 1200, "fund"),),
        unit="days",
        reciprocity=Reciprocity("pairs", strict=False, tolerance=30, so_far=(("Kigali", "Quito", -60),)),
        locked=frozenset([("Ana", "clinic")]),
        shares=(Share("women", "women", floor=Fraction(9, 20)),),
        budgets=(Budget("fund", "fund", 5000),),
        seed="2027",
    )


def test_locked_and_forbidden_pairs_may_be_named_shortly():
    read = read_problem(swap_with(locked=[["Ana", "clinic"]], forbidden=[["Ben", "lab"]]))
    assert (read.locked, read.forbidden) == (frozenset([("Ana", "clinic")]), frozenset([("Ben", "lab")]))
    assert faults_in(swap_with(locked=[["Ana"]])) == ["locked[0]: an object, not a list"]
    assert faults_in(swap_with(locked=[["Ana", 1]])) == [
        "locked[0].position: text in one line that is not empty, not 1"
    ]


@pytest.mark.parametrize(
    ("written", "floor"),
    [
        ('"0.45"', Fraction(9, 20)),
        ('"9/20"', Fraction(9, 20)),
        ("0.45", Fraction(9, 20)),
        ("4.5e-1", Fraction(9, 20)),
        ("1", Fraction(1)),
        ("0", Fraction(0)),
        ('"1/3"', Fraction(1, 3)),
    ],
)
def test_parts_are_exact(written, floor):
    text = swap_with(shares=[{"name": "women", "group": "women", "floor": "?"}]).replace('"?"', written)
    (share,) = read_problem(text).shares
    assert share.floor == floor


@pytest.mark.parametrize(
    "written",
    ['"45 %"', '"1/0"', '"-0.1"', "-0.1", "true", "NaN", "1e999999999", '"1e999999999"', '""', "[]", '"٠.٤"'],
)
def test_what_is_no_part_is_a_fault(written):
    text = swap_with(shares=[{"name": "women", "group": "women", "floor": "?"}]).replace('"?"', written)
    shown = "a list" if written == "[]" else json.dumps(json.loads(written)) if '"' in written else written
    assert faults_in(text) == [
        f'shares[0].floor: a part of one, such as "0.45" or "9/20", or null, not {shown}'
    ]


def test_text_that_is_not_json_is_told_by_line_and_column():
    assert faults_in('{\n "pairs": [,]\n}') == ["this is not JSON: Expecting value (line 2, column 12)"]
    assert faults_in("") == ["this is not JSON: Expecting value (line 1, column 1)"]


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depths_without_end_are_a_fault(opening):
    assert faults_in(opening * 200_000) == ["this is not a round: its lists stand in each other too deeply"]


def test_something_else_than_a_round_is_a_fault():
    assert faults_in("[]") == ["the file: an object, not a list"]
    assert faults_in("{}") == [
        "institutions: is missing",
        "candidates: is missing",
        "positions: is missing",
        "pairs: is missing",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("high", '"high"'),
        (True, "true"),
        (None, "null"),
        (-1, "-1"),
        (1001, "1001"),
        (7.5, "7.5"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ([7], "a list"),
        ({"is": 7}, "an object"),
    ],
)
def test_quality_is_a_whole_number_in_its_range(value, shown):
    assert faults_in_pair(quality=value) == [
        f"pairs[0].quality: a whole number from 0 to 1000, not {shown}",
    ]


def test_huge_numbers_are_a_fault_even_where_python_refuses_to_read_them():
    text = swap_with(institutions=[{"id": "Kigali", "balance": "?"}]).replace('"?"', "-" + "9" * 10_000)
    (line,) = faults_in(text)
    assert line.startswith("institutions[0].balance: a whole number from -2147483648 to 2147483648, not -999")
    assert len(line) < 150
    assert faults_in_pair(cost=2**31 + 1) == [
        "pairs[0].cost: a whole number from 0 to 2147483648, not 2147483649",
    ]
    assert read_problem(swap_with(pairs=[SWAP["pairs"][0] | {"cost": 2**31}])).pairs[0].cost == 2**31


def test_keys_that_do_not_exist_are_told_with_what_was_meant():
    assert faults_in_pair(qualty=700) == [
        "pairs[0].\"qualty\": there is no such key; did you mean 'quality'?"
    ]
    assert faults_in_pair(zzz=700) == ['pairs[0]."zzz": there is no such key']
    assert faults_in(swap_with(budget=[])) == ["\"budget\": there is no such key; did you mean 'budgets'?"]


def test_keys_that_are_missing_are_told():
    assert faults_in(swap_with(pairs=[{"candidate": "Ana"}, {"position": "lab"}])) == [
        "pairs[0].position: is missing",
        "pairs[1].candidate: is missing",
    ]


def test_a_key_that_is_there_twice_is_a_fault_wherever_it_is():
    twice = '{"id": "Quito", "id": "Lima"}'
    text = json.dumps(SWAP).replace('{"id": "Quito"}', twice)
    assert faults_in(text) == ["institutions[1].id: is there 2 times"]
    assert faults_in('{"pairs": [], "pairs": []}') == ["pairs: is there 2 times"]
    text = swap_with(reciprocity="?").replace('"?"', '{"strict": true, "strict": false}')
    assert faults_in(text) == ["reciprocity.strict: is there 2 times"]


@pytest.mark.parametrize("name", ["", "two\nlines", "bell\x07", "\ud800", "a\u2028b", 7, None, ["Ana"]])
def test_an_id_is_readable_text(name):
    shown = "a list" if isinstance(name, list) else json.dumps(name)
    assert faults_in(swap_with(candidates=[{"id": name, "institution": "Quito"}])) == [
        f"candidates[0].id: text in one line that is not empty, not {shown}"
    ]


def test_ids_may_be_in_any_script():
    read = read_problem(json.dumps(SWAP).replace("Ana", "آنا 安娜"))
    assert read.candidates[0].id == "آنا 安娜"


@pytest.mark.parametrize("groups", ["women", ["women", 1], [""], {"women": True}])
def test_groups_are_a_list_of_names(groups):
    (line,) = faults_in(
        swap_with(candidates=[{"id": "Ana", "institution": "Quito", "groups": groups}], pairs=[])
    )
    assert line.startswith("candidates[0].groups: a list of names, not ")


def test_choices_are_told():
    assert faults_in(swap_with(unit="hours")) == ['unit: "people" or "days", not "hours"']
    assert faults_in(swap_with(reciprocity={"strict": 1, "between": "all"})) == [
        'reciprocity.between: "institutions" or "pairs" or "nobody", not "all"',
        "reciprocity.strict: true or false, not 1",
    ]


def test_what_no_round_can_be_is_told_after_what_no_file_can_be():
    strange = SWAP["pairs"][0] | {"position": "moon"}
    assert faults_in(swap_with(pairs=[strange])) == [
        "pairs[0] 'Ana' at 'moon': there is no such position",
    ]
    assert faults_in(swap_with(pairs=[strange | {"quality": -1}])) == [
        "pairs[0].quality: a whole number from 0 to 1000, not -1",
    ]


def test_a_hundred_faults_are_told_and_the_rest_counted():
    lines = faults_in(swap_with(pairs=[7] * 250))
    assert lines[0] == "pairs[0]: an object, not 7"
    assert lines[99:] == ["pairs[99]: an object, not 7", "and 150 more"]


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=4)
AMOUNTS = st.integers(0, 2**31)
CHANGES = st.integers(-(2**31), 2**31)
PARTS = (
    st.none()
    | st.fractions(0, 1, max_denominator=10**6)
    | st.integers(0, 1000).map(lambda n: Fraction(n, 1000))
)
GROUPS = st.frozensets(NAMES, max_size=2)


@st.composite
def rounds(draw):
    homes = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    people = draw(st.lists(NAMES, max_size=3, unique=True))
    posts = draw(st.lists(NAMES, max_size=3, unique=True))
    candidates = tuple(
        Candidate(one, draw(st.sampled_from(homes[1:])), draw(GROUPS), draw(st.none() | NAMES))
        for one in people
    )
    positions = tuple(Position(one, homes[0], draw(AMOUNTS), draw(NAMES), draw(GROUPS)) for one in posts)
    keys = [(one, post) for one in people for post in posts]
    goals = draw(st.lists(NAMES, max_size=2, unique=True))
    floors = [
        sorted((draw(PARTS), draw(PARTS)), key=lambda part: -1 if part is None else part) for _ in goals
    ]
    return Problem(
        institutions=tuple(
            Institution(
                one, draw(NAMES | st.just("")), draw(CHANGES), draw(AMOUNTS), draw(AMOUNTS), draw(GROUPS)
            )
            for one in homes
        ),
        candidates=candidates,
        positions=positions,
        pairs=tuple(
            Pair(
                *key,
                draw(st.integers(0, 1000)),
                draw(st.integers(1, 10_000)),
                draw(AMOUNTS),
                draw(st.none() | NAMES),
            )
            for key in keys
        ),
        unit=draw(st.sampled_from(["people", "days"])),
        reciprocity=Reciprocity("pairs", draw(st.booleans()), draw(AMOUNTS), ((*homes[:2], draw(CHANGES)),)),
        locked=frozenset(keys[:1]),
        forbidden=frozenset(keys[1:2]),
        shares=tuple(
            Share(name, draw(NAMES), draw(st.sampled_from(["candidate", "sender", "host"])), floor, cap)
            for name, (floor, cap) in zip(goals, floors, strict=True)
            if cap is not None
        ),
        budgets=tuple(Budget(name, draw(NAMES), draw(AMOUNTS)) for name in goals),
        seed=draw(NAMES | st.just("")),
    )


@examples(15)
@given(rounds())
def test_a_written_round_is_read_as_it_was(problem):
    assert read_problem(problem_as_json(problem)) == problem


def test_a_made_up_round_is_read_as_it_was():
    problem = generate(150, 20, "any", Habits(with_shares=True, with_budgets=True))
    assert read_problem(problem_as_json(problem)) == problem


def test_locked_pairs_are_written_in_order():
    problem = generate(150, 20, "any")
    keys = [pair.key for pair in problem.pairs[:20]]
    written = json.loads(problem_as_json(replace(problem, locked=frozenset(keys))))
    assert [(one["candidate"], one["position"]) for one in written["locked"]] == sorted(keys)


def test_a_written_round_has_a_line_for_each_element():
    assert problem_as_json(
        read_problem(swap_with(shares=[{"name": "women", "group": "women", "floor": "9/20"}]))
    ) == (
        "{\n"
        ' "institutions": [\n'
        '  {"id": "Kigali", "country": "", "balance": 0, "tolerance": 0, "waiting": 0, "groups": []},\n'
        '  {"id": "Quito", "country": "", "balance": 0, "tolerance": 0, "waiting": 0, "groups": []}\n'
        " ],\n"
        ' "candidates": [\n'
        '  {"id": "Ana", "institution": "Quito", "groups": [], "cohort": null},\n'
        '  {"id": "Ben", "institution": "Kigali", "groups": [], "cohort": null}\n'
        " ],\n"
        ' "positions": [\n'
        '  {"id": "clinic", "institution": "Kigali", "capacity": 1, "period": "", "groups": []},\n'
        '  {"id": "lab", "institution": "Quito", "capacity": 1, "period": "", "groups": []}\n'
        " ],\n"
        ' "pairs": [\n'
        '  {"candidate": "Ana", "position": "clinic", "quality": 0, "days": 0, "cost": 0, "payer": null},\n'
        '  {"candidate": "Ben", "position": "lab", "quality": 0, "days": 0, "cost": 0, "payer": null}\n'
        " ],\n"
        ' "unit": "people",\n'
        ' "reciprocity": {"between": "institutions", "strict": true, "tolerance": 0, "so_far": []},\n'
        ' "locked": [],\n'
        ' "forbidden": [],\n'
        ' "shares": [\n'
        '  {"name": "women", "group": "women", "side": "candidate", "floor": "0.45", "cap": null}\n'
        " ],\n"
        ' "budgets": [],\n'
        ' "seed": ""\n'
        "}\n"
    )


@examples(40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([field.name for field in PROBLEM.fields] + ["id", "candidate", "x"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read_or_told_to_be_bad(value):
    with suppress(BadFile):
        read_problem(json.dumps(value))
