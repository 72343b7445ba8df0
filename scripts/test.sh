#!/usr/bin/env bash
# Everything that must pass: style, types, architecture, page, tests. One failure does not hide the next.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=

check() {
  name=$1; shift
  printf '\n== %s\n' "$name"
  "$@" || failed="$failed${failed:+, }$name"
}

# At run level 1 a package's service is not started: the tests start servers of their own.
installed() {
  program=$1 package=$2
  if command -v "$program" >/dev/null 2>&1 || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then return; fi
  printf '\n== Installing %s for the tests\n' "$package"
  { timeout 60 apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    timeout 300 apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null 2>&1 ||
    echo "$package could not be installed; the tests that need it will say so."
}

style() { .venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .; }

installed chromium chromium
installed mariadbd mariadb-server
installed redis-server redis-server
check "Style" style
check "Types" .venv/bin/mypy --no-error-summary
if [ -e web/node_modules/.installed ]; then check "Page" npm --prefix web run --silent check; fi
check "Tests" .venv/bin/pytest -n "${TEST_PROCESSES:-2}" --dist loadfile --no-loadscope-reorder "$@"
if [ -n "$failed" ]; then
  echo "Failed: $failed." >&2
  exit 1
fi
