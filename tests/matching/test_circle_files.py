import json
from fractions import Fraction

import pytest

from ayni.matching.circle_files import found_as_json, found_as_text, read_graph, read_input
from ayni.matching.circle_search import discover
from ayni.matching.circles import Arc, Graph, Node
from ayni.matching.faults import BadFile
from tests.matching.circle_worlds import KIDNEY, graph, ring


def faults_in(read, text):
    with pytest.raises(BadFile) as caught:
        read(text)
    return caught.value.lines


class TestJson:
    def test_nodes_are_names_or_objects_and_scores_are_exact(self):
        text = (
            '{"nodes": ["A", {"id": "F", "supports": 2}], "arcs": [{"from": "F", "to": "A", "score": 0.1}]}'
        )
        expected = Graph((Node("A"), Node("F", 2)), (Arc("F", "A", Fraction(1, 10)),))
        assert read_graph(text) == (expected, 3)

    def test_a_score_is_one_if_nothing_is_said(self):
        text = '{"nodes": ["A", "B"], "arcs": [{"from": "A", "to": "B"}], "max_circle": 4}'
        assert read_graph(text) == (Graph((Node("A"), Node("B")), (Arc("A", "B"),)), 4)

    @pytest.mark.parametrize(
        ("given", "lines"),
        [
            ([], ("a graph is an object with nodes and arcs",)),
            ({}, ("nodes: a list is needed", "arcs: a list is needed")),
            (
                {"nodes": [], "arcs": [], "max_circle": 5, "arc": []},
                ("arc: there is nothing of this name", "max_circle: a whole number from 2 to 4 is needed"),
            ),
            (
                {"nodes": [1, {"id": "", "supports": "2"}], "arcs": [3]},
                (
                    "nodes[0]: an id or an object is needed",
                    "nodes[1].id: a text is needed",
                    "nodes[1].supports: a whole number is needed, how many chains it can begin",
                    "arcs[0]: an object is needed",
                ),
            ),
            (
                {"nodes": ["A"], "arcs": [{"from": "A", "score": "much", "by": 1}]},
                (
                    "arcs[0].by: there is nothing of this name",
                    "arcs[0].to: the id of a node is needed",
                    "arcs[0].score: a number is needed",
                ),
            ),
            (
                {"nodes": ["A", "A"], "arcs": [{"from": "A", "to": "B"}]},
                ("nodes: 'A' is there 2 times", "arcs[0] from 'A' to 'B': there is no node 'B'"),
            ),
        ],
    )
    def test_a_line_for_each_fault(self, given, lines):
        assert faults_in(read_graph, json.dumps(given)) == lines

    @pytest.mark.parametrize("text", ["", "{", '{"nodes": NaN}', "[" * 100_000])
    def test_what_is_not_json(self, text):
        assert len(faults_in(read_graph, text)) == 1

    @pytest.mark.parametrize("score", ["1e999999", "-1", "1e-999999", "1000001", "0.0000000001"])
    def test_a_score_out_of_range(self, score):
        text = '{"nodes": ["A", "B"], "arcs": [{"from": "A", "to": "B", "score": %s}]}'
        assert len(faults_in(read_graph, text % score)) == 1


class TestPlainGraphs:
    def test_nodes_have_numbers_arcs_have_weights(self):
        assert read_input("2\t1\n0 1 0.25\n-1 -1 -1\n") == Graph(
            (Node("0"), Node("1")), (Arc("0", "1", Fraction(1, 4)),)
        )

    def test_ids_sort_as_numbers_do(self):
        assert [one.id for one in read_input("11 0\n-1 -1 -1").nodes][:2] == ["00", "01"]

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("", ("line 1: the number of nodes and the number of arcs are needed",)),
            ("2 0", ("line 2: the graph must end with -1 -1 -1",)),
            ("2 1\n1 1 1\n-1 -1 -1", ("line 2: node 1 cannot give to itself",)),
            ("2 1\n1 2 1\n-1 -1 -1", ("line 2: there is no node 2; they go from 0 to 1",)),
            ("2 1\n1 0 x\n-1 -1 -1", ("line 2: the weight is a number, not below 0",)),
            ("2 2\n1 0 1\n-1 -1 -1", ("line 1: says 2 arcs, and 1 follow",)),
            ("2 2\n1 0 1\n1 0 2\n-1 -1 -1", ("line 3: the arc from 1 to 0 is in line 2 already",)),
            ("2 0\n-1 -1 -1\n0 1 1", ("line 3: nothing can follow the end",)),
            (
                "2 2\n5 0\n1 1 1 1\n-1 -1 -1",
                (
                    "line 2: two nodes and a weight are needed, not '5 0'",
                    "line 2: there is no node 5; they go from 0 to 1",
                    "line 3: two nodes and a weight are needed, not '1 1 1 1'",
                    "line 3: node 1 cannot give to itself",
                ),
            ),
        ],
    )
    def test_a_line_for_each_fault(self, text, lines):
        assert faults_in(read_input, text) == lines

    @pytest.mark.data
    @pytest.mark.skipif(not KIDNEY.is_dir(), reason="needs the public test data (AYNI_TEST_DATA)")
    @pytest.mark.parametrize(
        ("name", "line"),
        [
            ("duplicate-edge", "line 3: the arc from 1 to 0 is in line 2 already"),
            ("incorrect_edge_count1", "line 1: says 2 arcs, and 3 follow"),
            ("incorrect_edge_count2", "line 1: says 4 arcs, and 3 follow"),
            ("out-of-range1", "line 2: there is no node -1; they go from 0 to 1"),
            ("out-of-range2", "line 2: there is no node 2; they go from 0 to 1"),
            ("out-of-range3", "line 2: there is no node -1; they go from 0 to 1"),
            ("out-of-range4", "line 2: there is no node 2; they go from 0 to 1"),
            ("self-loop", "line 2: node 1 cannot give to itself"),
        ],
    )
    def test_public_files_with_faults(self, name, line):
        assert line in faults_in(read_input, (KIDNEY / f"{name}.input").read_text())


class TestWhatIsFound:
    def test_for_programs(self):
        plain = json.loads(found_as_json(discover(graph("AB BA FC", supports={"F": 1}))))
        assert {name: plain[name] for name in ("value", "covered", "circles", "chains", "bound", "gap")} == {
            "value": 2,
            "covered": 3,
            "circles": [["A", "B"]],
            "chains": [["F", "C"]],
            "bound": 2,
            "gap": 0.0,
        }
        assert (plain["score"], plain["status"]) == (3, "proven")

    def test_for_a_coordinator(self):
        text = found_as_text(discover(graph(f"{ring('ABC')} FD DE", supports={"F": 1})))
        assert text.splitlines() == [
            (
                "3 institutions in 1 circle; no choice of circles has more: proven. "
                "Among these choices the scores are the best."
            ),
            "Each gives to the next in its circle and receives from the one before.",
            "",
            "  A -> B -> C -> A",
            "",
            "2 more institutions reached with support, which is not reciprocal:",
            "",
            "  F -> D -> E",
            "",
            "Sum of scores: 5",
            (
                "No circle is longer than 3: if one institution withdraws, its circle ends, "
                "and in a long one many would wait in vain."
            ),
        ]
