#!/bin/sh
# Prove the Debian package in a bare Debian root that holds no Python and no X client: install, self-test,
# upgrade over an older version with a project of its making, refuse a downgrade's project, remove.
# Needs root, debootstrap and Xvfb here. Usage: packaging/linux/prove_deb.sh WORK_DIR NEW.deb [OLD.deb]
#   DEBIAN_MIRROR  where debootstrap fetches from (default: its own)
#   SUITE          of Debian (default: bookworm)
set -eu
work=${1:?folder to work in}; new=$(realpath "${2:?package}"); old=${3:+$(realpath "$3")}
root=$work/root
mkdir -p "$work"
[ -x "$root/bin/sh" ] || debootstrap --variant=minbase "${SUITE:-bookworm}" "$root" ${DEBIAN_MIRROR:-}
cleanup() {
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  for m in tmp/.X11-unix srv/packages dev/shm dev proc; do umount -l "$root/$m" 2>/dev/null || true; done
}
trap cleanup EXIT
cleanup
mkdir -p "$root/srv/packages" "$root/tmp/.X11-unix" /tmp/.X11-unix
mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t proc proc "$root/proc"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# The machine's own certificates and package settings, so that a proxy in between does not decide the proof.
mkdir -p "$root/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
[ ! -d /etc/apt/apt.conf.d ] || cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
printf 'Dpkg::Use-Pty "0";\nAPT::Install-Recommends "0";\nquiet "2";\n' > "$root/etc/apt/apt.conf.d/99proof"
cp "$new" "$root/srv/packages/new.deb"
[ -z "$old" ] || cp "$old" "$root/srv/packages/old.deb"

display=97
while [ -e "/tmp/.X11-unix/X$display" ]; do display=$((display + 1)); done
Xvfb ":$display" -screen 0 1366x768x24 -nolisten tcp -noreset >/dev/null 2>&1 &
server=$!

say() { printf '\n== %s\n' "$*"; }
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 chroot "$root" "$@"; }
# As a user, without a network, with nothing but a screen; `make test-package` traces that nothing connects.
user() { inside unshare --net -- setpriv --reuid=1000 --regid=1000 --clear-groups -- \
  env HOME=/home/user DISPLAY=":$display" QT_QPA_PLATFORM=xcb "$@"; }
install() { inside env DEBIAN_FRONTEND=noninteractive apt-get install -y --allow-downgrades "$@" >/dev/null; inside dpkg-query -W semgui; }
sample=/home/user/old-sample/sample.semgui
labels() { user semgui label --project "$sample" export "/home/user/$1" >&2; inside cut -d, -f1,2 "/home/user/$1"; }
same() { [ "$1" = "$2" ] || { echo "not the same: $3"; exit 1; }; }

say "a bare root"
inside sh -c 'cat /etc/debian_version; command -v python3 || echo "no Python"; dpkg -l | grep -c ^ii'
inside sh -c 'id -u user 2>/dev/null || useradd --create-home --uid 1000 user'
inside apt-get update -qq
before=$(inside sh -c 'dpkg-query -W -f "\${Package}\n" | sort')

if [ -n "$old" ]; then
  say "the older version"
  install /srv/packages/old.deb
  user semgui demo /home/user/old-sample --images 24
  labels before.csv > "$work/labels-before"
  printf '%s labels given\n' "$(($(wc -l < "$work/labels-before") - 1))"
  inside sh -c 'ls -l /opt/semgui /usr/bin/semgui'
fi

say "install"
install /srv/packages/new.deb libgl1-mesa-dri
echo "came with it:"; inside sh -c 'dpkg-query -W -f "\${Package}\n" | sort' > "$work/after"
printf '%s\n' "$before" | comm -13 - "$work/after" | tr '\n' ' '; echo
inside sh -c 'command -v python3 || echo "still no Python"; ls -l /usr/bin/semgui /usr/share/applications/semgui.desktop'

say "self-test, as a user, in a network namespace without interfaces"
user semgui selftest

if [ -n "$old" ]; then
  say "the older version's project: migrated, after a copy"
  labels after.csv > "$work/labels-after"
  cmp "$work/labels-before" "$work/labels-after"
  echo "all labels are there"
  inside ls "$sample" | grep before
  say "downgrade: the older program refuses the newer project"
  install /srv/packages/old.deb
  digest=$(inside sha256sum "$sample/project.db")
  if user semgui scan /home/user/old-sample/images --project "$sample" > "$work/refusal" 2>&1; then
    echo "it did not refuse"; exit 1
  fi
  cat "$work/refusal"; grep -q "made by a newer SEMGui" "$work/refusal"; [ "$(wc -l < "$work/refusal")" -le 2 ]
  same "$digest" "$(inside sha256sum "$sample/project.db")" "the project after the refusal"
  echo "and changed nothing"
  install /srv/packages/new.deb
fi

say "remove: the program goes, what the user made stays"
user sh -c 'mkdir -p ~/.local/share/semgui && echo kept > ~/.local/share/semgui/mine'
inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get purge -y semgui >/dev/null'
inside sh -c 'test ! -e /opt/semgui && test ! -e /usr/bin/semgui && test ! -e /usr/share/applications/semgui.desktop'
inside sh -c 'test -f /home/user/.local/share/semgui/mine'
[ -z "$old" ] || inside test -f "$sample/project.db"
echo "done"
