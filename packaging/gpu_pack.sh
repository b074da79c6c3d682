#!/bin/sh
# Make the GPU pack: what turns an installed CPU bundle into one that uses an NVIDIA card, as one archive to
# unpack over its folder `_internal`. Run it on a machine with a network, with the same Python and the same
# version of torch as the bundle. Usage: packaging/gpu_pack.sh OUT_DIR [cu128]
set -eu
out=${1:?folder for the archive}; cuda=${2:-cu128}
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
torch=$(sed -n 's/^torch==\([^+]*\).*/\1/p' packaging/constraints.txt)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml | head -1)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"$python" -m pip install -q uv
"$python" -m uv pip install --quiet --target "$work/site" --torch-backend "$cuda" "torch==$torch"
mkdir -p "$work/pack/torch" "$out"
# The compiled half of torch, the file that names its build, and NVIDIA's libraries. torch's Python is the same.
mv "$work/site/torch/lib" "$work/pack/torch/lib"
cp "$work"/site/torch/_C*.so "$work/site/torch/version.py" "$work/pack/torch/"
[ ! -d "$work/site/nvidia" ] || mv "$work/site/nvidia" "$work/pack/nvidia"
find "$work/pack" -name '*.a' -delete
echo "$torch $cuda" > "$work/pack/GPU pack.txt"
tar -C "$work/pack" -cf - . | xz -T0 -3 > "$out/semgui-$version-gpu-$cuda.tar.xz"
ls -l "$out/semgui-$version-gpu-$cuda.tar.xz"
