"""Nothing grows past the size at which one stops understanding it. Exceptions are listed with a reason."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, FUNCTION, VIEW, KERNEL = 400, 50, 30, 1500
# "path" or "path::function" -> (limit, reason)
EXCEPTIONS: dict[str, tuple[int, str]] = {
    "src/ayni/registry/migrations/0001_start.py": (
        600,
        "a migration is a record of what was, not code to keep",
    ),
}


def sources() -> Iterator[Path]:
    for folder in ("src", "tests", "tools", "bench"):
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)


def faults() -> list[str]:
    found = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        found += _too_long(name, len(text.splitlines()), FILE)
        is_view = "/web/" in name and "views" in path.stem
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found += _too_long(f"{name}::{node.name}", length, VIEW if is_view else FUNCTION)
    kernel = sum(len(path.read_text().splitlines()) for path in (ROOT / "src/ayni/kernel").rglob("*.py"))
    return found + _too_long("src/ayni/kernel (all of it)", kernel, KERNEL)


def _too_long(name: str, length: int, limit: int) -> list[str]:
    limit = EXCEPTIONS.get(name, (limit, ""))[0]
    return [f"{name}: {length} lines, at most {limit}"] if length > limit else []


def main() -> int:
    found = faults()
    print("\n".join(found) or "Sizes: all within their budgets")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
