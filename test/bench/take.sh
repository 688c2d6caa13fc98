#!/bin/sh
# The steps of a takeover as a bare script, the same for the floor and for keepalived. Called on a virtual board by wait.sh
# or by keepalived's notify. Checks nothing: that is what makes it the floor, and why nobody should use it.
# Arguments: HERE (the board's folder), BOARD, EPOCH, SERVICE (program of the service), PORT, fence|take,
# RELAY and SELECT (GPIO files), ADDRESS4, ADDRESS6, INTERFACE.
set -u
here=$1 board=$2 epoch=$3 service=$4 port=$5 what=$6 relay=$7 select=$8
shift 8
address4=$1 address6=$2 interface=$3
trace="$here/log/take.log"

stamp() { read -r up _ </proc/uptime && echo "$up $1" >>"$trace"; }

# Fence: the relay's level and direction in one write.
if [ "$what" = fence ]; then echo high >"$relay/direction"; fi

# Attach: a rising select line moves the USB switch; then the disk is there.
echo high >"$select/direction"
tries=0
until [ -e "$here/dev/disk" ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt 200000 ]; then
    stamp 'no disk'
    exit 1
  fi
done

blockdev --flushbufs "$here/dev/disk"
e2fsck -p "$here/dev/disk" >>"$trace" 2>&1
if [ $? -gt 3 ]; then exit 1; fi
mount -i -t ext4 -o noatime -- "$here/dev/disk" "$here/mnt" 2>>"$trace" || exit 1

ip addr add "$address4" dev "$interface" 2>>"$trace"
ip addr add "$address6" dev "$interface" nodad 2>>"$trace"
arping -q -U -c 3 -w 4 -I "$interface" "${address4%/*}" >/dev/null 2>&1 &
ndptool send -t na -U -i "$interface" -T "${address6%/*}" >/dev/null 2>&1 &

BATON_EPOCH=$epoch BATON_BOARD=$board
export BATON_EPOCH BATON_BOARD
perl "$service" "$here/mnt/numbers" "$port" >>"$trace" 2>&1 &
stamp taken
