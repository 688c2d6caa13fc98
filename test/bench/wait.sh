#!/bin/sh
# What runs on a board of the floor instead of the daemon: the first board takes at once, the other one when it is told.
# Kept alive by the board's init. Arguments: go|wait, the pipe that tells it, then take.sh with its arguments.
set -u
mode=$1 pipe=$2
shift 2
if [ "$mode" = go ]; then
  "$@"
else
  rm -f "$pipe"
  mkfifo "$pipe"
  # Blocks until the bench, which saw the cut come to its end, opens the pipe: detection costs nothing.
  read -r _ <"$pipe"
  "$@"
fi
# The init starts a program again that ends; this one has done its work.
exec sleep 86400
