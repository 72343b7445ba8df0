#!/usr/bin/env bash
# Makes .venv from the pinned versions and builds the web page. Does only what changed since the last time.
# Usage: scripts/setup.sh run|dev|web
set -euo pipefail
cd -P "$(dirname "$0")/.."
kind=${1:-run}
page=src/dart_batch/entrypoints/api/page
ticker=
log=

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
digest() { cat "$@" | sha256sum | cut -c1-16; }

trap 'quiet; rm -f "$log"' EXIT
trap 'say; exit 130' INT TERM

tick() {
  began=$SECONDS
  while :; do printf '\r%s ... %d s ' "$1" "$((SECONDS - began))" >&2; sleep 1; done
}

quiet() {
  [ -n "$ticker" ] || return 0
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  ticker=
  say
}

# step TEXT COMMAND...: the command's output is kept aside and only its end is shown, when it fails.
step() {
  text=$1; shift
  log=$(mktemp)
  if [ -t 2 ]; then tick "$text" & ticker=$!; else say "$text ..."; fi
  failed=0
  "$@" >"$log" 2>&1 </dev/null || failed=$?
  quiet
  [ "$failed" = 0 ] || tail -n 30 "$log" >&2
  rm -f "$log"
  return "$failed"
}

writable() {
  [ -w . ] || stop "This folder ($PWD) is read-only; clone the project into a folder you can write to."
}

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; }

find_python() {
  for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
    if fits "$candidate"; then echo "$candidate"; return; fi
  done
  found=$("${PYTHON:-python3}" --version 2>/dev/null || echo "none")
  stop "dart-batch needs Python 3.11, 3.12 or 3.13, found: $found. Install one (Debian: apt install python3.11-venv) or set PYTHON=/path/to/python."
}

# A half-made or moved environment, or one whose Python is gone, is not sound.
sound() { fits .venv/bin/python && .venv/bin/pip --version 2>/dev/null | grep -qF "$PWD/.venv/"; }

find_venv_maker() {
  maker=$(find_python)
  "$maker" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "Python cannot make a virtual environment here; on Debian run: apt install python3-venv"
}

install_packages() {
  if [ -n "$maker" ]; then rm -rf .venv && "$maker" -m venv .venv || return; fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$1" &&
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

# Everything of `run` is in `dev` with the same versions, so that `dev` serves both.
python_environment() {
  stamp=.venv/.installed
  run="run $(digest requirements.lock pyproject.toml) $PWD"
  dev="dev $(digest requirements-dev.lock pyproject.toml) $PWD"
  lock=requirements.lock; want=$run
  if [ "$kind" = dev ]; then lock=requirements-dev.lock; want=$dev; fi
  if grep -qxsF "$want" "$stamp" && fits .venv/bin/python; then return; fi
  writable
  maker=
  sound || find_venv_maker
  rm -f "$stamp"
  step "Setting up Python packages (once, about a minute)" install_packages "$lock" ||
    stop "The Python packages of $lock could not be installed; see above, then run the same again."
  if [ "$kind" = dev ]; then printf '%s\n' "$run" "$dev" >"$stamp"; else printf '%s\n' "$run" >"$stamp"; fi
}

without_node() {
  version=$(node --version 2>/dev/null || true)
  if [ -z "$version" ]; then echo "Node is missing"; return; fi
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    { echo "Node $version is too old"; return; }
  command -v npm >/dev/null 2>&1 || echo "npm is missing"
}

web_files() { find web -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; }

page_packages() {
  stamp=web/node_modules/.installed
  want="$(digest web/package.json web/package-lock.json)"
  grep -qxs "$want" "$stamp" && return
  step "Fetching the web page's packages (once, under a minute)" npm --prefix web ci --no-audit --no-fund --loglevel=error &&
    echo "$want" >"$stamp"
}

build_page() {
  step "Building the web page" npm --prefix web run build && echo "$1" >"$page/.built"
}

web_page() {
  sources="$(web_files | digest)"
  if [ "$kind" != dev ] && grep -qxs "$sources" "$page/.built"; then return; fi
  reason=$(without_node)
  if [ -n "$reason" ]; then
    say "The web page is not built because $reason; everything else works. Install Node 20.19 or newer with npm and run again."
    return
  fi
  writable
  page_packages || stop "The web page's packages could not be fetched; see above, then run the same again."
  grep -qxs "$sources" "$page/.built" || build_page "$sources" || stop "The web page could not be built; see above."
}

# Every process starts sooner when none has to compile the sources again.
compile() { [ ! -w src ] || .venv/bin/python -m compileall -q src/dart_batch; }

if [ "$kind" != web ]; then python_environment; compile; fi
web_page
