import json
from pathlib import Path

from ayni.matching.schema import CERTIFICATE, PROBLEM, SOLUTION, json_schema
from ayni.matching.solution import Solution

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "matching-round.schema.json"


def test_the_published_schema_is_what_is_read():
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema()


def test_tables_take_what_the_vocabulary_holds():
    for table in (PROBLEM, *(field.rows for field in PROBLEM.fields if field.rows)):
        fields = getattr(table.shape, "__dataclass_fields__", None)
        assert fields is None or [field.name for field in table.fields] == list(fields)


def test_all_of_a_solution_is_in_its_file():
    told = {field.name for field in (*SOLUTION.fields, *CERTIFICATE.fields)} - {"certificate"}
    assert told == set(Solution.__dataclass_fields__)
