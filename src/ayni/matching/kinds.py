"""What single values of a file may be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ayni.matching.problem import BEST_QUALITY, LARGEST, LONGEST_STAY

Json = Any  # what `json` makes of a file

LARGEST_SUM = 2**63  # of what an answer adds up
# Control characters, separators of lines, and halves of characters.
UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
PART = re.compile(r"\d{1,18}(\.\d{1,18})?([eE]-?\d{1,2})?|\d{1,18}/0{0,17}[1-9]\d{0,17}", re.ASCII)


class Number(str):
    """A number with a point or an exponent, as the file writes it: nothing is rounded."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be: in words, as a check, in JSON Schema; and its way into memory and back."""

    expected: str
    fits: Callable[[Json], bool]
    schema: dict[str, Json]
    read: Callable[[Json], object] | None = None
    write: Callable[[Any], Json] | None = None


def _is_text(value: Json) -> bool:
    return type(value) is str and not UNREADABLE.search(value)


def _is_id(value: Json) -> bool:
    return type(value) is str and value != "" and not UNREADABLE.search(value)


def _is_part(value: Json) -> bool:
    return (
        value is None
        or (type(value) is int and value in (0, 1))
        or (isinstance(value, str) and bool(PART.fullmatch(value)))
    )


def _is_prices(value: Json) -> bool:
    return type(value) is list and all(map(SUM.fits, value))


def _part_as_text(value: Fraction | None) -> str | None:
    """As a decimal where that is exact in nine places: "0.45", but "1/3"."""
    if value is None or 10**9 % value.denominator:
        return value if value is None else str(value)
    whole, rest = divmod(value.numerator * 10**9 // value.denominator, 10**9)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def whole(low: int, high: int) -> Kind:
    def fits(value: Json) -> bool:
        return type(value) is int and low <= value <= high

    return Kind(
        f"a whole number from {low} to {high}", fits, {"type": "integer", "minimum": low, "maximum": high}
    )


def choice(*options: str) -> Kind:
    def fits(value: Json) -> bool:
        return type(value) is str and value in options

    return Kind(" or ".join(f'"{one}"' for one in options), fits, {"enum": list(options)})


_NO_CONTROL = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
ID_SCHEMA = {"type": "string", "minLength": 1, "pattern": _NO_CONTROL}
TEXT = Kind("text in one line", _is_text, {"type": "string", "pattern": _NO_CONTROL})
ID = Kind("text in one line that is not empty", _is_id, ID_SCHEMA)
MAYBE_ID = Kind(
    "text in one line that is not empty, or null",
    lambda value: value is None or _is_id(value),
    {**ID_SCHEMA, "type": ["string", "null"]},
)
GROUPS = Kind(
    "a list of names",
    lambda value: type(value) is list and all(map(_is_id, value)),
    {"type": "array", "items": ID_SCHEMA},
    read=frozenset,
    write=sorted,
)
NAMES = Kind(GROUPS.expected, GROUPS.fits, GROUPS.schema, read=tuple, write=list)
PART_OF_ONE = Kind(
    'a part of one, such as "0.45" or "9/20", or null',
    _is_part,
    {
        "anyOf": [
            {"type": "string", "pattern": f"^({PART.pattern})$"},
            {"type": "number", "minimum": 0, "maximum": 1},
            {"type": "null"},
        ]
    },
    read=lambda value: None if value is None else Fraction(value),
    write=_part_as_text,
)
FLAG = Kind("true or false", lambda value: type(value) is bool, {"type": "boolean"})
QUALITY = whole(0, BEST_QUALITY)
AMOUNT = whole(0, LARGEST)
STAY = whole(0, LONGEST_STAY)
CHANGE = whole(-LARGEST, LARGEST)
SUM = whole(-LARGEST_SUM, LARGEST_SUM)
LIST = Kind("a list", lambda value: type(value) is list, {"type": "array"})
OBJECT = Kind("an object", lambda value: type(value) is dict, {"type": "object"})
PART_MISSING = Kind(
    "a number that is not below 0, or null where nothing is known",
    lambda value: (
        value is None or (type(value) is Number and value[0].isdigit()) or (type(value) is int and value >= 0)
    ),
    {"type": ["number", "null"], "minimum": 0},
    read=lambda value: float("inf" if value is None else value),
    write=lambda value: None if value == float("inf") else value,
)
SUMS = Kind(
    "an object of whole numbers",
    lambda value: type(value) is dict and all(map(SUM.fits, value.values())) and all(map(_is_text, value)),
    {"type": "object", "additionalProperties": SUM.schema},
)
PRICES = Kind(
    "an object of lists of whole numbers",
    lambda value: type(value) is dict and all(map(_is_text, value)) and all(map(_is_prices, value.values())),
    {"type": "object", "additionalProperties": {"type": "array", "items": SUM.schema}},
    read=lambda value: tuple((level, tuple(prices)) for level, prices in value.items()),
    write=lambda value: {level: list(prices) for level, prices in value},
)
