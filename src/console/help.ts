// The pages of `baton help`. Words only.

export const USAGE = `usage: baton COMMAND [options]

  status [--json] [--watch]        one screen: who serves, links, fence, what would happen
  switchover GROUP                 move a group to the other board, in order
  mode auto|manual|maintenance     who decides about takeovers; --for 2h: until then
  fence prove                      cut the peer's power once to prove that it works (R4)
  fence off|on                     peer's power off until \`fence on\`; or on again
  confirm                          you have looked: the peer IS off, take over (R2c)
  recover [--plan] [--stay]        back to normal, step by step; --plan: only show what stands
                                   in the way; --stay: groups stay on the board where they run
  events [-f] [-n N]               what happened; -f: and what happens now;
         [--alarms | --pair]       only alarms, kept longer; both boards' in one order
  report [N] [--list] [--json]     each takeover and switchover: what, why, how long;
         [--pair]                  the other board's, too
  network                          interfaces, addresses, cables, links, the other board's view
  shutdown                         leave in order, then switch this board off
  console                          menu and orders on this terminal, for a serial port
  trace [FILE]                     save what the daemon saw and decided lately, for \`npm run replay\`
  check-config FILE [--board a|b]  check a configuration, no daemon needed
  notice [--config FILE]           do the notices arrive? each channel's last outcome
  notice test [CHANNEL]            send one test message, and what the server said
  init [--config FILE] [--board a|b] [--new-key]
                                   make a new board's first record; --new-key: and the pair's key
  help, --version

  --yes            do it without asking (what asks first: switchover, shutdown, …)
  --socket PATH    the daemon's socket (default: BATON_SOCKET, else /run/baton/baton.sock)

exit code: 0 done, 1 refused or failed, 2 wrong command line, 3 daemon not reachable,
           4 wrong configuration or key`
