#!/bin/sh
# Installs uv into a folder of this project with the machine's Python 3.13: the version, and only the files, whose hashes
# are in bootstrap_uv.txt. Without such a Python, it links to the uv on the PATH, which downloads Python 3.13 itself.
# A newer one: echo uv==VERSION | .local/uv/bin/uv pip compile --no-header --generate-hashes - -o tools/bootstrap_uv.txt
#   bootstrap_uv.sh FOLDER
set -eu
folder=$1
hashes=$(dirname "$0")/bootstrap_uv.txt
for python in python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 python3 python; do
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 || continue
  rm -rf "$folder"
  if "$python" -m venv "$folder" >/dev/null 2>&1 &&
    "$folder/bin/pip" install --quiet --require-hashes --no-deps --only-binary :all: --requirement "$hashes"; then exit 0; fi
done
if uv --version >/dev/null 2>&1; then
  rm -rf "$folder"
  mkdir -p "$folder/bin"
  ln -s "$(command -v uv)" "$folder/bin/uv"
  exit 0
fi
rm -rf "$folder"
echo "Python 3.13 is needed: 'pyenv install 3.13', your system's python3.13 and python3.13-venv, or https://docs.astral.sh/uv/" >&2
exit 1
