#!/bin/sh
# Makes a serial port the console of baton: the user `operator`, its login shell, a getty on the port. Run by hand as root,
# or by whoever builds an image; again and again does no harm. It must not touch the port of the link to the other board.
set -eu

usage() {
  echo 'usage: install.sh [--speed 9600|19200|38400|57600|115200] [--config FILE] PORT     (PORT as in ttyS0, ttyUSB1)' >&2
  exit 2
}
fail() {
  echo "baton console: $*" >&2
  exit 1
}

speed=9600
config=/etc/baton/baton.yaml
while [ $# -gt 0 ]; do
  case $1 in
  --speed) [ $# -gt 1 ] || usage; speed=$2; shift 2 ;;
  --config) [ $# -gt 1 ] || usage; config=$2; shift 2 ;;
  -*) usage ;;
  *) break ;;
  esac
done
[ $# -eq 1 ] || usage
port=${1#/dev/}
case $port in '' | *[!A-Za-z0-9]*) usage ;; esac
case $speed in 9600 | 19200 | 38400 | 57600 | 115200) ;; *) usage ;; esac
[ "$(id -u)" = 0 ] || fail "this needs root: sudo $0 $port"
command -v login >/dev/null || fail 'there is no program login here, which every getty starts: apt-get install login'
here=$(cd "$(dirname "$0")" && pwd)

# A prompt on the link between the boards would spoil its tokens.
if [ -r "$config" ]; then
  for link in $(sed -n 's/^ *serial: *"\{0,1\}\(\/[^" ]*\).*/\1/p' "$config"); do
    [ "$(readlink -f "$link")" != "/dev/$port" ] || fail "$port is the link to the other board ($link in $config): take another port"
  done
  case $port in
  ttyUSB* | ttyACM*)
    ! grep -Eq '^ *serial: *"?auto\b' "$config" || fail "with \`serial: auto\` ($config) the link to the other board takes the only USB serial adapter, and $port would be a second one: name the link's port there first, as /dev/serial/by-id/…"
    ;;
  esac
fi

# The group may use the daemon's socket (socketGroup in the configuration, `baton` unless you changed it).
group=$(sed -n 's/^socketGroup: *\([a-z0-9_-]*\).*/\1/p' "$config" 2>/dev/null || true)
group=${group:-baton}
if ! getent group "$group" >/dev/null; then
  groupadd --system "$group"
  echo "baton console: the group $group is new: a daemon that runs already lets it in after \`systemctl restart batond\`"
fi

install -D -m 755 "$here/baton-console" /usr/local/sbin/baton-console
grep -qx /usr/local/sbin/baton-console /etc/shells 2>/dev/null || echo /usr/local/sbin/baton-console >>/etc/shells
if getent passwd operator >/dev/null; then
  usermod --append --groups "$group" --shell /usr/local/sbin/baton-console operator
else
  # Without a password the user cannot log in: that is for you to set.
  useradd --create-home --gid "$group" --shell /usr/local/sbin/baton-console --comment 'baton console' operator
fi

# No message of the day between the password and the menu: a serial line is slow.
home=$(getent passwd operator | cut -d: -f6)
[ ! -d "$home" ] || : >"$home/.hushlogin"

# A board that must not be logged in to (the login gate, a shutdown) still needs its operator: whoever is in the group
# passes by pam_nologin, at a terminal only. The line goes before each one that it is about, once.
pam=/etc/pam.d/login
if [ -f "$pam" ] && ! grep -q 'baton: the operator' "$pam"; then
  awk -v group="$group" '
    $1 !~ /^#/ && /pam_nologin\.so/ {
      print "# baton: the operator may log in here although others may not"
      print $1 " [success=1 default=ignore] pam_succeed_if.so quiet user ingroup " group
    }
    { print }' "$pam" >"$pam.baton-new"
  chmod 644 "$pam.baton-new"
  mv "$pam.baton-new" "$pam"
fi

# Orders for which the operator needs root: the last one of `baton shutdown`, key, set-up and disk of the pair, and the test of the wiring, with
# these words only (with options of their own choice people would write the key to any file).
if [ -d /etc/sudoers.d ]; then
  cat >/etc/sudoers.d/baton-operator <<'END'
# baton: the last step of baton shutdown
operator ALL=(root) NOPASSWD: /usr/bin/systemctl poweroff
# baton: the key of the pair, by its console
operator ALL=(root) NOPASSWD: /usr/bin/baton pair --pipe, /usr/bin/baton unpair --pipe, /usr/bin/baton replace --pipe
# baton: a new pair is led until it is ready; its disk
operator ALL=(root) NOPASSWD: /usr/bin/baton setup --pipe
operator ALL=(root) NOPASSWD: /usr/bin/baton disk list --pipe, /usr/bin/baton disk prepare --pipe, /usr/bin/baton disk create --pipe, /usr/bin/baton disk compare --pipe, /usr/bin/baton discard-copy --pipe
# baton: is the board wired right
operator ALL=(root) NOPASSWD: /usr/bin/baton board test --pipe
END
  chmod 440 /etc/sudoers.d/baton-operator
else
  echo 'baton console: sudo is not installed: `baton shutdown` will leave in order, and ask for the plug to be pulled' >&2
fi

unit="serial-getty@$port.service"
mkdir -p "/etc/systemd/system/$unit.d"
sed "s/@SPEED@/$speed/" "$here/serial-getty.conf" >"/etc/systemd/system/$unit.d/baton.conf"
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --quiet "$unit"
  systemctl restart "$unit"
else
  # An image that is being built: the same as enable, without a running systemd.
  mkdir -p /etc/systemd/system/getty.target.wants
  ln -sf /lib/systemd/system/serial-getty@.service "/etc/systemd/system/getty.target.wants/$unit"
fi

echo "baton console: $port is the console at $speed baud, 8N1; user: operator"
case $(passwd --status operator) in
'operator P '*) ;;
*) echo 'baton console: set its password now: passwd operator' ;;
esac
