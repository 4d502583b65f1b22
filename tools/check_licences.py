"""What Ayni runs on may be used by anyone: no GPL, AGPL or unknown licence among the run-time packages.

The LGPL is fine: Ayni uses such a library (psycopg) unchanged.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools.check_locks import ROOT, pins

FORBIDDEN = re.compile(r"\bA?GPL\b|(?<!LESSER )GENERAL PUBLIC|AFFERO|SSPL|BUSL|PROPRIETARY")
PERMISSIVE_CHOICE = re.compile(r"\bOR\b")


def licence_of(name: str) -> str | None:
    """What the installed package says of itself; None when it is not installed (another system's wheel)."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    expression = told.get("License-Expression")
    classifiers = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")
    ]
    return (
        expression
        or "; ".join(classifiers)
        or (told.get("License") or "").strip().split("\n")[0][:80]
        or "unknown"
    )


def is_forbidden(licence: str) -> bool:
    text = licence.upper().replace("LGPL", "LESSER").replace("LESSER GENERAL PUBLIC", "LESSER")
    if PERMISSIVE_CHOICE.search(text) and not FORBIDDEN.search(text.split(" OR ")[0]):
        return False
    return text == "UNKNOWN" or bool(FORBIDDEN.search(text))


def run_time_licences() -> dict[str, str | None]:
    names = pins(ROOT / "requirements" / "run.txt") | pins(ROOT / "requirements" / "postgres.txt")
    return {name: licence_of(name) for name in names}


def main() -> int:
    told = run_time_licences()
    bad = {name: licence for name, licence in told.items() if licence and is_forbidden(licence)}
    for name, licence in bad.items():
        print(f"{name}: {licence}")
    print(f"Licences: {len(told)} run-time packages, {len(bad)} that may not be used")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
