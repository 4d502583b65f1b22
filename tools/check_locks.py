"""Locks pin every version with hashes and say nothing about where packages are fetched from."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ;[^\\]*)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(path: Path) -> Iterator[str]:
    """Logical lines: a version with all of its hashes."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield " ".join(line.split())


def pins(path: Path) -> dict[str, str]:
    """Package -> version; of packages locked differently by Python version, the last one."""
    return dict(line.split(" ")[0].split("==") for line in requirements(path))  # type: ignore[misc]


def faults() -> list[str]:
    found = []
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        found += [f"{path.name}: {fault}" for line in requirements(path) for fault in _line_faults(line)]
        if "://" in path.read_text(encoding="utf-8"):
            found.append(f"{path.name}: names an address")
    for path in _node_locks():
        if '"resolved"' in path.read_text(encoding="utf-8"):
            found.append(f"{path.relative_to(ROOT)}: records download addresses; remove its `resolved` keys")
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
        found += [
            f"{path.relative_to(ROOT)}: {name} has no hash"
            for name, package in packages.items()
            if name and "integrity" not in package
        ]
    found += [
        f"{name}: records download addresses" for name in ("uv.lock", "poetry.lock") if (ROOT / name).exists()
    ]
    return found + _backend_faults()


def _line_faults(line: str) -> Iterator[str]:
    requirement, _, hashes = line.partition(" --hash")
    if not PINNED.fullmatch(requirement):
        yield f"not an exact version: {requirement[:60]}"
    elif not HASH.search("--hash" + hashes):
        yield f"no hash: {requirement}"


def _node_locks() -> Iterator[Path]:
    for folder in ("tests", "tools"):
        for path in sorted((ROOT / folder).rglob("package-lock.json")):
            if "node_modules" not in path.parts:
                yield path


def _backend_faults() -> list[str]:
    """The build backend is installed from the lock: `pyproject.toml` must ask for the same versions."""
    asked = re.search(
        r"^requires = \[(.*)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    locked = pins(ROOT / "requirements" / "run.txt")
    wanted = dict(part.strip(' "').split("==") for part in asked.group(1).split(",")) if asked else {}  # type: ignore[misc]
    return [
        f"pyproject.toml: {name} {version} is not what is locked"
        for name, version in wanted.items()
        if locked.get(name) != version
    ]


def main() -> int:
    found = faults()
    print("\n".join(found) or "Locks: exact versions with hashes, no addresses")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
