from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ayni.language.diffs import Piece, changes

WORDS = st.lists(
    st.sampled_from(
        ["water ", "pump ", "the ", "the", "،", "مياه ", "مِيَاه ", "水", "泵", "的", "\n\n", ".", "a", "́"]
    ),
    max_size=40,
).map("".join)


def told(old: str, new: str) -> str:
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in changes(old, new))


@settings(max_examples=400, deadline=None)
@given(st.one_of(WORDS, st.text(max_size=60)), st.one_of(WORDS, st.text(max_size=60)))
@example("", "")
@example("a a", "a")
def test_both_texts_can_be_put_together_from_the_pieces(old: str, new: str) -> None:
    pieces = changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Nobody paid.", "Nobody paid.", "Nobody paid."),
        ("Nobody paid.", "Hardly anybody paid.", "[-Nobody-][+Hardly anybody+] paid."),
        (
            "We painted the wall.",
            "The parents painted it.",
            "[-We-][+The parents+] painted [-the wall-][+it+].",
        ),
        ("One. Two. Three.", "One. Three.", "One. [-Two. -]Three."),
        ("", "New", "[+New+]"),
        ("Old", "", "[-Old-]"),
        ("Days: 26", "Days: 3", "Days: [-26-][+3+]"),
        # A word with other vowel signs is another word, and is not torn apart.
        ("كتبَ الطالب", "كتبُ الطالب", "[-كتبَ-][+كتبُ+] الطالب"),
        ("المياه في القرية نظيفة", "المياه في المدينة نظيفة", "المياه في [-القرية-][+المدينة+] نظيفة"),
        ("村里没有人付水费", "村里很少有人付水费", "村里[-没-][+很少+]有人付水费"),
        ("Число семей: 30", "Число домов: 30", "Число [-семей-][+домов+]: 30"),
    ],
)
def test_what_people_see(old: str, new: str, shown: str) -> None:
    assert told(old, new) == shown


def test_a_moved_sentence_is_taken_out_and_put_in_once() -> None:
    assert told("A b c. D e f. G h i.", "G h i. A b c. D e f.").count("[+") == 1


def test_what_is_equal_is_one_piece() -> None:
    assert changes("的 的 的", "的 的 的") == [Piece("kept", "的 的 的")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("water pump " * 1800, "pump water " * 1800),
        ("水泵" * 10_000, "泵水井" * 6_600),
        (" ".join(map(str, range(4000))), " ".join(map(str, range(4000, 0, -1)))),
        ("".join(chr(0x4E00 + n % 9000) for n in range(20_000)), "".join(chr(0x4E00 + n * 7 % 9000) for n in range(20_000))),
        ("a" * 20_000, "b" * 20_000),
        ("the cat sat on the mat and " * 740, "the cat sat on a mat or " * 830),
    ],
)  # fmt: skip
def test_the_longest_texts_are_compared_in_a_moment(old: str, new: str) -> None:
    start = perf_counter()
    pieces = changes(old, new)
    assert perf_counter() - start < 3  # measured: below 0.3 s
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
