"""One rule object, two readings: `allows(person, obj)` for one object, `scope(person)` for lists.

Rules know attributes and field names, never models; a test walks every person and every object of a
small world and proves that both readings agree. `person` may be None or anonymous.
"""

from collections.abc import Callable
from typing import Any, Protocol

from django.db.models import Q

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


class Someone(Protocol):
    """What rules ask of a person; Django's anonymous user fits too."""

    @property
    def is_authenticated(self) -> Any: ...


class Rule:
    def __init__(
        self,
        name: str,
        allows: Callable[[Any, Any], bool],
        scope: Callable[[Any], Q],
    ) -> None:
        self.name = name
        self._allows = allows
        self._scope = scope

    def allows(self, person: Someone | None, obj: Any) -> bool:
        return self._allows(person, obj)

    def scope(self, person: Someone | None) -> Q:
        return self._scope(person)

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            f"{self.name} or {other.name}",
            lambda person, obj: self.allows(person, obj) or other.allows(person, obj),
            lambda person: self.scope(person) | other.scope(person),
        )

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(
            f"{self.name} and {other.name}",
            lambda person, obj: self.allows(person, obj) and other.allows(person, obj),
            lambda person: self.scope(person) & other.scope(person),
        )

    def __repr__(self) -> str:
        return f"<Rule: {self.name}>"


def person_rule(name: str, test: Callable[[Any], bool]) -> Rule:
    """A rule that looks only at the (logged-in) person: everything or nothing."""

    def holds(person: Any) -> bool:
        return bool(person is not None and person.is_authenticated and test(person))

    return Rule(
        name, lambda person, _obj: holds(person), lambda person: EVERYTHING if holds(person) else NOTHING
    )
