"""Sets one PDF: `python pdf_process.py DIRECTORY SECONDS-SINCE-1970`. See `pdf_out.py`.

Its own process, so that a text too long for the machine ends here and not the site. Reads nothing outside the
directory and the fonts of the machine; has no settings and no database.
"""

import sys
from pathlib import Path

_MEMORY = 1536 * 1024 * 1024
_SECONDS = 20


def limit() -> None:
    """Where the system can: not on Windows."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def main(directory: str, made_at: str) -> None:
    limit()
    import typst  # after the limits

    root = Path(directory)
    typst.compile(
        str(root / "hand_on.typ"), str(root / "made.pdf"), root=str(root), format="pdf",
        sys_inputs={"data": (root / "data.json").read_text(encoding="utf-8")}, pdf_standards=["ua-1"],
        timestamp=int(made_at),
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
