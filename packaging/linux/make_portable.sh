#!/bin/sh
# Pack a frozen application to be unpacked anywhere, a USB stick for instance; it keeps everything beside itself.
# Usage: packaging/linux/make_portable.sh BUNDLE OUT_DIR
set -eu
bundle=${1:?folder of the frozen application}; out=${2:?folder for the archive}
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml" | head -1)
name=semgui-$version-linux-x86_64
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
# Links where the disk is the same; a try that fails leaves folders behind, into which a copy would go.
cp -al "$bundle" "$work/$name" 2>/dev/null || { rm -rf "${work:?}/$name"; cp -a "$bundle" "$work/$name"; }
mkdir -p "$work/$name/portable-data" "$out"
cat > "$work/$name/portable-data/READ ME.txt" <<'TEXT'
As long as this folder is here, SEMGui keeps settings, models, caches and logs in it.
Delete it, and SEMGui uses the folders of whoever is logged in, as an installed program does.
TEXT
tar -C "$work" -cf - "$name" | xz -T0 "-${XZ_LEVEL:-6}" > "$out/$name.tar.xz"
printf '%s: %s MB packed\n' "$out/$name.tar.xz" "$(($(stat -c %s "$out/$name.tar.xz") / 1000000))"
