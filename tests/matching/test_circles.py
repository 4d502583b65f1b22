from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.matching.circle_checking import certify_circles
from ayni.matching.circle_files import read_input
from ayni.matching.circle_generating import generate_graph
from ayni.matching.circle_search import discover, greedy_circles
from ayni.matching.circles import Arc, Graph, Node
from ayni.matching.faults import BadFile
from tests.matching.circle_worlds import KIDNEY, best_by_hand, complete, graph, graphs, ring
from tests.matching.position_indexed import most_in_circles
from tests.matching.worlds import examples

some = examples(20)
lengths = st.integers(2, 4)


def best(found):
    return found.value, found.covered - found.value, found.score


class TestSmallWorlds:
    def test_two_that_can_swap_do(self):
        found = discover(graph("AB BA"))
        assert (found.value, found.circles, found.status, found.gap) == (2, (("A", "B"),), "proven", 0.0)

    def test_a_circle_is_told_from_its_smallest_id_in_the_direction_of_giving(self):
        assert discover(graph("CB BA AC")).circles == (("A", "C", "B"),)

    def test_three_in_a_circle_are_better_than_two_who_swap(self):
        assert discover(graph("AB BA BC CA")).circles == (("A", "B", "C"),)

    def test_of_equally_many_the_better_scores_are_chosen(self):
        found = discover(graph("AB BA BC CB", {"BC": 20, "CB": 20}))
        assert (found.circles, found.score) == ((("B", "C"),), 40)

    def test_more_institutions_come_before_any_score(self):
        found = discover(graph(f"{ring('AB')} {ring('CD')} {ring('BC')}", {"BC": 1000, "CB": 1000}))
        assert (found.value, found.score) == (4, 4)

    def test_a_circle_of_five_is_none_of_four(self):
        found = discover(graph(ring("ABCDE")), 4)
        assert (found.value, found.circles, found.status) == (0, (), "proven")

    def test_a_circle_of_four_needs_four(self):
        world = graph(ring("ABCD"))
        assert [discover(world, longest).value for longest in (2, 3, 4)] == [0, 0, 4]

    def test_where_all_can_give_to_all_everybody_is_in_a_circle(self):
        assert [discover(graph(complete("ABCDEFG")), longest).value for longest in (2, 3, 4)] == [6, 7, 7]

    def test_nobody(self):
        assert discover(Graph((), ())).status == "proven"

    def test_institutions_without_arcs(self):
        assert discover(Graph((Node("A"), Node("B")), ())).value == 0

    def test_scores_are_exact(self):
        tenth = Fraction(1, 10)
        found = discover(Graph((Node("A"), Node("B")), (Arc("A", "B", tenth), Arc("B", "A", 2 * tenth))))
        assert found.score == 3 * tenth

    @pytest.mark.parametrize("longest", [1, 5])
    def test_other_lengths_are_refused(self, longest):
        with pytest.raises(ValueError, match="2 to 4"):
            discover(graph("AB BA"), longest)

    def test_progress_is_told(self):
        lines = []
        discover(graph("AB BA"), told=lines.append)
        assert lines[-1] == "institutions: 2 found, proven"


class TestSupport:
    def test_one_in_no_circle_is_reached_from_a_supporter(self):
        found = discover(graph("AB BA FC", supports={"F": 1}))
        assert (found.value, found.covered, found.chains) == (2, 3, (("F", "C"),))

    def test_a_chain_goes_on_once(self):
        assert discover(graph("FA AB BC", supports={"F": 1})).chains == (("F", "A", "B"),)

    def test_a_supporter_begins_no_more_chains_than_it_can(self):
        world = "FA FB FC"
        assert [discover(graph(world, supports={"F": many})).covered for many in (1, 2, 3)] == [1, 2, 3]

    def test_a_circle_is_never_broken_for_a_chain(self):
        found = discover(graph("AB BA FA AC GB BD", supports={"F": 1, "G": 1}))
        assert (found.value, found.covered) == (2, 2)

    def test_a_supporter_is_in_no_circle(self):
        assert discover(graph("AF FA", supports={"F": 1})).circles == ()

    @some
    @given(graphs(supporters=True, most=6), lengths)
    def test_the_best_of_all_answers(self, world, longest):
        assert best(discover(world, longest)) == best_by_hand(world, longest)

    @some
    @given(graphs(supporters=True), lengths)
    def test_what_is_found_can_be_checked(self, world, longest):
        assert certify_circles(world, discover(world, longest)).broken == ()


