from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.allowed import LEVELS, RULES, Asks, Post, Profile, Speaks, allowed_pairs, refusals
from ayni.matching.problem import Candidate, Institution, Pair, Position, Problem, faults
from tests.matching.worlds import examples

MARCH, MAY = date(2027, 3, 1), date(2027, 5, 31)

ANA = Profile(
    id="Ana",
    institution="Quito hospital",
    country="Ecuador",
    partnerships=frozenset(["mother and child"]),
    professions=frozenset(["midwife"]),
    skills=frozenset(["ultrasound", "teaching"]),
    languages=(Speaks("Spanish", "C2"), Speaks("French", "B2")),
    available_from=MARCH,
    available_until=MAY,
    accepts=frozenset(["ward"]),
)
WARD = Post(
    id="ward",
    institution="Kigali clinic",
    country="Rwanda",
    partnerships=frozenset(["mother and child"]),
    professions=frozenset(["midwife", "nurse"]),
    skills=frozenset(["ultrasound"]),
    languages=(Asks("French", "B2"),),
    first_day=MARCH,
    last_day=MAY,
    approved=frozenset(["Ana"]),
    cost=2000,
    travel=900,
    payer="fund",
)


def told(person, post, **more):
    return [str(one) for one in refusals(person, post, **more)]


def test_a_pair_that_every_rule_allows_has_what_a_round_needs():
    pairs, rejected = allowed_pairs([ANA], [WARD], {("Ana", "ward"): 800})
    assert pairs == (Pair("Ana", "ward", quality=800, days=92, cost=2900, payer="fund"),)
    assert dict(rejected) == {}


@pytest.mark.parametrize(
    ("person", "post", "reason"),
    [
        ({"institution": "Kigali clinic"}, {}, "institution: both belong to Kigali clinic"),
        ({"country": "Rwanda"}, {}, "country: both are in Rwanda"),
        (
            {"partnerships": frozenset(["malaria"])},
            {},
            "partnership: is open to mother and child, nominated to malaria",
        ),
        ({"partnerships": frozenset()}, {}, "partnership: is open to mother and child, nominated to none"),
        ({}, {"partnerships": frozenset()}, "partnership: is open to none, nominated to mother and child"),
        (
            {"professions": frozenset(["engineer", "teacher"])},
            {},
            "profession: needs midwife or nurse, has engineer, teacher",
        ),
        (
            {},
            {"skills": frozenset(["ultrasound", "surgery", "anaesthesia"])},
            "skills: lacks anaesthesia, surgery",
        ),
        ({"languages": (Speaks("French", "A2"),)}, {}, "language: needs French B2, has A2"),
        ({"languages": ()}, {}, "language: needs French B2, has none"),
        (
            {},
            {"languages": (Asks("English", "B1"), Asks("French", "C1"), Asks("Spanish", "C2"))},
            "language: needs English B1, has none; needs French C1, has B2",
        ),
        (
            {"modalities": frozenset(["remote", "hybrid"])},
            {},
            "modality: is in person, accepts hybrid or remote",
        ),
        (
            {"needs": frozenset(["step-free", "sign language"])},
            {},
            "accessibility: does not offer sign language, step-free",
        ),
        (
            {"needs": frozenset(["step-free", "sign language"])},
            {"accessibility": frozenset(["step-free"]), "modality": "hybrid"},
            "accessibility: does not offer sign language",
        ),
        ({}, {"approved": frozenset(["Ben"])}, "approval: the host has not approved"),
        ({"accepts": frozenset(["lab"])}, {}, "acceptance: the candidate has not accepted"),
    ],
)
def test_each_rule_alone_forbids_with_its_reason(person, post, reason):
    person, post = replace(ANA, **person), replace(WARD, **post)
    assert told(person, post) == [reason]
    pairs, rejected = allowed_pairs([person], [post])
    assert pairs == ()
    assert {key: [str(one) for one in found] for key, found in rejected.items()} == {
        ("Ana", "ward"): [reason]
    }


