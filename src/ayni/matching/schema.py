"""The formats of rounds and their answers, told once: reading, writing and the JSON Schema follow these tables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ayni.matching.kinds import (
    AMOUNT,
    CHANGE,
    FLAG,
    GROUPS,
    ID,
    ID_SCHEMA,
    LIST,
    MAYBE_ID,
    NAMES,
    OBJECT,
    PART_MISSING,
    PART_OF_ONE,
    PRICES,
    QUALITY,
    STAY,
    SUM,
    SUMS,
    TEXT,
    Json,
    Kind,
    choice,
)
from ayni.matching.problem import (
    Budget,
    Candidate,
    Institution,
    Pair,
    Position,
    Problem,
    Reciprocity,
    Share,
)
from ayni.matching.solution import Note, Placement, Reached, Solution


class Required:
    """Stands where a key without a default is missing."""


@dataclass(frozen=True, slots=True)
class Field:
    """`rows`: the values are objects of that table. `default` is as in a file."""

    name: str
    kind: Kind
    about: str
    default: Json = Required
    rows: "Table | None" = None


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of object. Fields stand in the order in which `shape` takes them."""

    name: str
    shape: Callable[..., Any]
    about: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)


INSTITUTION = Table(
    "institution",
    Institution,
    "An organisation that nominates people, offers positions, or both.",
    (
        Field("id", ID, "Its name in this file; no two are alike."),
        Field("country", TEXT, "Where it is.", ""),
        Field("balance", CHANGE, "Hosted minus sent before this round, in the round's unit.", 0),
        Field("tolerance", AMOUNT, "How far from zero its balance may be after the round.", 0),
        Field("waiting", AMOUNT, "Rounds in a row in which it nominated and sent nobody.", 0),
        Field("groups", GROUPS, "Groups it belongs to, for shares.", []),
    ),
)
CANDIDATE = Table(
    "candidate",
    Candidate,
    "Somebody nominated by their home institution.",
    (
        Field("id", ID, "Their name in this file: a pseudonym will do."),
        Field("institution", ID, "The home institution."),
        Field("groups", GROUPS, "Groups they belong to, for shares.", []),
        Field("cohort", MAYBE_ID, "Those of one cohort travel all together, or none does.", None),
    ),
)
POSITION = Table(
    "position",
    Position,
    "A host's offer in one period. Another period is another position.",
    (
        Field("id", ID, "Its name in this file; no two are alike."),
        Field("institution", ID, "The host."),
        Field("capacity", AMOUNT, "For how many people.", 1),
        Field("period", TEXT, "When, in any words.", ""),
        Field("groups", GROUPS, "Groups it belongs to.", []),
    ),
)
PAIR = Table(
    "pair",
    Pair,
    "A candidate and a position that every rule allows and both sides accept.",
    (
        Field("candidate", ID, "The candidate's id."),
        Field("position", ID, "The position's id."),
        Field("quality", QUALITY, "How well they fit.", 0),
        Field("days", STAY, "How long the stay is; needed in a round counted in days.", 0),
        Field("cost", AMOUNT, "What the stay costs, in the unit of the budgets.", 0),
        Field("payer", MAYBE_ID, "Who pays it.", None),
    ),
)
KEY = Table("key", lambda *key: key, "A candidate and a position.", PAIR.fields[:2])
SHARE = Table(
    "share",
    Share,
    "Of all people placed, those of a group are at least `floor` or at most `cap`.",
    (
        Field("name", ID, "What people call this goal; no two are alike."),
        Field("group", ID, "The group counted."),
        Field(
            "side",
            choice("candidate", "sender", "host"),
            "Where the group is looked for: among candidates, or the institutions that send or host them.",
            "candidate",
        ),
        Field("floor", PART_OF_ONE, "At least this part.", None),
        Field("cap", PART_OF_ONE, "At most this part.", None),
    ),
)
BUDGET = Table(
    "budget",
    Budget,
    "What one payer can spend on the whole round.",
    (
        Field("name", ID, "What people call it; no two are alike."),
        Field("payer", ID, "Who pays, as in the pairs."),
        Field("limit", AMOUNT, "How much, in the unit of the pairs' costs."),
    ),
)
SO_FAR = Table(
    "so_far",
    lambda *row: row,
    "What two institutions owe each other from earlier rounds.",
    (
        Field("one", ID, "An institution's id."),
        Field("other", ID, "Another's."),
        Field("balance", CHANGE, "What `one` hosted from `other` minus what it sent there."),
    ),
)
RECIPROCITY = Table(
    "reciprocity",
    Reciprocity,
    "Between whom what is hosted and sent must be in balance.",
    (
        Field(
            "between",
            choice("institutions", "pairs", "nobody"),
            "Each institution with all others together; each two; or not asked for.",
            "institutions",
        ),
        Field("strict", FLAG, "False: placements come first, then the smallest excess.", True),
        Field("tolerance", AMOUNT, "Between pairs: how far from zero each two may be after the round.", 0),
        Field("so_far", LIST, "Between pairs: their balances before the round.", [], SO_FAR),
    ),
)
PROBLEM = Table(
    "problem",
    Problem,
    "One round: who may go where, and what was agreed. A balance is always hosted minus sent.",
    (
        Field("institutions", LIST, "All that take part.", rows=INSTITUTION),
        Field("candidates", LIST, "The people nominated.", rows=CANDIDATE),
        Field("positions", LIST, "The positions offered.", rows=POSITION),
        Field("pairs", LIST, "Who may go where; nobody goes anywhere else.", rows=PAIR),
        Field("unit", choice("people", "days"), "What balances are counted in.", "people"),
        Field("reciprocity", OBJECT, RECIPROCITY.about, {}, RECIPROCITY),
        Field("locked", LIST, "Pairs that must be placed.", [], KEY),
        Field("forbidden", LIST, "Pairs that must not be.", [], KEY),
        Field("shares", LIST, "Goals, the most important first: the last gives way first.", [], SHARE),
        Field("budgets", LIST, "Limits of what payers can spend.", [], BUDGET),
        Field("seed", TEXT, "Decides lots between answers that are equally good.", ""),
    ),
)

