#!/usr/bin/env sh
# Installs valgrind with apt-get if this user may. Otherwise it prints a warning; it never fails.
set -u
log=$(mktemp)
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  { apt-get install -y -q valgrind || { apt-get update -q && apt-get install -y -q valgrind; }; } >"$log" 2>&1
fi
command -v valgrind >/dev/null || {
  echo "==============================================================================================="
  echo "NO VALGRIND: the budgets of instructions are NOT checked (tests/cold), those of modules are."
  echo "Debian, Ubuntu: sudo apt-get install valgrind. Log of the attempt: $log"
  echo "==============================================================================================="
} >&2
exit 0
