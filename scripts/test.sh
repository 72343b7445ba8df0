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

chromium() {
  if command -v chromium >/dev/null 2>&1 || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then return; fi
  printf '\n== Installing Chromium for the page tests\n'
  { timeout 60 apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    timeout 300 apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 ||
    echo "Chromium could not be installed; the tests that need it will say so."
}

style() { .venv/bin/ruff check --quiet . && .venv/bin/ruff format --check --quiet .; }

chromium
check "Style" style
check "Types" .venv/bin/mypy --no-error-summary
if [ -e web/node_modules/.installed ]; then check "Page" npm --prefix web run --silent check; fi
check "Tests" .venv/bin/pytest -n "${TEST_PROCESSES:-2}" --dist loadfile --no-loadscope-reorder "$@"
if [ -n "$failed" ]; then
  echo "Failed: $failed." >&2
  exit 1
fi
