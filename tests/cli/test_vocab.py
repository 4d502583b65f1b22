from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ayni.registry.models import AuditEntry, GroupMember, Term, Vocabulary
from tests.registry.test_skos import GOOD


def vocab(*arguments: str) -> str:
    out = StringIO()
    call_command("vocab", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def trees(tmp_path: Path) -> str:
    path = tmp_path / "Trees_of the world.ttl"
    path.write_text(GOOD)
    return str(path)


def test_a_dry_run_counts_and_stores_nothing(db: None, trees: str) -> None:
    before = Vocabulary.objects.count()
    told = vocab("import", trees, "--dry-run")
    assert "trees-of-the-world: 3 concepts, labels in en, fr." in told
    assert "left out: 1" in told
    assert Vocabulary.objects.count() == before


def test_an_import_is_stored_and_again_changes_no_concept(db: None, trees: str) -> None:
    vocab("import", trees, "--code", "trees", "--title", "Our trees")
    first = list(
        Term.objects.filter(vocabulary__code="trees").values_list("pk", "code", "uri", "broader__code")
    )
    vocab("import", trees, "--code", "trees")
    assert first == list(
        Term.objects.filter(vocabulary__code="trees").values_list("pk", "code", "uri", "broader__code")
    )
    assert {row[1:] for row in first} >= {("oak", "urn:t:oak", "tree")}
    assert "trees" in vocab("list")
    assert AuditEntry.objects.filter(target="registry.vocabulary:trees").count() == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "{file}", "--code", "sdg"), "built-in"),
        (("import", "{file}", "--code", "Trees!"), "cannot be a vocabulary's code"),
        (("import", "/nowhere.ttl"), "no file"),
        (("group", "add", "ldc", "KE"), "source: missing"),
        (("group", "add", "ldc", "XX", "--source", "x"), "'XX' is not in 'countries'"),
        (("group", "add", "rich", "KE", "--source", "x"), "fragile, ldc, lldc, sids"),
        (("group", "end", "ldc", "KE", "--until", "2026-01-01"), "not in ldc now"),
        (("group", "end", "ldc", "NP"), "--until"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    db: None, trees: str, arguments: tuple[str, ...], told: str
) -> None:
    before = Vocabulary.objects.count(), GroupMember.objects.count()
    with pytest.raises(CommandError, match=told):
        vocab(*(argument.format(file=trees) for argument in arguments))
    assert (Vocabulary.objects.count(), GroupMember.objects.count()) == before


def test_groups_are_edited(db: None) -> None:
    vocab("group", "add", "ldc", "ke", "--since", "2026-01-01", "--source", "A list")
    vocab("group", "end", "ldc", "KE", "--until", "2026-06-30")
    row = GroupMember.objects.get(group__code="ldc", member__code="KE")
    assert (str(row.since), str(row.until), row.source) == ("2026-01-01", "2026-06-30", "A list")


def test_terms_are_listed_in_order_and_in_a_language(db: None) -> None:
    assert vocab() == vocab("list")
    codes = [line.split()[0] for line in vocab("terms", "sdg").splitlines()]
    assert codes[:3] == ["1", "1.1", "1.2"]
    assert codes.index("6.2") < codes.index("6.a") < codes.index("10")
    assert vocab("terms", "themes") != vocab("terms", "themes", "--lang", "fr")
    with pytest.raises(CommandError, match="country-groups, dac-sectors"):
        vocab("terms", "nothing")


def test_loading_again_has_nothing_to_do(db: None) -> None:
    assert vocab("load") == "Nothing has changed.\n"
