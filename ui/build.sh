#!/bin/sh
# build.sh [packages]: installs the interface's packages as locked; without an argument, builds the
# interface too, into src/anonymuse/web/static.
set -eu
cd "${0%/*}"

say() { echo "ui: $*"; }
fail() { echo "$*" >&2; exit 1; }

right='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
command -v node >/dev/null 2>&1 || fail "The explorer's interface is built with Node, which is not here: install Node 20.19, 22.12 or newer, with npm."
node -e "$right" || fail "The explorer's interface is built with Node 20.19, 22.12 or newer, and this is Node $(node --version): install a newer one."
command -v npm >/dev/null 2>&1 || fail "The explorer's interface is built with npm, which is not here: it comes with Node, or on Debian as the package npm."

# npm leaves its own list behind when it is done
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "installing the packages of ui/package-lock.json"
    if ! said=$(npm ci --loglevel=error --no-audit --no-fund --prefer-offline 2>&1 >/dev/null); then
        code=$(printf '%s\n' "$said" | sed -n 's/^npm error code //p' | head -n 1)
        fail "The packages of ui/package-lock.json could not be installed (npm says ${code:-nothing more}): is npm's registry reachable?"
    fi
    touch node_modules/.package-lock.json
fi
[ "${1:-}" = packages ] && exit 0

say "building the interface"
npm run --silent build -- --logLevel warn ||
    fail "The interface could not be built: the lines above say why."
