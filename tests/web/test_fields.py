import pytest

from ayni.kernel.errors import Fault
from ayni.knowledge import documents, drafts
from ayni.web.fields import fault_text, field_label
from ayni.web.writing.wording import words_of

SORTS = [
    ("practice", "snapshot"),
    ("practice", "full"),
    ("lesson", ""),
    ("publication", ""),
    ("activity", ""),
]


@pytest.mark.parametrize(("kind", "form"), SORTS)
def test_every_field_of_every_kind_has_a_name_for_people(kind, form):
    rows = {
        f"body.{field.name}.{inner.name}" for field in documents.fields_of(kind, form) for inner in field.rows
    }
    unnamed = {path for path in drafts.paths_of(kind, form) | rows if words_of(path, kind).label == path}
    assert unnamed == set()


def test_a_field_in_a_row_is_named_with_its_row():
    assert field_label("body.results.1.before", "practice", "full") == "Results, row 2: Before"
    assert field_label("body.results.1", "practice", "full") == "Results, row 2"
    assert field_label("body.authors.0", "publication") == "Who wrote it?, row 1"
    assert field_label("partners.0.role", "lesson") == "Who took part besides you, row 1: What it did"
    assert field_label("body.problem", "practice") == "What was the problem?"
    assert field_label("summary", "lesson") == "In one sentence"


def test_a_fault_is_a_sentence_that_says_what_to_do():
    assert (
        fault_text(Fault("title", "too_long", {"limit": 300})) == "This is too long: at most 300 characters."
    )
    assert fault_text(Fault("title", "of-a-kind-nobody-knows")) == "This cannot be used as it is."
