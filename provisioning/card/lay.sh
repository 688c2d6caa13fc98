#!/bin/sh
# Lays what runs beside the daemon on a card into the root of an image, and nothing else. Called by whoever builds the image:
# `lay.sh ROOT`, after baton's package is installed there. Again and again does no harm.
set -eu
if [ $# -ne 1 ] || [ ! -d "$1/etc" ]; then
  echo "usage: $0 ROOT" >&2
  exit 2
fi
root=${1%/}
here=$(cd "$(dirname "$0")" && pwd)
units=$root/usr/lib/systemd/system

put() { # MODE FILE TARGET
  mkdir -p "$root/${3%/*}"
  rm -f "$root/$3"
  install -m "$1" "$here/$2" "$root/$3"
}
for program in import strap identity partition state-check state-superblock tell ready after-daemon; do
  put 755 "$program" "usr/lib/baton/card/$program"
done
for part in import-letter import-key import-handed; do
  put 644 "$part" "usr/lib/baton/card/$part"
done
put 755 change-card usr/sbin/baton-card-edit
for unit in baton-card baton-fault baton-superblock baton-pair-button; do
  put 644 "$unit.service" "usr/lib/systemd/system/$unit.service"
done
put 644 batond-card.conf usr/lib/systemd/system/batond.service.d/card.conf
put 644 timesyncd-card.conf usr/lib/systemd/system/systemd-timesyncd.service.d/card.conf
put 644 fsck-card.conf 'usr/lib/systemd/system/systemd-fsck@dev-disk-by\x2dlabel-baton\x2dstate.service.d/card.conf'
put 644 sshd-card.conf etc/ssh/sshd_config.d/baton.conf
put 644 fstab etc/fstab
mkdir -p "$units/sysinit.target.wants" "$units/multi-user.target.wants" "$root/etc/issue.d" "$root/boot/firmware" "$root/state" "$root/var/lib/baton" \
  "$root/etc/baton" "$root/var/lib/systemd/timesync"
for unit in baton-card baton-pair-button; do
  ln -sfn "../$unit.service" "$units/multi-user.target.wants/$unit.service"
done
ln -sfn ../baton-superblock.service "$units/sysinit.target.wants/baton-superblock.service"
# getty shows it before each login while there is something to say.
ln -sfn /run/baton-card/issue "$root/etc/issue.d/baton.issue"
# sshd runs where baton-card starts it, with the card's own host key, and never by itself.
for unit in ssh.service ssh.socket sshd.service; do
  find "$root/etc/systemd/system" -name "$unit" -delete 2>/dev/null || true
done
rm -f "$root"/etc/ssh/ssh_host_*
# One key is the host's; whatever would make others has no reason to run.
mkdir -p "$root/etc/systemd/system"
ln -sfn /dev/null "$root/etc/systemd/system/sshd-keygen.service"
