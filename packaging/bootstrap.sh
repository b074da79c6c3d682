#!/bin/sh
# Make .venv in the checkout ready: system libraries, Python packages, semgui itself.
# Usage: packaging/bootstrap.sh run|dev        (dev adds what the tests need)
# Called by make; a second call finds its stamp and returns at once.
set -eu
want=${1:?run or dev}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# ---- system libraries -------------------------------------------------------------------------
# Found one by one in a bare Debian 12 root: what Qt's xcb plugin and OpenGL link to.
libraries="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0
  libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fonts-dejavu-core"
[ "$want" = dev ] && libraries="$libraries xvfb xauth xdotool git"

if command -v dpkg-query >/dev/null 2>&1; then
  missing=""
  for package in $libraries; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || dpkg-query -W -f '${db:Status-Status}' "${package}t64" 2>/dev/null) in
      installed) ;;
      *) missing="$missing $package" ;;
    esac
  done
  find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
      command -v "$candidate" >/dev/null 2>&1 || continue
      "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
      "$candidate" -c 'import venv, ensurepip' 2>/dev/null || continue
      echo "$candidate" && return
    done
  }
  [ -x .venv/bin/python ] || [ -n "$(find_python)" ] || missing="$missing python3 python3-venv"
  if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo"; else root="none"; fi
    if [ "$root" = none ]; then
      say "Missing system packages; please run:  sudo apt-get install$missing"
    else
      say "Installing system packages:$missing"
      $root apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists that are here."
      # Debian 13 and Ubuntu 24.04 renamed libglib2.0-0; apt resolves the old name by itself.
      $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    fi
  fi
else
  find_python() { command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3; }
fi

# ---- Python packages --------------------------------------------------------------------------
stamp=.venv/.ready-$want
fingerprint=$(cat pyproject.toml packaging/constraints.txt packaging/bootstrap.sh | sha256sum | cut -d' ' -f1)-$(pwd)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$fingerprint" ] && exit 0

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
  python=$(find_python)
  [ -n "$python" ] || { say "Python 3.11, 3.12 or 3.13 with its venv module is needed: sudo apt-get install python3-venv"; exit 1; }
  say "Making .venv with $($python --version)"
  rm -rf .venv
  "$python" -m venv .venv
fi
pip=".venv/bin/python -m pip --disable-pip-version-check"
say "Installing Python packages into .venv (a minute or two, once)"
$pip install -q --upgrade "pip>=25.1" 2>/dev/null || $pip install -q --upgrade pip

# PyTorch's default Linux wheel brings several GB of CUDA libraries. If that is what would come, ask
# for the CPU build instead; whoever wants the GPU build installs it over this one.
torch=$(grep '^torch==' packaging/constraints.txt)
torchvision=$(grep '^torchvision==' packaging/constraints.txt)
if ! .venv/bin/python -c "import importlib.metadata as m, sys; sys.exit(m.version('torch').split('+')[0] != '${torch#torch==}')" 2>/dev/null; then
  if $pip install -q --dry-run --no-deps --report - "$torch" 2>/dev/null | .venv/bin/python packaging/is_cuda_wheel.py; then
    $pip install -q uv
    .venv/bin/uv pip install --quiet --python .venv/bin/python --torch-backend cpu "$torch" "$torchvision" ||
      say "The CPU build of PyTorch could not be had; taking the large CUDA build."
  fi
fi
extra=""; [ "$want" = dev ] && extra="[dev]"
$pip install -q --constraint packaging/constraints.txt --editable ".$extra"
.venv/bin/python -m compileall -q semgui trainer
printf %s "$fingerprint" > "$stamp"
[ "$want" = dev ] && cp "$stamp" .venv/.ready-run
exit 0
