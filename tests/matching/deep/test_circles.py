"""What is true of large graphs too; each takes seconds."""

import pytest

from ayni.matching.circle_checking import certify_circles
from ayni.matching.circle_files import read_input
from ayni.matching.circle_generating import generate_graph
from ayni.matching.circle_search import discover, greedy_circles
from tests.matching.circle_worlds import KIDNEY, complete, graph
from tests.matching.position_indexed import most_in_circles


@pytest.mark.data
@pytest.mark.skipif(not KIDNEY.is_dir(), reason="needs the public test data (AYNI_TEST_DATA)")
def test_known_optima_of_three_hundred():
    world = read_input((KIDNEY / "300.input").read_text())
    assert [discover(world, longest).value for longest in (2, 3)] == [112, 165]


def test_three_circles_of_two_thousand_are_proven():
    world = generate_graph(2000, 1)
    found = discover(world)
    assert found.status == "proven"
    assert certify_circles(world, found).broken == ()
    assert found.value > 1.15 * sum(map(len, greedy_circles(world)))


def test_circles_of_four_among_a_thousand_have_a_small_gap():
    world = generate_graph(1000, 1, nearness=150)
    found = discover(world, 4)
    assert found.gap <= 0.01
    certificate = certify_circles(world, found)
    assert (certificate.broken, certificate.levels[0].bound) == ((), found.bound)


def test_where_all_can_give_to_all():
    names = "".join(chr(0x4E00 + number) for number in range(60))
    assert [discover(graph(complete(names)), longest).value for longest in (2, 3, 4)] == [60, 60, 60]


@pytest.mark.parametrize("seed", range(4))
def test_two_formulations_agree(seed):
    world = generate_graph(60, seed)
    assert discover(world, 3).value == most_in_circles(world, 3)
