"""`ayni ...` and `python -m ayni ...`: one program for people who run a site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayni.settings")
    from ayni.cli import program  # after the settings are named

    sys.exit(program.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