@pytest.mark.parametrize(
    ("person", "post", "reason"),
    [
        ({"available_from": MARCH + timedelta(1)}, {}, "dates: starts on 2027-03-01, free from 2027-03-02"),
        ({}, {"first_day": MARCH - timedelta(1)}, "dates: starts on 2027-02-28, free from 2027-03-01"),
        ({"available_until": MAY - timedelta(1)}, {}, "dates: ends on 2027-05-31, free until 2027-05-30"),
        (
            {"available_from": MARCH + timedelta(1), "available_until": MAY - timedelta(1)},
            {},
            "dates: starts on 2027-03-01, free from 2027-03-02; ends on 2027-05-31, free until 2027-05-30",
        ),
    ],
)
def test_a_period_that_misses_by_one_day_is_refused(person, post, reason):
    assert told(replace(ANA, **person), replace(WARD, **post)) == [reason]


def test_dates_that_nobody_gave_are_no_limit():
    assert told(replace(ANA, available_from=None, available_until=None), WARD) == []
    open_post = replace(WARD, first_day=None, last_day=None)
    assert told(ANA, open_post) == []
    assert open_post.days == 0
    assert replace(WARD, last_day=MARCH).days == 1


def test_a_remote_post_has_no_barrier_and_no_travel():
    person, post = replace(ANA, needs=frozenset(["step-free"])), replace(WARD, modality="remote")
    pairs, _ = allowed_pairs([person], [post])
    assert pairs == (Pair("Ana", "ward", days=92, cost=2000, payer="fund"),)
    assert told(person, replace(WARD, modality="hybrid")) == ["accessibility: does not offer step-free"]


@pytest.mark.parametrize(
    "asks", [Asks("Kinyarwanda", "B1", "lessons"), Asks("Kinyarwanda", "C2", "interpreter")]
)
def test_a_language_with_help_from_the_host_is_no_barrier(asks):
    assert told(ANA, replace(WARD, languages=(asks,))) == []


def test_a_candidate_of_two_partnerships_goes_in_either():
    person = replace(ANA, partnerships=frozenset(["malaria", "mother and child"]), accepts=None)
    posts = [
        WARD,
        replace(WARD, id="lab", partnerships=frozenset(["malaria"])),
        replace(WARD, id="farm", partnerships=frozenset(["seeds"])),
    ]
    pairs, rejected = allowed_pairs([person], posts)
    assert [one.key for one in pairs] == [("Ana", "lab"), ("Ana", "ward")]
    assert [one.code for one in rejected["Ana", "farm"]] == ["partnership"]


def test_a_round_without_partnerships_asks_for_none():
    assert told(replace(ANA, partnerships=frozenset()), replace(WARD, partnerships=frozenset())) == []


def test_one_country_is_allowed_where_the_round_says_so_and_one_institution_never():
    neighbour = replace(ANA, country="Rwanda")
    assert told(neighbour, WARD, within_country=True) == []
    assert len(allowed_pairs([neighbour], [WARD], within_country=True)[0]) == 1
    colleague = replace(neighbour, institution="Kigali clinic")
    assert told(colleague, WARD, within_country=True) == ["institution: both belong to Kigali clinic"]
    assert [one.code for one in refusals(colleague, WARD)] == ["institution", "country"]


def test_countries_that_are_not_known_are_not_the_same():
    assert told(replace(ANA, country=""), replace(WARD, country="")) == []


def test_all_reasons_are_given_in_the_order_of_the_rules():
    person = Profile(
        "Ben",
        "Kigali clinic",
        "Rwanda",
        needs=frozenset(["step-free"]),
        modalities=frozenset(["remote"]),
        accepts=frozenset(),
    )
    post = replace(WARD, approved=frozenset())
    late = replace(person, available_from=MAY)
    assert [one.code for one in refusals(late, post)] == list(RULES)


