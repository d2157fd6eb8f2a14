#!/bin/sh
# install.sh VENV NAME: makes VENV if it is not there, installs requirements/NAME.txt by hash and the
# package itself, editable. Uses uv where it is found, plain pip otherwise.
set -eu
venv=$1
name=$2
lock="requirements/$name.txt"

say() { echo "$name: $*"; }
fail() { echo "$*" >&2; exit 1; }

if [ ! -x "$venv/bin/python" ]; then
    found=""
    for python in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            found=$python
            break
        fi
    done
    [ -n "$found" ] || fail "Python 3.11 or newer is needed and was not found: install it, or name it with PYTHON=/path/to/python."
    say "making $venv with $("$found" --version)"
    "$found" -m venv "$venv" || fail "$found cannot make a virtual environment: install its venv module (on Debian, python3-venv)."
fi

say "installing $lock"
uv=""
[ -x "$venv/bin/uv" ] && uv="$venv/bin/uv"
[ -n "$uv" ] || uv=$(command -v uv || true)
if [ -n "$uv" ] && "$uv" pip install -q --python "$venv/bin/python" --require-hashes -r "$lock" 2>/dev/null; then
    :
else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" ||
        fail "The packages of $lock could not be installed: is a package index reachable?"
fi
say "installing anonymuse from this folder"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    fail "anonymuse could not be installed into $venv: run 'make clean' and try again."
