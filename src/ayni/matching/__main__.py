"""`python -m ayni.matching ...`: what `ayni match` does, where no site and no Django is installed."""

import sys


def start() -> int:
    try:
        from ayni.matching.command import main  # Ctrl-C may come while the solver loads

        return main(sys.argv[1:], "python -m ayni.matching")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(start())
