"""`ayni ...` and `python -m ayni ...`: one program for people who run a site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayni.settings")
    from django.core.management import execute_from_command_line  # after the settings are named

    execute_from_command_line(["ayni", *sys.argv[1:]])


if __name__ == "__main__":
    main()
