from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayni.language.metrics import ndcg, percentile, recall, reciprocal_rank

JUDGED = {"a": 3, "b": 1, "c": 0}


def test_known_values():
    assert ndcg(["a", "b"], JUDGED) == 1
    assert ndcg(["b", "a"], JUDGED) == pytest.approx((1 + 3 / log2(3)) / (3 + 1 / log2(3)))
    assert ndcg(["x", "a"], JUDGED, k=1) == 0
    assert recall(["x", "a"], JUDGED) == 0.5
    assert recall(["x", "a"], JUDGED, k=1) == 0
    assert reciprocal_rank(["c", "x", "b"], JUDGED) == pytest.approx(1 / 3)
    assert ndcg(["a"], {}) == recall(["a"], {}) == reciprocal_rank(["a"], {}) == 0


def test_percentile_is_nearest_rank():
    assert percentile([], 0.5) == 0
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7], 0.95) == 7


@given(st.permutations("abcdefgh"), st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 3)))
def test_measures_are_shares(ranking, judged):
    for measure in (ndcg, recall, reciprocal_rank):
        assert 0 <= measure(ranking, judged) <= 1
