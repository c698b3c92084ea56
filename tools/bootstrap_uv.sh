#!/bin/sh
# Installs a fixed version of uv into a folder of this project with the machine's Python 3.13. Without such a Python, it
# links to the uv on the PATH, which downloads Python 3.13 itself.  Usage: bootstrap_uv.sh VERSION FOLDER
set -eu
version=$1
folder=$2
for python in python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 python3 python; do
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1 || continue
  rm -rf "$folder"
  if "$python" -m venv "$folder" >/dev/null 2>&1 && "$folder/bin/pip" install --quiet "uv==$version"; then exit 0; fi
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