PLACEMENT = Table("placement", Placement, "Who goes where.", PAIR.fields[:2])
REACHED = Table(
    "level",
    Reached,
    "One level of the order, decided after those before it.",
    (
        Field("level", ID, "Its name."),
        Field("value", SUM, "What was reached."),
        Field("bound", SUM, "No answer that keeps the levels before is better than this."),
        Field(
            "proof",
            choice("exact", "solver", "open"),
            "exact: checked with whole numbers, no solver trusted; solver: the solver says so; "
            "open: better may exist.",
        ),
    ),
)
NOTE = Table(
    "note",
    Note,
    "Something a reader of the result must know.",
    (
        Field("code", ID, "For programs."),
        Field("about", TEXT, "The element it is about."),
        Field("text", TEXT, "For people, in English."),
    ),
)
CERTIFICATE = Table(
    "certificate",
    dict,
    "What the answer can be checked by, without a solver.",
    (
        Field("levels", LIST, "Each level of the order.", rows=REACHED),
        Field("duals", PRICES, "Prices of the model's rows that prove bounds, by level.", {}),
    ),
)
SOLUTION = Table(
    "solution",
    Solution,
    "The answer to one round.",
    (
        Field("placements", LIST, "Who goes where.", rows=PLACEMENT),
        Field("count", AMOUNT, "How many people are placed."),
        Field("quality", SUM, "The sum of their pairs' quality."),
        Field("status", TEXT, "How far it is proven, in words."),
        Field("bound", SUM, "No answer places more."),
        Field("gap", PART_MISSING, "By how much of itself quality could still be better at this count."),
        Field("balance", SUMS, "Of each institution after the round, hosted minus sent."),
        Field("certificate", OBJECT, CERTIFICATE.about, rows=CERTIFICATE),
        Field("notes", LIST, "What a reader must know.", [], NOTE),
        Field("order", NAMES, "What came first, second, ...", []),
        Field("seed", TEXT, "What lots were drawn with.", ""),
        Field("previous", LIST, "The answer before, that the level `stay` keeps to.", [], PLACEMENT),
        Field("problem", ID, "The hash of the round that is answered."),
        Field("solver", TEXT, "The program that answered, with its version.", ""),
    ),
)


def json_schema() -> dict[str, Json]:
    """Of both files, JSON Schema 2020-12."""
    rest = (
        *(INSTITUTION, CANDIDATE, POSITION, PAIR, KEY, SHARE, BUDGET, SO_FAR, RECIPROCITY),
        *(PLACEMENT, REACHED, NOTE, CERTIFICATE),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A round and its answer",
        "description": "What `ayni match` reads and writes: a problem, or a solution.",
        "oneOf": [{"$ref": "#/$defs/problem"}, {"$ref": "#/$defs/solution"}],
        "$defs": {table.name: _schema_of(table) for table in (PROBLEM, SOLUTION, *rest)},
    }


def _schema_of(table: Table) -> dict[str, Json]:
    return {
        "description": table.about,
        "type": "object",
        "properties": {field.name: _property(field) for field in table.fields},
        "required": [field.name for field in table.fields if field.default is Required],
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Json]:
    schema: dict[str, Json] = {"description": field.about, **field.kind.schema}
    if field.rows and field.kind is LIST:
        schema["items"] = _items(field.rows)
    elif field.rows:
        schema = {"description": field.about, "$ref": f"#/$defs/{field.rows.name}"}
    return schema if field.default is Required else {**schema, "default": field.default}


def _items(table: Table) -> dict[str, Json]:
    reference = {"$ref": f"#/$defs/{table.name}"}
    if table is not KEY:
        return reference
    return {
        "anyOf": [
            reference,
            {"type": "array", "prefixItems": [ID_SCHEMA, ID_SCHEMA], "minItems": 2, "maxItems": 2},
        ]
    }
