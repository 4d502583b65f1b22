"""Columns, numbers and lists in words: what the texts of the command have in common."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from unicodedata import combining, east_asian_width

SHOWN = 20  # rows of a list, until somebody asks for all
Row = Sequence[str]


def counted(many: int, one: str, more: str = "") -> str:
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def people(many: int) -> str:
    return counted(many, "person", "people")


def rules_broken(many: int) -> str:
    return counted(many, "rule is broken", "rules are broken")


def signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def aligned(rows: Iterable[Row], *, right: Collection[int] = (), indent: str = "  ") -> Iterator[str]:
    """Columns as wide as what they hold, left out where all is empty; those of `right`, by number, end together."""
    rows = list(rows)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells += [space + cell if place in right else cell + space] if width else []
        yield (indent + "  ".join(cells)).rstrip()


def _width(text: str) -> int:
    """In columns of a terminal: Chinese takes two each, accents that stand apart take none."""
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