def test_rejections_name_every_pair_that_is_not_allowed():
    people = [ANA, replace(ANA, id="Ben", accepts=None)]
    posts = [WARD, replace(WARD, id="lab", approved=None)]
    pairs, rejected = allowed_pairs(people, posts)
    assert [one.key for one in pairs] == [("Ana", "ward"), ("Ben", "lab")]
    assert len(rejected) == 2
    assert {key: [one.code for one in found] for key, found in rejected.items()} == {
        ("Ana", "lab"): ["acceptance"],
        ("Ben", "ward"): ["approval"],
    }
    assert ("Ana", "ward") not in rejected
    assert ("Zoe", "ward") not in rejected


def test_names_that_are_there_twice_are_refused():
    with pytest.raises(ValueError, match="'Ana' is there twice"):
        allowed_pairs([ANA, ANA], [WARD])
    with pytest.raises(ValueError, match="'ward' is there twice"):
        allowed_pairs([ANA], [WARD, WARD])


def test_what_no_post_or_language_can_be_is_refused():
    with pytest.raises(ValueError, match="there is no level 'B3'; there are A1, A2, B1, B2, C1, C2"):
        Speaks("French", "B3")
    with pytest.raises(ValueError, match="there is no level 'native'"):
        Asks("French", "native")
    with pytest.raises(ValueError, match="'ward' ends on 2027-02-28, before it starts on 2027-03-01"):
        replace(WARD, last_day=date(2027, 2, 28))


SOME = st.frozensets(st.sampled_from(["one", "two"]))
DAYS = st.none() | st.integers(0, 5).map(lambda day: MARCH + timedelta(day))


@st.composite
def attributes(draw, kind, number):
    same = {
        "id": f"{kind.__name__}{number}",
        "institution": draw(st.sampled_from("AB")),
        "country": draw(st.sampled_from(["", "X"])),
        "partnerships": draw(SOME),
        "professions": draw(SOME),
        "skills": draw(SOME),
    }
    level = draw(st.sampled_from(LEVELS))
    if kind is Profile:
        accepts = draw(st.none() | st.frozensets(st.sampled_from(["Post0", "Post1", "elsewhere"])))
        return Profile(
            **same,
            languages=(Speaks("French", level),),
            available_from=draw(DAYS),
            needs=draw(SOME),
            accepts=accepts,
        )
    approved = draw(st.none() | st.frozensets(st.sampled_from(["Profile0", "Profile1"])))
    return Post(
        **same,
        languages=(Asks("French", level, draw(st.sampled_from(["none", "lessons"]))),),
        first_day=draw(DAYS),
        modality=draw(st.sampled_from(["remote", "in person"])),
        accessibility=draw(SOME),
        approved=approved,
    )


@examples(20)
@given(st.data(), st.booleans())
def test_each_pair_is_either_allowed_or_has_a_reason_and_the_allowed_make_a_round(data, within_country):
    people = [data.draw(attributes(Profile, number)) for number in range(2)]
    posts = [data.draw(attributes(Post, number)) for number in range(2)]
    pairs, rejected = allowed_pairs(people, posts, within_country=within_country)
    allowed = {pair.key for pair in pairs}
    assert allowed | set(rejected) == {(person.id, post.id) for person in people for post in posts}
    assert not allowed & set(rejected)
    for person in people:
        for post in posts:
            found = refusals(person, post, within_country=within_country)
            assert ((person.id, post.id) in allowed) == (found == ())
            assert rejected.get((person.id, post.id), ()) == found
    made = Problem(
        tuple(map(Institution, "AB")),
        tuple(Candidate(one.id, one.institution) for one in people),
        tuple(Position(one.id, one.institution) for one in posts),
        pairs,
    )
    assert list(faults(made)) == []
    assert allowed_pairs(people[::-1], posts[::-1], within_country=within_country)[0] == pairs
