#!/bin/sh
# Prove `make run` and `make test` in a bare Debian 12 root that holds nothing but git, make and Python.
# Needs root and debootstrap. Usage: packaging/prove_bare_root.sh WORK_DIR [make-target ...]
#   DEBIAN_MIRROR  where debootstrap fetches from (default: its own)
#   WHEELS         a folder of wheels to offer to pip besides its index (optional)
#   SHARED         the folder of real images, mounted beside the checkout (optional)
set -eu
work=${1:?folder to work in}; shift
targets=${*:-"run test"}
root=$work/root
here=$(cd "$(dirname "$0")/.." && pwd)

[ -x "$root/bin/sh" ] || debootstrap --variant=minbase --include=git,make,ca-certificates,python3 bookworm "$root" ${DEBIAN_MIRROR:-}
cleanup() { for m in srv/shared srv/wheels dev proc; do umount -l "$root/$m" 2>/dev/null || true; done; }
trap cleanup EXIT
cleanup
mkdir -p "$root/srv/wheels" "$root/srv/shared"
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
[ -z "${WHEELS:-}" ] || mount --bind -o ro "$WHEELS" "$root/srv/wheels"
[ -z "${SHARED:-}" ] || mount --bind -o ro "$SHARED" "$root/srv/shared"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# The machine's own certificates and package settings, so that a proxy in between does not decide the proof.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt" 2>/dev/null || true
[ ! -d /etc/apt/apt.conf.d ] || cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"

rm -rf "$root/srv/semgui"
git clone -q "file://$here" "$work/clone.$$"
mv "$work/clone.$$" "$root/srv/semgui"
for target in $targets; do
  echo "== make $target in the bare root"
  date +%T
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PIP_FIND_LINKS="${WHEELS:+/srv/wheels}" \
    chroot "$root" sh -c "cd /srv/semgui && git config --global --add safe.directory '*' && make $target </dev/null"
  date +%T
done
