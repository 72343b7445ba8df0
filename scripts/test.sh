#!/usr/bin/env bash
# Everything that must pass: style, types, architecture, page, tests.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\n== %s\n' "$*"; }

if ! command -v chromium >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  say "Installing Chromium for the page tests"
  { timeout 60 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y -qq --no-install-recommends chromium; } \
    >/dev/null 2>&1 || echo "Chromium could not be installed; the tests that need it will say so."
fi

say "Style and types"
.venv/bin/ruff check --quiet .
.venv/bin/ruff format --check --quiet .
.venv/bin/mypy --no-error-summary

if command -v npm >/dev/null 2>&1 && [ -e web/node_modules/.installed ]; then
  say "Page"
  (cd web && npm run --silent check)
fi

say "Tests"
.venv/bin/pytest -n "${TEST_PROCESSES:-2}" --dist loadgroup "$@"
