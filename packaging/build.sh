#!/bin/sh
# Freeze the application into one folder, and say its size and the time it took.
# Usage: packaging/build.sh DIST [SCRATCH]      (needs what `make setup-dev` installs)
set -eu
dist=${1:?folder for the result}; scratch=${2:-build/pyinstaller}
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
begun=$(date +%s)
"$python" packaging/make_icons.py build/icons
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$dist" --workpath "$scratch" packaging/semgui.spec
"$python" packaging/finish.py "$dist/semgui"
echo "frozen in $(($(date +%s) - begun)) s"
