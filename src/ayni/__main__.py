"""`ayni ...` and `python -m ayni ...`: one program for people who run a site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayni.settings")
    # after the settings are named
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from ayni.config import BadOption

    try:
        execute_from_command_line(["ayni", *sys.argv[1:]])
    except (BadOption, ImproperlyConfigured) as error:
        sys.exit(f"ayni: {error}")  # a wrong setting is the operator's to mend: no traceback


if __name__ == "__main__":
    main()
