#!/usr/bin/env sh
# Installs valgrind on Debian and its kin where this user may; says loudly where not, and never fails.
set -u
log=$(mktemp)
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  { apt-get install -y -q valgrind || { apt-get update -q && apt-get install -y -q valgrind; }; } >"$log" 2>&1
fi
command -v valgrind >/dev/null || {
  echo "==============================================================================================="
  echo "NO VALGRIND: the budgets of instructions are NOT checked (tests/cold), those of modules are."
  echo "Debian, Ubuntu: sudo apt-get install valgrind. What was tried: $log"
  echo "==============================================================================================="
} >&2
exit 0
