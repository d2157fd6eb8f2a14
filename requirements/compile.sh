#!/bin/sh
# Compiles the locks: check.txt holds everything, demo.txt and test.txt are parts of it.
set -eu
uv=.venv/bin/uv
[ -x "$uv" ] || uv=$(command -v uv) || {
    echo "make lock needs uv: install it with '.venv/bin/python -m pip install uv'." >&2
    exit 1
}

lock() {
    name=$1
    shift
    echo "lock: requirements/$name.txt"
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --annotation-style line --custom-compile-command "make lock" \
        --output-file "requirements/$name.txt" "$@" requirements/build.in
}

lock check pyproject.toml --extra local --extra secure --group dev --group docs
lock demo pyproject.toml --extra local --extra secure --constraint requirements/check.txt
lock test pyproject.toml --extra secure --group dev --constraint requirements/check.txt
