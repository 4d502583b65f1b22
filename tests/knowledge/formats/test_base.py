"""Texts made harmless, also those that are made to take long."""

import pytest

from ayni.knowledge.formats import base
from ayni.knowledge.formats.base import CELL_LIMIT, has_tags, tidy, without_tags


class Counted:
    """The pattern, counting how often a text is gone through."""

    def __init__(self) -> None:
        self.rounds = 0
        self._pattern = base._TAG

    def sub(self, new: str, text: str) -> str:
        self.rounds += 1
        return self._pattern.sub(new, text)

    def search(self, text: str) -> object:
        self.rounds += 1
        return self._pattern.search(text)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("a < b and b > c", "a < b and b > c"),
        ("see <https://example.org>", "see <https://example.org>"),
        ("<p class='x'>Wells</p>", "Wells"),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>", "alert(1)"),
        ("<!-- hidden -->", "hidden"),
    ],
)
def test_tags_go_and_other_brackets_stay(given: str, left: str) -> None:
    assert without_tags(given) == left


@pytest.mark.parametrize("tag", ["<b", "</b", "<b x"])
def test_tags_within_tags_are_not_peeled_one_by_one(monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    counted = Counted()
    monkeypatch.setattr(base, "_TAG", counted)
    text = "Wells " + tag * 20_000 + ">" * 20_000
    left = without_tags(text)
    assert counted.rounds <= 6
    assert left.startswith("Wells")
    assert "<" not in left
    assert not has_tags(left)


def test_what_is_cut_is_cut_before_it_is_searched() -> None:
    assert len(tidy("x" * 10 * CELL_LIMIT)) == CELL_LIMIT + 1
