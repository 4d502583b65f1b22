import json
import os
from pathlib import Path

import pytest

from ayni.discovery import evaluation
from ayni.discovery.engine.matching import required_words
from ayni.discovery.engine.tantivy_engine import TantivyEngine

DATA = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "retrieval"


def collection(path):
    corpus = [
        {"_id": "1", "title": "Safe water", "text": "Pumps for schools"},
        {"_id": "2", "title": "Écoles", "text": "L'eau des écoles", "lang": "fr"},
        {"_id": "3", "title": "Soil", "text": "Terraces"},
    ]
    queries = [
        {"_id": "a", "text": "school pumps"},
        {"_id": "b", "text": "école", "lang": "fr"},
        {"_id": "c", "text": "x"},
    ]
    (path / "qrels").mkdir(parents=True)
    (path / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\t1\t1\nb\t2\t2\n")
    return path


def test_a_small_collection(tmp_path):
    path = collection(tmp_path / "small")
    ours = evaluation.evaluate(path, lambda: TantivyEngine(tmp_path / "index", ()))
    peer = evaluation.evaluate_fts5(path)
    assert (ours.documents, ours.queries, ours.ndcg_10, ours.recall_100, ours.mrr) == (3, 2, 1, 1, 1)
    assert "nDCG@10" in evaluation.table([ours, peer]).splitlines()[0]
    assert not (tmp_path / "index").exists()


def test_required_words_never_exceed_those_asked_and_short_queries_need_all():
    assert [required_words(count) for count in (1, 2, 3, 4, 5, 6, 7, 30)] == [1, 2, 2, 3, 2, 2, 1, 1]


@pytest.mark.parametrize(("name", "least"), [("cranfield", 0.385), ("med", 0.0)])
def test_relevance_is_no_worse_than_the_peer(tmp_path, name, least):
    if not (DATA / name).is_dir():
        pytest.skip(f"no test collection at {DATA / name}; set AYNI_TEST_DATA")
    ours = evaluation.evaluate(DATA / name, lambda: TantivyEngine(tmp_path / "index", ()))
    peer = evaluation.evaluate_fts5(DATA / name)
    assert ours.ndcg_10 >= max(least, peer.ndcg_10), evaluation.table([ours, peer])
