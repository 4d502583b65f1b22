"""What is wrong with a file somebody brought."""

from collections.abc import Iterable


class BadFile(ValueError):
    """A file that cannot be used. `lines`: one for each fault, beginning with the element."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))
