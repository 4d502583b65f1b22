"""Files that the command reads and writes: whole or not at all, and one line for each thing that is wrong."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from ayni.matching.faults import BadFile

NAME = "ayni match"
Kept = TypeVar("Kept")
_LIKELY = 3


class Unusable(Exception):
    """What the command was given cannot be used. `lines`: one for each fault."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def text_of(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise Unusable(
            f"{path}: is not text in UTF-8: byte {error.start + 1:,} does not belong there"
        ) from error
    if not text.strip():
        raise Unusable(f"{path}: is empty")
    return text


def read_with(read: Callable[[str], Kept], path: Path) -> Kept:
    """What `read` makes of the file's text."""
    text = text_of(path)
    try:
        return read(text)
    except BadFile as fault:
        raise Unusable(*(f"{path}: {line}" for line in fault.lines)) from fault


def refuse_what_cannot_be_written(outputs: Collection[Path], inputs: Iterable[Path]) -> None:
    """Before the work, not after it."""
    for path in outputs:
        if any(_is_same(path, other) for other in inputs):
            raise Unusable(f"{path}: is read from; choose another name for what is written")
        if path.is_dir():
            raise Unusable(f"{path}: cannot be written: is a directory")
        if not path.parent.is_dir():
            raise Unusable(f"{path}: cannot be written: there is no directory {str(path.parent)!r}")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise Unusable(f"{path}: cannot be written: permission denied")
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise Unusable(f"{next(iter(outputs))}: is named for two files that are written")


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def write_all(texts: Mapping[Path, str]) -> None:
    """All of them, or none: each is whole beside its place before the first takes it."""
    ready: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            with _told_as_unwritten(path):
                _prepare(path, text, ready)
        for path, beside in ready:
            with _told_as_unwritten(path):
                beside.replace(path)
    finally:
        for _, beside in ready:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _prepare(path: Path, text: str, ready: list[tuple[Path, Path]]) -> None:
    """A device or a pipe is written to; nothing can take its place."""
    path = path.resolve()
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not S_ISREG(mode):
        path.write_text(text, encoding="utf-8")
        return
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.new")
    ready.append((path, beside))
    with open(beside, "x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        beside.chmod(mode & 0o777)


@contextmanager
def _told_as_unwritten(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unusable(f"{path}: cannot be written: {reason(error)}") from error


def reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def known(name: str, kind: str, names: Collection[str]) -> str:
    """The id itself, if there is such a thing."""
    if name in names:
        return name
    likely = get_close_matches(name, names, _LIKELY)
    hint = f"; did you mean {' or '.join(map(repr, likely))}?" if likely else ""
    raise Unusable(f"{NAME}: there is no {kind} {name!r} in this round{hint}")
