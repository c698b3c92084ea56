#!/bin/sh
# Makes sure that there are Node.js and npm for the test of a TypeScript client: installed ones, or Debian's by apt-get.
# Without them it prints a warning; the test is then skipped, and with CI=true it fails.
set -u
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Node.js, for the test of a TypeScript client ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends nodejs npm; } >/dev/null && exit 0
fi
echo "No Node.js: THE TYPESCRIPT CLIENT WILL NOT BE TESTED. Install it (Debian: apt-get install nodejs npm)" >&2
