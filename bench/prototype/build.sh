#!/usr/bin/env sh
# Builds argon2 for AVX2 with a patch that asks for memory before it is needed, for the benchmark's prototype alone.
#   build.sh PROGRAM-UV PROGRAM-PYTHON FOLDER
set -eu
uv=$1 python=$2 folder=$3
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

grep -qw avx2 /proc/cpuinfo
"$uv" export --quiet --frozen --no-default-groups --only-emit-package argon2-cffi-bindings > "$made/pinned.txt"
"$(dirname "$uv")/pip" download --quiet --no-deps --no-binary :all: --require-hashes -r "$made/pinned.txt" -d "$made"
tar xzf "$made"/*.tar.gz -C "$made"
source=$(find "$made" -mindepth 1 -maxdepth 1 -type d)
patch --quiet --strip=1 --directory="$source" < bench/prototype/argon2_fetch_ahead.patch
CFLAGS="-O3 -mavx2" UV_CACHE_DIR="$made/cache" \
  "$uv" pip install --quiet --no-deps --target "$folder" --python "$python" "$source"
