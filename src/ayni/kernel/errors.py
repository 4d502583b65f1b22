"""Typed errors of actions. They carry a code and parameters; whoever speaks to people finds the words."""

from dataclasses import dataclass, field
from typing import Any


class ActionError(Exception):
    """An action was refused and changed nothing."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)


class NotAllowed(ActionError):
    """The acting person may not do this. Say so only to people who may know that the object exists."""


class WrongState(ActionError):
    """The object's state has no such move."""


class OutsideAction(RuntimeError):
    """A guarded model was written to outside an action: a programming fault."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field. `path` is dotted (`body.results.0.what`), empty for the whole."""

    path: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


class Invalid(ActionError):
    """What was given cannot be stored; `faults` says which fields and why."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("invalid", faults=faults)
