#!/bin/sh
# Makes sure that there is a Chromium for the tests of the pages: the one in the variable CHROMIUM, an installed one, or
# Debian's by apt-get. Without one it prints a warning; the tests are then skipped, and with CI=true they fail.
set -u
[ -n "${CHROMIUM:-}" ] && exit 0
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium, for the tests of the pages ..."
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-core; } >/dev/null && exit 0
fi
echo "No Chromium: THE PAGES WILL NOT BE TESTED. Install it (Debian: apt-get install chromium), or name it: CHROMIUM=/path" >&2
