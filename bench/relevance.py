"""Judged collections through the product's own search, beside SQLite FTS5."""

import os
import tempfile
from pathlib import Path

from ayni.discovery.engine.tantivy_engine import TantivyEngine
from ayni.discovery.evaluation import evaluate, evaluate_fts5
from bench.figures import Figure, Outcome

_CRANFIELD_GOAL = 0.385


def run() -> Outcome:
    outcome = Outcome()
    root = Path(os.environ.get("AYNI_TEST_DATA", "../shared/data")) / "retrieval"
    for name in ("cranfield", "med"):
        if not (root / name / "qrels" / "test.tsv").exists():
            outcome.skipped.append(f"{name}: not under AYNI_TEST_DATA")
            continue
        with tempfile.TemporaryDirectory(prefix="ayni-collection-") as folder:
            ours = evaluate(
                root / name, lambda folder=folder: TantivyEngine(Path(folder) / "index", facets=())
            )
        peer = evaluate_fts5(root / name)
        goal = _CRANFIELD_GOAL if name == "cranfield" else peer.ndcg_10
        outcome.figures += [
            Figure(f"{name} nDCG@10", ours.ndcg_10, "", goal, at_least=True, peers={"FTS5": peer.ndcg_10}),
            Figure(f"{name} recall@100", ours.recall_100, "", peers={"FTS5": peer.recall_100}),
            Figure(f"{name} MRR", ours.mrr, "", peers={"FTS5": peer.mrr}),
            Figure(f"{name} query, p95", ours.p95_ms, "ms", peers={"FTS5": peer.p95_ms}),
        ]
    return outcome
