#!/bin/sh
# Make .venv with the newest suitable Python (PYTHON= names another), or say plainly what is missing.
set -eu

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# One that works is kept; what is in it is brought up to date by the steps after this one.
if suits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi

chosen=""
for candidate in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    if suits "$candidate"; then
        chosen=$candidate
        break
    fi
done
if [ -z "$chosen" ]; then
    echo "Ayni needs Python 3.11 or newer; none was found${PYTHON:+ at $PYTHON}." >&2
    echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2
    exit 1
fi

version=$("$chosen" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! "$chosen" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "$chosen cannot make a virtual environment: its modules venv and ensurepip are not installed." >&2
    echo "On Debian and Ubuntu they come with:  apt install python$version-venv" >&2
    exit 1
fi
echo "Making .venv with Python $version ..."
rm -rf .venv
"$chosen" -m venv .venv
