#!/usr/bin/env bash
# Makes .venv from the pinned versions and builds the web page. Does only what changed since the last time.
# Usage: scripts/setup.sh run|dev
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-run}
say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

find_python() {
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue
    echo "$candidate"; return
  done
  stop "dart-batch needs Python 3.11, 3.12 or 3.13; this machine has $(python3 --version 2>&1 || echo none). Install one (Debian: apt install python3.11-venv) or set PYTHON=/path/to/python."
}

digest() { cat "$@" 2>/dev/null | sha256sum | cut -c1-16; }

python_environment() {
  lock=requirements.lock; [ "$kind" = dev ] && lock=requirements-dev.lock
  stamp=.venv/.installed; want="$(digest "$lock" pyproject.toml)"
  grep -qxs "$kind $want" "$stamp" && return
  python=$(find_python)
  [ -w . ] || stop "This folder ($(basename "$PWD")) is read-only; clone the project into a folder you can write to."
  say "Setting up Python packages (once, about a minute) ..."
  [ -x .venv/bin/python ] || "$python" -m venv .venv 2>/dev/null ||
    stop "Python cannot make a virtual environment here; on Debian run: apt install python3-venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$lock" 2>/tmp/dart-batch-pip.$$ ||
    { cat /tmp/dart-batch-pip.$$ >&2; rm -f /tmp/dart-batch-pip.$$; stop "pip could not install the packages of $lock; see above."; }
  rm -f /tmp/dart-batch-pip.$$
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null ||
    stop "pip could not install the project itself; try: rm -rf .venv and again."
  [ "$kind" = run ] && grep -qs '^dev ' "$stamp" || true
  printf 'run %s\n' "$(digest requirements.lock pyproject.toml)" >"$stamp"
  if [ "$kind" = dev ]; then printf 'dev %s\n' "$want" >>"$stamp"; fi
}

web_page() {
  page=src/dart_batch/entrypoints/api/page
  want="$(find web -path web/node_modules -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-16)"
  grep -qxs "$want" "$page/.built" && return
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
  if [ -z "$major" ] || [ "$major" -lt 20 ]; then
    say "Node 20 or newer is missing, so the web page is not built; everything else works. Install Node 20 and run again."
    return
  fi
  say "Building the web page (once, under a minute) ..."
  log=$(mktemp)
  (cd web && npm ci --no-audit --no-fund --loglevel=error && npm run build) >"$log" 2>&1 ||
    { tail -n 30 "$log" >&2; rm -f "$log"; stop "The web page could not be built; see above."; }
  rm -f "$log"
  echo "$want" >"$page/.built"
}

python_environment
web_page