class TestTheBest:
    @some
    @given(graphs(most=6), lengths)
    def test_of_all_answers(self, world, longest):
        found = discover(world, longest)
        assert best(found) == best_by_hand(world, longest)
        assert (found.status, found.bound, found.gap) == ("proven", found.value, 0.0)

    @some
    @given(graphs(), lengths)
    def test_two_formulations_agree(self, world, longest):
        assert discover(world, longest).value == most_in_circles(world, longest)

    def test_two_formulations_agree_on_a_made_up_world(self):
        world = generate_graph(40, 3)
        assert [discover(world, longest).value for longest in (2, 3)] == [
            most_in_circles(world, longest) for longest in (2, 3)
        ]

    @some
    @given(graphs())
    def test_longer_circles_never_lose(self, world):
        values = [discover(world, longest).value for longest in (2, 3, 4)]
        assert values == sorted(values)

    @some
    @given(graphs(), lengths, st.data())
    def test_another_arc_never_loses(self, world, longest, data):
        if not world.arcs:
            return
        left_out = data.draw(st.sampled_from(world.arcs))
        fewer = replace(world, arcs=tuple(arc for arc in world.arcs if arc != left_out))
        assert best(discover(fewer, longest)) <= best(discover(world, longest))

    @some
    @given(graphs(), lengths)
    def test_by_hand_is_never_better(self, world, longest):
        assert sum(map(len, greedy_circles(world, longest))) <= discover(world, longest).value


class TestWhatChangesNothing:
    @some
    @given(graphs(supporters=True), lengths, st.randoms(use_true_random=False))
    def test_the_order_of_lists(self, world, longest, chance):
        nodes, arcs = list(world.nodes), list(world.arcs)
        chance.shuffle(nodes)
        chance.shuffle(arcs)
        assert discover(Graph(tuple(nodes), tuple(arcs)), longest) == discover(world, longest)

    @some
    @given(graphs(), lengths, st.permutations("ABCDEFG"))
    def test_names(self, world, longest, names):
        new = dict(zip("ABCDEFG", names, strict=True))
        renamed = Graph(
            tuple(replace(one, id=new[one.id]) for one in world.nodes),
            tuple(Arc(new[arc.giver], new[arc.taker], arc.score) for arc in world.arcs),
        )
        assert best(discover(renamed, longest)) == best(discover(world, longest))

    @some
    @given(graphs(), lengths)
    def test_all_arcs_turned_round(self, world, longest):
        turned = replace(world, arcs=tuple(Arc(arc.taker, arc.giver, arc.score) for arc in world.arcs))
        assert best(discover(turned, longest)) == best(discover(world, longest))

    @some
    @given(graphs(), lengths, st.text(max_size=3))
    def test_the_seed_chooses_only_among_the_best(self, world, longest, seed):
        assert best(discover(world, longest, seed=seed)) == best(discover(world, longest))

    def test_the_seed_does_choose(self):
        world = graph("AB BA BC CB")
        assert {discover(world, 2, seed=str(seed)).circles for seed in range(8)} == {
            (("A", "B"),),
            (("B", "C"),),
        }


