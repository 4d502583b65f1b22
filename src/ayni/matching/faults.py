"""What goes wrong: with a file somebody brought, or with the solver."""

from collections.abc import Iterable


class BadFile(ValueError):
    """A file that cannot be used. `lines`: one for each fault, beginning with the element."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class NotSolved(RuntimeError):
    """HiGHS stopped without an answer; the message says how."""
