#!/bin/bash
# Tries the package inside a root that systemd runs: install, not configured, start, restart, crash, upgrade, remove, purge.
# Started by trial.service. Says `ok TITLE` or `not ok TITLE` per step on /opt/trial/result; check-root.ts reads that.
exec 3>/opt/trial/result >>/opt/trial/log 2>&1
set -x
cd /opt/trial || exit 1

check() { # TITLE COMMAND…
  local title=$1
  shift
  if "$@"; then echo "ok $title" >&3; else echo "not ok $title" >&3; fi
}
# Ask again and again, ten seconds at most.
soon() { # COMMAND…
  local end=$((SECONDS + 10))
  until "$@"; do
    if [ $SECONDS -ge $end ]; then return 1; fi
    sleep 0.1
  done
}
is() { [ "$1" = "$2" ]; }
gone() { ! ls -d "$@" 2>/dev/null; }
apt() { DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@"; }
main_pid() { systemctl show -p MainPID --value batond; }
state() { systemctl show -p ActiveState --value batond; }
sleeper() { pgrep -fx '/usr/bin/sleep 54321'; }
nothing_failed() { is "$(systemctl --failed --no-legend)" ''; }
says() { # TEXT COMMAND…
  local text=$1
  shift
  "$@" 2>&1 | tee /dev/stderr | grep -qF -- "$text"
}
serves() { says 'sleeper running' baton status; }

systemctl is-system-running --wait
check 'it installs with apt' apt install ./baton.deb
check 'the group baton is there' getent group baton
check 'the unit is enabled' is "$(systemctl is-enabled batond)" enabled
check 'a board without a configuration is told so' says 'not configured yet' systemctl --no-pager status batond
check 'and its daemon does not run, which is no failure' is "$(state)" inactive
check 'no unit has failed' nothing_failed
check 'baton help answers' says 'usage: baton' baton help
check 'baton --version answers' says "baton $(dpkg-query -W -f '${Version}' baton)" baton --version
check 'batond without a configuration says what is missing' says 'holds only comments' batond
check 'a daemon that is not there is said to be so' says 'cannot reach the daemon' baton status
for page in baton.1 batond.8 baton.yaml.5; do
  check "the manual has $page" says "${page%.*}" man -P cat "${page##*.}" "${page%.*}"
done
check 'both addons load' node -e 'for (const name of ["epoll", "serialport"]) require(`/usr/lib/baton/dist/native/${name}.node`)'
completes() { # as after `baton mode m<Tab>`
  COMP_WORDS=(baton mode m) COMP_CWORD=2
  # shellcheck disable=SC1091
  source /usr/share/bash-completion/completions/baton && _baton && is "${COMPREPLY[*]}" 'manual maintenance'
}
check 'the shell completes' completes
check 'systemd-analyze verify has nothing to say' is "$(systemd-analyze verify batond.service 2>&1)" ''
echo "note $(systemd-analyze security --offline=true --no-pager batond.service | tail -n 1 | sed 's/^[^A-Za-z]*//')" >&3

echo 'pair: [' >/etc/baton/baton.yaml
systemctl start batond
check 'a wrong configuration fails once, and is not tried again' soon is "$(state)" failed
check 'and the journal names the file' says /etc/baton/baton.yaml journalctl --no-pager -u batond
systemctl reset-failed batond

cp baton.yaml /etc/baton/baton.yaml
echo a >/etc/baton/board
check 'baton init makes key and record' baton init --new-key
check 'the daemon starts' systemctl start batond
check 'when systemd calls it started, baton status answers' says 'pair trial' baton status
check 'its status line is in systemctl' says 'board a of pair trial' systemctl --no-pager status batond
check 'it runs on time: real-time, reset on fork' says 'SCHED_RR|SCHED_RESET_ON_FORK' chrt -p "$(main_pid)"
check 'what it mounts, all see' is "$(readlink /proc/"$(main_pid)"/ns/mnt)" "$(readlink /proc/1/ns/mnt)"
check 'the operator may take over' baton confirm --yes
check 'the service runs' soon serves
first=$(sleeper)
check 'the service is an ordinary process' says SCHED_OTHER chrt -p "$first"
check 'and not kept from the memory killer' is "$(cat /proc/"$first"/oom_score_adj)" 0

noticed() { grep -q 'files is active' noticed; }
check 'people are told of it' soon noticed
check 'by a process of its own' pgrep -f dist/src/notice/notify.js
check 'mail is tried, to find nobody there' says ECONNREFUSED baton notice test mail
check 'and so is MQTT' says ECONNREFUSED baton notice test home

before=$(main_pid)
check 'the daemon restarts' systemctl restart batond
check 'as another process' test "$before" != "$(main_pid)"
check 'and adopts the service' soon serves
check 'which is the same process' is "$(sleeper)" "$first"
before=$(main_pid)
kill -KILL "$before"
renewed() { is "$(state)" active && test "$before" != "$(main_pid)"; }
check 'a daemon that was killed is started again' soon renewed
check 'and adopts the service once more' soon serves
check 'which is still the same process' is "$(sleeper)" "$first"
check 'an upgrade goes through' apt install --reinstall ./baton.deb
check 'and leaves the daemon running' soon serves
check 'and the service alone' is "$(sleeper)" "$first"

check 'removal goes through' apt remove baton
check 'and ends the daemon' is "$(pgrep -f /usr/bin/batond)" ''
check 'and leaves the service running' is "$(sleeper)" "$first"
check 'and key, configuration and record' ls /etc/baton/key /etc/baton/baton.yaml /var/lib/baton/state.json
check 'no unit has failed after it' nothing_failed
check 'installed again it takes up where it was' apt install ./baton.deb
check 'with the service' soon serves
check 'which is the very same process' is "$(sleeper)" "$first"
check 'purge goes through' apt purge baton
check 'and forgets key, configuration and record' gone /etc/baton /var/lib/baton
check 'and the programs' gone /usr/lib/baton /usr/bin/baton /usr/bin/batond
check 'and leaves the service running' is "$(sleeper)" "$first"
check 'no file of the package is left' is "$(find / -xdev -path /opt -prune -o -name '*baton*' ! -path '/var/cache/man/*' ! -path '/proc/*' -print)" ''
journalctl --no-pager -u batond
echo 'end' >&3
systemctl --no-block poweroff