class TestCertificate:
    def test_a_bound_that_is_met_is_proven_without_the_solver(self):
        world = graph("AB BA")
        certificate = certify_circles(world, discover(world))
        assert certificate.is_proven
        assert certificate.text == "institutions: proven, checked against every circle without a solver"

    def test_a_bound_that_is_not_met_is_proven_by_the_solver_only(self):
        # With swaps alone, a half of each of three swaps makes three; in whole swaps there are two.
        world = graph("AB BA BC CB AC CA")
        found = discover(world, 2)
        certificate = certify_circles(world, found)
        assert (found.status, certificate.levels[0].proof) == ("proven", "solver")

    @pytest.mark.parametrize(
        ("changed", "line"),
        [
            ({"value": 3}, "value: says 3, counted 2"),
            ({"covered": 3}, "covered: says 3, counted 2"),
            ({"score": Fraction(5)}, "score: says 5, counted 2"),
            ({"circles": (("A", "C"),)}, "'A' has nothing for 'C'"),
            ({"circles": (("A", "B"), ("A", "B"))}, "'A': is in ('A', 'B') and in ('A', 'B')"),
            ({"circles": (("A",),)}, "circle A: has 1 institutions"),
            ({"chains": (("D", "C"),)}, "'D': begins 1 chains, and can begin 0"),
            ({"graph": "0"}, "this was found in another graph"),
        ],
    )
    def test_a_false_claim_is_found(self, changed, line):
        world = graph("AB BA DC")
        certificate = certify_circles(world, replace(discover(world), **changed))
        assert line in certificate.broken
        assert not certificate.is_proven

    def test_a_better_answer_is_not_called_proven(self):
        world = graph(f"{ring('AB')} {ring('CD')}")
        found = discover(world)
        worse = replace(found, circles=found.circles[:1], value=2, covered=2, score=Fraction(2))
        assert certify_circles(world, worse).levels[0].proof == "open"

    def test_prices_too_low_prove_nothing(self):
        world = graph(f"{ring('AB')} {ring('CD')}")
        found = discover(world)
        prices = replace(found.prices[0], nodes=tuple((name, 0) for name, _ in found.prices[0].nodes))
        cheap = replace(found, prices=(prices,), levels=())
        assert certify_circles(world, cheap).levels[0].proof == "open"


class TestGreedy:
    def test_the_best_circle_first(self):
        world = graph("AB BA BC CB", {"BC": 20, "CB": 20})
        assert greedy_circles(world) == (("B", "C"),)

    def test_looks_no_further(self):
        world = graph(f"{ring('AB')} {ring('CD')} {ring('BC')}", {"BC": 1000, "CB": 1000})
        assert greedy_circles(world) == (("B", "C"),)


class TestGraphsThatAreNone:
    def test_every_fault_is_told(self):
        bad = Graph(
            (Node("A"), Node("A"), Node("B", -1)),
            (Arc("A", "A"), Arc("A", "X"), Arc("A", "B"), Arc("A", "B", -1)),
        )
        with pytest.raises(BadFile) as caught:
            discover(bad)
        assert caught.value.lines == (
            "nodes: 'A' is there 2 times",
            "nodes[2] 'B': supports cannot be below 0",
            "arcs[0] from 'A' to 'A': an institution cannot give to itself",
            "arcs[1] from 'A' to 'X': there is no node 'X'",
            "arcs[3] from 'A' to 'B': is there twice",
            "arcs[3] from 'A' to 'B': score is a number from 0 to 1,000,000 with at most nine decimals",
        )


class TestGeneratedWorlds:
    def test_the_same_seed_makes_the_same_world(self):
        assert generate_graph(60, 1) == generate_graph(60, 1)
        assert generate_graph(60, 1) != generate_graph(60, 2)

    def test_nobody_keeps_more_than_twelve_arcs(self):
        world = generate_graph(300, 1)
        givers = [arc.giver for arc in world.arcs]
        assert max(map(givers.count, set(givers))) == 12

    def test_supporters_reach_more(self):
        found = discover(generate_graph(100, 1, supporters=5))
        assert found.covered > found.value
        assert certify_circles(generate_graph(100, 1, supporters=5), found).broken == ()


@pytest.mark.data
@pytest.mark.skipif(not KIDNEY.is_dir(), reason="needs the public test data (AYNI_TEST_DATA)")
@pytest.mark.parametrize(
    ("name", "swaps", "circles"),
    [("100", 20, 29), ("MD-00001-00000100", 32, 37), ("100-random-weights", 20, 29), ("200", 76, 104)],
)
def test_known_optima(name, swaps, circles):
    world = read_input((KIDNEY / f"{name}.input").read_text())
    assert [discover(world, longest).value for longest in (2, 3)] == [swaps, circles]
