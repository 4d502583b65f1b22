"""`ayni import`: words for people, JSON for machines, exit codes for scripts."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from ayni.discovery import indexing
from ayni.knowledge import import_words
from ayni.knowledge.formats.template import header
from ayni.knowledge.models import ImportBatch, Record
from ayni.knowledge.states import Kind
from tests.knowledge.importing import activity, document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "records.jsonl"


def run(capsys, *arguments):
    """(exit code, what was said, what was said to stderr)."""
    code = 0
    try:
        call_command("import", *(str(argument) for argument in arguments))
    except SystemExit as stopped:
        code = stopped.code
    except CommandError as error:
        capsys.readouterr()
        return error.returncode, "", str(error)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_records_come_in_and_are_found(file, capsys):
    code, out, _ = run(capsys, "records", write(file, activity()))
    assert code == 0
    assert "New: 1" in out
    assert f"ayni import undo {ImportBatch.objects.get().uid}" in out
    indexing.engine().refresh()
    assert indexing.engine().stats().documents >= 1


def test_rows_that_fail_are_named_and_the_exit_code_says_so(file, capsys):
    code, out, err = run(capsys, "records", write(file, document(1), document(2, countries=["XX"])))
    assert code == 1
    assert "row 2, countries: unknown code “XX”" in err
    assert "New: 1" in out
    assert "Not taken: 1" in out


@pytest.mark.parametrize(
    ("content", "words"), [(b"%PDF-1.4", "PDF"), (b"", "empty"), (b"id,title\n1,x\n", "kind")]
)
def test_a_file_that_cannot_be_used(file, capsys, content, words):
    file.write_bytes(content)
    code, _, err = run(capsys, "records", file)
    assert code == 2
    assert words in err
    assert ImportBatch.objects.count() in (0, 1)


def test_a_file_that_is_not_there(file, capsys):
    code, _, err = run(capsys, "records", file)
    assert (code, str(file) in err) == (2, True)
    assert run(capsys, "template", file.parent / "nowhere" / "t.csv")[0] == 2


def test_the_documentations_examples_are_drafts_until_published(file, capsys):
    page = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "import-records.md").read_text()
    examples = re.findall(r"<!-- example -->\n```json\n(.*?)```", page, re.DOTALL)
    assert {json.loads(example)["kind"] for example in examples} == set(Kind.values)
    file.write_text("".join(json.dumps(json.loads(example)) + "\n" for example in examples))
    code, out, err = run(capsys, "records", file)
    assert (code, err) == (0, "")
    assert Record.objects.filter(state="public").count() == 1  # the activity
    assert "New: 5" in out
    assert "Changed: 4" in run(capsys, "records", file, "--publish")[1]
    assert Record.objects.filter(state="public").count() == 5


def test_a_dry_run_stores_nothing(file, capsys):
    code, out, _ = run(capsys, "records", write(file, document()), "--dry-run")
    assert (code, Record.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)
    assert "Nothing was stored" in out


def test_json_says_everything(file, capsys):
    write(file, document(1), document(2, countries=["XX"]))
    code, out, _ = run(capsys, "records", file, "--json", "--publish", "--demo")
    told = json.loads(out)
    assert code == 1
    assert told["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "kept": 0, "failed": 1}
    assert told["faults"] == [
        {"row": 2, "path": "countries", "code": "unknown_code", "params": {"value": "XX"}}
    ]
    record = Record.objects.get()
    assert (record.state, record.is_demo, record.owner.is_demo) == ("public", True, True)


def test_undo_says_what_became_of_each_row(file, capsys):
    run(capsys, "records", write(file, document(1), document(2)))
    _, out, _ = run(capsys, "undo", ImportBatch.objects.get().uid)
    assert "Removed: 2 · as before: 0 · kept: 0" in out


def test_undo_and_list(file, capsys):
    run(capsys, "records", write(file, document()))
    uid = ImportBatch.objects.get().uid
    assert uid in run(capsys, "list")[1]
    code, out, _ = run(capsys, "undo", uid, "--json")
    assert (code, json.loads(out)["kept"], Record.objects.count()) == (0, [], 0)
    assert json.loads(out)["counts"] == {"removed": 1, "restored": 0, "kept": 0}
    assert run(capsys, "undo", uid)[0] == 2
    assert run(capsys, "undo", "nothing")[0] == 2
    assert json.loads(run(capsys, "list", "--json")[1])["state"] == "undone"


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv"])
def test_the_template_is_written_and_can_be_imported(tmp_path, capsys, name):
    assert run(capsys, "template", tmp_path / name)[0] == 0
    assert run(capsys, "records", tmp_path / name)[0] == 0
    assert run(capsys, "template", tmp_path / "t.doc")[0] == 2


def test_the_chosen_format_must_be_the_true_one(file, capsys):
    code, _, err = run(capsys, "records", write(file, document()), "--format", "sheet")
    assert code == 2
    assert "jsonl" in err


def test_every_code_that_is_raised_has_words():
    """An unworded code would reach people as it is."""
    for words in (import_words._FILE_FAULTS, import_words._FAULTS, import_words._NOTES):
        assert all(" " in str(sentence) for sentence in words.values())
    with translation.override("en"):
        assert import_words.row_fault(12, {"path": "", "code": "cut_off", "params": {}}).startswith(
            "row 12: is cut off"
        )
        assert (
            import_words.field_fault({"path": "x", "code": "too_long", "params": {}})
            == "longer than %(limit)s characters"
        )


def test_columns_that_need_help_have_it():
    assert all(import_words.column_help(name) for name in header()[:12])
