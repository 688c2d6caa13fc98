#!/bin/sh
# Installs the Debian packages that baton, its lab and its tests use. Called by run.cjs before every command, by hand,
# and by whoever builds an image. Does nothing, fast, when all is there. `--check` only lists what is missing (exit 1);
# `--package`, `--image` and `--rig` add what `npm run package`, `image` and `rig` take.
# It must not start any service on this machine.
set -eu

# What each is for:
#   socat               null-modem cables made of ptys
#   iputils-arping      gratuitous ARP, address conflict check
#   libndp-tools        unsolicited IPv6 neighbour advertisement
#   iproute2 util-linux mount procps   namespaces, links, loop devices, mounts
#   e2fsprogs           mkfs.ext4, e2fsck
#   perl                the ext4 shutdown ioctl of a true power cut
#   build-essential python3                 onoff's epoll addon (no prebuilt binary exists)
#   keepalived          the yardstick of `npm run bench`
#   bindfs              a disk that hangs, for the tests
#   pamtester           what the real pam_nologin says to a login, for the tests
#   exim4-daemon-light  a real mail server for the tests of the notices; not where another one is installed (see below)
#   mosquitto mosquitto-clients             a real MQTT broker, and a listener that is not ours
#   openssl             the certificate of that mail server
#   busybox             the web server of the default configuration
#   qemu-utils qemu-system-common           a card whose every write is logged, for the crash points
#   dosfstools mtools fdisk                 its partitions
#   drbd-utils          drbdmeta, which needs no module: the notes of a mirror on a loop device
PACKAGES='socat iputils-arping libndp-tools iproute2 util-linux mount procps e2fsprogs perl build-essential python3
  keepalived bindfs pamtester mosquitto mosquitto-clients openssl busybox
  qemu-utils qemu-system-common dosfstools mtools fdisk drbd-utils'

# Debian allows one mail server: installing ours would remove somebody's postfix. There the tests that need it are skipped.
other_mail_server() {
  dpkg-query -W -f '${db:Status-Status} ${Provides},\n' 2>/dev/null | grep -q '^installed .*mail-transport-agent[, ]'
}
if [ ! -x /usr/sbin/exim4 ] && ! other_mail_server; then PACKAGES="$PACKAGES exim4-daemon-light"; fi

# For `npm run package`:
#   g++ for the other processor   epoll's addon (for this one: build-essential)
#   lintian                       the judge of the packages
#   mmdebstrap                    a root of trixie to install them in
PACKAGE_PACKAGES="lintian mmdebstrap"
case $(dpkg --print-architecture) in
  arm64) PACKAGE_PACKAGES="$PACKAGE_PACKAGES g++-x86-64-linux-gnu" ;;
  *) PACKAGE_PACKAGES="$PACKAGE_PACKAGES g++-aarch64-linux-gnu" ;;
esac

# For `npm run image`, beside those (it makes the package, too):
#   arch-test, qemu-user             the card's own programs, emulated
#   apt-utils                        index of the small archive that the root is made of
#   dosfstools mtools fdisk xz-utils the card's partitions, without loop mounts
#   device-tree-compiler             overlays
IMAGE_PACKAGES="mmdebstrap arch-test apt-utils dosfstools mtools fdisk xz-utils device-tree-compiler"
case $(dpkg --print-architecture) in
  arm64) IMAGE_PACKAGES="$IMAGE_PACKAGES g++" ;;
  *)
    IMAGE_PACKAGES="$IMAGE_PACKAGES g++-aarch64-linux-gnu"
    # From Debian 13 on qemu-user is static.
    case $(. /etc/os-release && echo "${VERSION_ID:-13}") in
      12) IMAGE_PACKAGES="$IMAGE_PACKAGES qemu-user-static" ;;
      *) IMAGE_PACKAGES="$IMAGE_PACKAGES qemu-user" ;;
    esac
    ;;
esac
# For `npm run rig`:
#   qemu-system-arm   the emulated boards
#   qemu-system-x86   the emulated PCs, on which the mirrored disk is tried
#   mmdebstrap        their root
#   mtools            files on the boot partition of a card, without a mount
#   dnsmasq-base      addresses for the boards on their LAN (the program alone: it starts no service)
#   openssh-client    a look into a running board
#   xz-utils          unpacks the image
RIG_PACKAGES="qemu-system-arm qemu-system-x86 mmdebstrap mtools dnsmasq-base openssh-client xz-utils"

case ${1:-} in
  --package) MORE=$PACKAGE_PACKAGES ;;
  --image) MORE=$IMAGE_PACKAGES ;;
  --rig) MORE=$RIG_PACKAGES ;;
  *) MORE= ;;
esac
if [ -n "$MORE" ]; then
  PACKAGES="$PACKAGES $MORE"
  shift
fi

# What is installed for tests only must not come up with the machine either.
keep_off() {
  case " $missing " in *" $1 "*)
    if command -v systemctl >/dev/null; then systemctl disable --quiet "$2" >>"$LOG" 2>&1 || true; fi
    ;;
  esac
}

missing_packages() {
  # shellcheck disable=SC2086
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $PACKAGES 2>/dev/null | sed -n 's/^installed //p') || true
  for package in $PACKAGES; do
    case "
$installed
" in *"
$package
"*) ;; *) echo "$package" ;; esac
  done
}

missing=$(missing_packages | tr '\n' ' ')
if [ -z "$missing" ]; then exit 0; fi
if [ "${1:-}" = --check ]; then
  echo "$missing"
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "baton: these Debian packages are missing: $missing" >&2
  echo "baton: install them with: sudo $0" >&2
  exit 1
fi

# An installed daemon (keepalived) would be started by its package. Forbid that for the time of our run only.
POLICY=/usr/sbin/policy-rc.d
LOG=$(mktemp)
policy_made=no
tidy_up() {
  if [ "$policy_made" = yes ]; then rm -f "$POLICY"; fi
  rm -f "$LOG"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if [ ! -e "$POLICY" ]; then
  policy_made=yes
  printf '#!/bin/sh\n# Made by baton for the time of one installation.\nexit 101\n' >"$POLICY"
  chmod 755 "$POLICY"
fi

apt() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$LOG" 2>&1; }
# shellcheck disable=SC2086
install_missing() { apt install --no-install-recommends --no-remove $missing; }

# The lists may be missing or too old for the archive: then, and only then, fetch them and try again.
if ! install_missing; then
  if ! { apt update && install_missing; }; then
    tail -n 25 "$LOG" >&2
    echo "baton: apt-get could not install: $missing" >&2
    echo "baton: its words are above; is the network up, and does /etc/apt/sources.list* name a Debian archive?" >&2
    exit 1
  fi
fi
left=$(missing_packages | tr '\n' ' ')
if [ -n "$left" ]; then
  echo "baton: apt-get said yes, yet these packages are not installed: $left" >&2
  exit 1
fi
keep_off mosquitto mosquitto.service
keep_off exim4-daemon-light exim4.service
