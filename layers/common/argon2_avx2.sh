#!/usr/bin/env sh
# Puts argon2 compiled for AVX2 in the place of PyPI's, which is plain SSE2: 1.7 times as fast (docs/adr/0009-fast.md).
# AVX2 is on every x86_64 of Lambda. Where it cannot be compiled, or would not run, PyPI's stays: same hashes, more time.
#   argon2_avx2.sh FOLDER-OF-PACKAGES PROGRAM-UV PROGRAM-PYTHON
set -u
site=$1 uv=$2 python=$3
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

stays() {
  echo "argon2: as PyPI has it, without AVX2: $1" >&2
  exit 0
}

[ "$(uname -s -m)" = "Linux x86_64" ] || stays "not built on Linux for x86_64"
grep -qw avx2 /proc/cpuinfo || stays "this machine has no AVX2"
command -v cc >/dev/null || stays "no C compiler"

# A cache of its own: what is compiled here must not be found by other projects, nor what others compiled by this one.
UV_CACHE_DIR=.local/avx2
CFLAGS="-O3 -mavx2"
export UV_CACHE_DIR CFLAGS
"$uv" export --quiet --frozen --no-default-groups --only-emit-package argon2-cffi-bindings |
  "$uv" pip install --quiet --requirement - --no-deps --target "$made" --python "$python" \
    --no-binary argon2-cffi-bindings || stays "it cannot be compiled"

library=$(find "$made" -name '_ffi*.so')
old=$site/_argon2_cffi_bindings/$(basename "$library")
[ -f "$library" ] && [ -f "$old" ] || stays "the two builds have no library of one name"
# Lambda's Amazon Linux 2023 has glibc 2.34.
grep -aqE 'GLIBC_2\.(3[5-9]|[4-9][0-9])' "$library" && stays "this machine's C library is younger than Lambda's"
# Removed first: it is a hard link into uv's cache, and to write into it would change it for every other environment.
rm "$old" && cp "$library" "$old"
echo "argon2: compiled for AVX2" >&2
