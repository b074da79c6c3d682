#!/bin/sh
# Pack a frozen application as a Debian package; every version has a folder of its own under /opt/semgui.
# Usage: packaging/linux/make_deb.sh BUNDLE ICONS OUT_DIR [VERSION]
set -eu
bundle=${1:?folder of the frozen application}; icons=${2:?folder of make_icons.py}; out=${3:?folder for the package}
here=$(cd "$(dirname "$0")" && pwd)
version=${4:-$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml" | head -1)}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/opt/semgui" "$root/usr/bin" "$root/usr/share/applications" "$root/usr/share/mime/packages" \
  "$root/usr/share/doc/semgui" "$root/DEBIAN" "$out"

cp -a "$bundle" "$root/opt/semgui/$version"
rm -rf "$root/opt/semgui/$version/portable-data"
ln -s "/opt/semgui/$version/semgui" "$root/usr/bin/semgui"
install -m 644 "$here/semgui.desktop" "$root/usr/share/applications/semgui.desktop"
install -m 644 "$here/semgui.xml" "$root/usr/share/mime/packages/semgui.xml"
for side in 16 24 32 48 64 128 256 512; do
  install -D -m 644 "$icons/semgui-$side.png" "$root/usr/share/icons/hicolor/${side}x$side/apps/semgui.png"
done
install -D -m 644 "$here/../../resources/icons/semgui.svg" "$root/usr/share/icons/hicolor/scalable/apps/semgui.svg"
cp "$bundle/_internal/semgui/_resources/licences/bundled.txt" "$root/usr/share/doc/semgui/copyright" 2>/dev/null ||
  cp "$here/../../LICENSE" "$root/usr/share/doc/semgui/copyright"
chmod -R u=rwX,go=rX "$root"

# Only what the graphics driver and the fonts of a machine decide is not in the bundle.
cat > "$root/DEBIAN/control" <<CONTROL
Package: semgui
Version: $version
Section: science
Priority: optional
Architecture: amd64
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: libc6, libstdc++6, libgcc-s1, libegl1, libgl1, libfontconfig1, libfreetype6, libx11-xcb1, zlib1g
Recommends: libgl1-mesa-dri, fonts-dejavu-core, xdg-utils
Maintainer: The SEMGui founders <semgui@localhost>
Description: Sort SEM images by class, see why, correct it, train again
 Open a folder of scanning electron micrographs, let a classifier sort them, look at why, correct what it
 confuses, and train it again in the background. Everything happens on this computer.
CONTROL
cat > "$root/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
for tool in "update-desktop-database -q /usr/share/applications" "update-mime-database /usr/share/mime" \
    "gtk-update-icon-cache -q -t -f /usr/share/icons/hicolor"; do
  command -v ${tool%% *} >/dev/null 2>&1 && $tool || true
done
SCRIPT
# What users made lies in their homes and in their projects: removing the program touches none of it.
sed '/^set -e/a [ "$1" = purge ] \&\& rmdir /opt/semgui 2>/dev/null || true' "$root/DEBIAN/postinst" > "$root/DEBIAN/postrm"
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/postrm"
package=$out/semgui_${version}_amd64.deb
dpkg-deb --root-owner-group -Zzstd -z"${DEB_LEVEL:-9}" --build "$root" "$package" >/dev/null
printf '%s: %s MB packed, %s MB installed\n' "$package" "$(($(stat -c %s "$package") / 1000000))" \
  "$(($(du -sb "$root" | cut -f1) / 1000000))"
