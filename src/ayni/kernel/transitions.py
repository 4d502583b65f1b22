"""Workflow as data: a table of moves, and one function that makes them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models

from ayni.kernel.errors import WrongState


@dataclass(frozen=True)
class Move:
    name: str
    sources: frozenset[str]
    target: str
    means: str  # one plain sentence, for the docs


class MoveTable:
    """The moves of one state field. Names are unique; every source and target is a known state."""

    def __init__(
        self, *, field: str, states: Iterable[str], moves: Iterable[tuple[str, str, str, str]]
    ) -> None:
        """`moves` are rows of (name, sources joined by `|`, target, meaning)."""
        self.field = field
        self.states = tuple(states)
        self._moves: dict[str, Move] = {}
        for name, sources, target, means in moves:
            move_ = Move(name, frozenset(sources.split("|")), target, means)
            unknown = (move_.sources | {target}) - set(self.states)
            if unknown or name in self._moves:
                raise ValueError(f"move {name!r}: unknown states {sorted(unknown)} or a name used twice")
            self._moves[name] = move_

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())

    def __getitem__(self, name: str) -> Move:
        return self._moves[name]

    def possible(self, state: str) -> list[str]:
        return [move_.name for move_ in self if state in move_.sources]


def move(obj: models.Model, table: MoveTable, name: str) -> tuple[str, str]:
    """Set the new state on `obj`, unsaved, and return (old, new). Raises WrongState, changing nothing."""
    row = table[name]
    old = getattr(obj, table.field)
    if old not in row.sources:
        raise WrongState("wrong_state", move=name, state=old)
    setattr(obj, table.field, row.target)
    return old, row.target
