"""How many of a query's words a document must have.

One or two words are a lookup: all must be there. Up to six are a description: a good part must be. More are prose,
where any word may be the telling one and ranking does the rest (on Cranfield and MED, asking for more words of
such queries loses relevant documents and improves no ranking).

When too little is found, fewer words are asked for, step by step. The answer then says so, and documents that have
the words first asked for still come first.
"""

from typing import Final

ALL_REQUIRED: Final = 2  # up to so many words, all of them
_ALL_BUT_ONE: Final = 4  # up to so many words, all but one
POINTED: Final = 6  # up to so many words, two of them; more are prose
_TWO: Final = 2
# Fewer hits than this are too little: nearly nothing, two pages, what a patient reader looks through.
_ENOUGH_SHORT: Final = 3
_ENOUGH_MEDIUM: Final = 20
_ENOUGH_LONG: Final = 100


def required_words(count: int) -> int:
    """How many of `count` words a document must have in the first attempt."""
    if count <= ALL_REQUIRED:
        return count
    if count <= _ALL_BUT_ONE:
        return count - 1
    return _TWO if count <= POINTED else 1


def enough_hits(count: int) -> int:
    """With fewer hits than this, for a query of `count` words, the search is relaxed."""
    if count <= ALL_REQUIRED:
        return _ENOUGH_SHORT
    return _ENOUGH_MEDIUM if count <= _ALL_BUT_ONE else _ENOUGH_LONG
