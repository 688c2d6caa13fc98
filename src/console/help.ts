// The pages of `baton help`. Words only.

export const USAGE = `usage: baton COMMAND [options]

  status [--json] [--watch]  one screen: who serves, what is wrong
  switchover GROUP           move a group to the other board, in order
  mode auto|manual|maintenance  who decides; --for 2h: until then
  fence prove                cut the peer's power once: does it work? (R4)
  fence off|on               peer's power off until \`fence on\`; or on again
  confirm                    you have looked: the peer IS off, take over (R2c)
  take-stale GROUP           mirrored disk: go on with this board's copy, though
                             it may lack what the other board wrote last (R7)
  discard-copy GROUP         mirrored disk: give up this board's copy; what
         [--archive DIR]     changed on it since they parted is packed first
         [--since WHEN]      where you say (--no-archive: not)
  recover [--plan] [--stay]  back to normal, in steps; --plan: only show what
                             stands in the way; --stay: groups move nowhere
  events [-f] [-n N]         what happened; -f: and what happens now;
         [--alarms | --pair] only alarms, kept longer; both boards' in one order
  report [N] [--list]        each takeover and switchover: what, why, how long;
         [--json] [--pair]   look on both boards, not on this one alone
  network                    interfaces, cables, links, the other board's view
  shutdown                   leave in order, then switch this board off
  console                    menu and orders on this terminal or serial port
  trace [FILE]               save what the daemon saw, for \`npm run replay\`
  check-config FILE [--board a|b]  check a configuration, no daemon needed
         [--networkd FILE]   and write what systemd-networkd makes of it
  notice [--config FILE]     do the notices arrive? each channel's last outcome
  notice test [CHANNEL]      send one test message, and what the server said
  notice check FILE          is this a right file of secrets? Shows none of it
  board test [--only PARTS]  is all wired right? Looks at each line; at last
         [--json] [--cut b]  cuts the other board's power if you agree (--cut:
         [--answer]          you do); --answer: help the other end test its link
  board letter               a or b, as the strap says it
  disk list                  disks that could be a group's, and what is on them
  disk prepare [GROUP]       make an ext4 on the blank one; what holds data only
         [--serial NUMBER]   by its serial number, and after a yes
  disk create [GROUP]        mirrored disk: make both boards' disks ready, the
         [--serial a:X,b:Y]  first copy and its ext4; a replaced disk, too;
         [--keep]            --keep: this board's ext4 becomes the first copy
  disk compare [GROUP]       after a split brain: what changed on each copy
         [--since WHEN]      since they parted (3h, "2026-11-20 19:00")
  disk verify [GROUP]        compare both copies of a mirrored disk while it is
                             served; what differs is copied anew
  setup                      from an installed board to a pair that is ready:
                             asks, skips what is done, leads through the rest
  init [--config FILE] [--board a|b] [--new-key]
                             make a new board's first record; and the pair's key
  pair [--serial DEVICE] [--board a|b] [--config FILE]
                             on both boards: one key for the pair, made over the
                             serial cable; compare the code (R4: proof is void)
                             and what is served goes on; mode maintenance first
  unpair                     take the key away from this board
  replace [--serial DEVICE]  on the board that goes on alone: takes a fresh card
                             or board into the pair, step by step
  help, --version

  --yes          do it without asking (switchover, shutdown, confirm, …)
  --socket PATH  the daemon's socket (BATON_SOCKET, else /run/baton/baton.sock)
  --config FILE  (BATON_CONFIG, else /etc/baton/baton.yaml)

exit code: 0 done, 1 refused or failed, 2 wrong command line,
           3 daemon not reachable, 4 wrong configuration or key`
