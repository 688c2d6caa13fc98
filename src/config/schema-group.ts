// Options of a resource group: what moves together (disk, addresses, services) and how long each step may take.
import { choice, flag, integer, optional, perBoard, text, words } from './option.js'
import { absolutePath } from './schema-board.js'
import { cidr, interfaceName } from './schema-network.js'
import { list, section } from './section.js'

const address = section('One address that moves with the group.', {
  address: cidr('IPv4 or IPv6 with prefix length.'),
  interface: perBoard(interfaceName('The interface that carries it; one name, or {a: …, b: …}.'))
})

const attach = section('How the one disk comes to a board and leaves it (a USB disk has one host).', {
  by: choice({ doc: 'The GPIO USB switch of boards.X.pins, or two programs.', values: ['command', 'usbSwitch'] }),
  attach: optional(words({ doc: 'by: command. Brings the device here; ends with 0 when it is here.', program: true })),
  detach: optional(
    words({ doc: 'by: command. Lets the device go; ends with 0 when the peer may attach it.', program: true })
  )
})

const device = text({
  doc: 'shared: the file system: UUID=…, LABEL=… or an absolute path. mirrored: the disk or partition of a board that carries its copy, by a path that stays, as /dev/disk/by-partlabel/baton-data. One, or {a: …, b: …}.',
  pattern: /^(UUID=[0-9A-Fa-f-]{4,36}|LABEL=[^\s/]{1,16}|\/\S*[^\s/])$/,
  says: 'UUID=…, LABEL=… or an absolute path'
})

const disk = section('The disk of the group (ext4).', {
  kind: choice({
    doc: 'mirrored: a disk on each board, both kept equal over the network (see boards.X.replication). shared: one disk that moves between the boards by disk.attach.',
    values: ['mirrored', 'shared']
  }),
  device: perBoard(device),
  mountPoint: absolutePath('Where it is mounted.'),
  options: text({
    doc: 'Mount options, comma separated. noatime: reading must not write.',
    pattern: /^[\w=.,:-]{1,200}$/,
    says: 'mount options, comma separated',
    fallback: 'noatime'
  }),
  attach: optional(attach),
  replaced: choice({
    doc: 'mirrored: a blank disk stands where a copy was. ask: it is filled from the other copy when somebody orders it (`baton disk create`). auto: by itself.',
    values: ['ask', 'auto'],
    fallback: 'ask'
  }),
  verifyEveryDays: integer({
    doc: 'mirrored: both copies are compared block by block this often, from 02:00 to 05:00 by the clock of the board, while they serve; 0 = only by `baton disk verify`. 30: a disk that forgets is found before it is needed.',
    min: 0,
    max: 366,
    unit: 'days',
    fallback: 30
  }),
  killUsers: flag({
    doc: 'End processes that keep the mount busy (TERM, then KILL) before giving up. true: else one open shell blocks a switchover.',
    fallback: true
  }),
  probeEveryMs: integer({
    doc: 'The mounted disk is read this often. 5000: a vanished disk shows at once in most cases anyway.',
    min: 200,
    max: 600_000,
    fallback: 5000
  }),
  probeTimeoutMs: integer({
    doc: 'A read that takes longer failed. 10000: a sleeping disk needs several seconds to spin up.',
    min: 100,
    max: 600_000,
    fallback: 10_000
  })
})

const probe = section('How baton knows that a service works.', {
  kind: choice({
    doc: 'process: it lives (unit: active). tcp: connects to host:port. http: GET of a URL answers 2xx or 3xx. command: ends with 0.',
    values: ['tcp', 'http', 'command', 'process'],
    fallback: 'process'
  }),
  target: words({
    doc: 'tcp: host:port; http: the URL; command: program and arguments; process: nothing.',
    example: '127.0.0.1:80',
    fallback: []
  }),
  everyMs: integer({
    doc: 'Asked this often while the group is active. 2000: a failed service is restarted within seconds.',
    min: 100,
    max: 600_000,
    fallback: 2000
  }),
  timeoutMs: integer({
    doc: 'An answer that takes longer is a failure. 2000: also slow services answer in that time.',
    min: 50,
    max: 600_000,
    fallback: 2000
  })
})

const service = section('One service; services start in this order and stop in the opposite one.', {
  name: text({
    doc: 'Short name for messages.',
    pattern: /^[A-Za-z0-9._@-]{1,64}$/,
    says: '1..64 of letters, digits, . _ @ -'
  }),
  unit: optional(
    text({
      doc: 'A systemd unit; must not be enabled by itself.',
      pattern: /^[A-Za-z0-9:_.@\\-]{1,200}$/,
      says: "a unit's name, as smbd.service"
    })
  ),
  command: optional(
    words({ doc: 'Instead of unit: a program that stays in the foreground, supervised by baton.', program: true })
  ),
  user: optional(
    text({
      doc: 'command only: runs as this user. Without it as root.',
      pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
      says: "a user's name"
    })
  ),
  probe,
  stopSignal: choice({
    doc: 'command only: asks it to end. SIGKILL follows at the deadline.',
    values: ['SIGTERM', 'SIGINT', 'SIGQUIT'],
    fallback: 'SIGTERM'
  })
})

const loginGate = section(
  'Users may log in on the board where the group is active, and not on the other (root always may). {} takes all defaults.',
  {
    file: absolutePath(
      'The file that keeps users out while it is there; pam_nologin reads this one. Below /run: it must end with the boot. Groups that name the same file share it: logins are open while any of them is active on the board. /run/nologin: every login of a Debian asks for it.',
      '/run/nologin'
    ),
    message: optional(
      text({
        doc: 'One more line for whoever is turned away, as the name of the service.',
        pattern: /^[^\p{Cc}]{1,200}$/u,
        says: 'one line of at most 200 characters'
      })
    )
  }
)

const deadline = (doc: string, fallback: number) => integer({ doc, min: 100, max: 86_400_000, fallback })

const deadlines = section('The longest that each step may take; then it is killed and counts as failed (R10).', {
  attachMs: deadline('Attach or detach the device. 10000: USB enumeration takes two to five seconds.', 10_000),
  checkMs: deadline(
    'e2fsck -p. 600000: a full check of a large disk takes minutes; a journal replay less than a second.',
    600_000
  ),
  mountMs: deadline('Mount. 30000: replay of a large journal on a slow disk.', 30_000),
  unmountMs: deadline('Unmount, ending its users included. 15000: dirty pages of a Pi are written by then.', 15_000),
  addressMs: deadline('Set or remove the addresses. 5000: duplicate detection takes two seconds.', 5000),
  startMs: deadline('All services until their probes succeed. 60000: databases recover after a power cut.', 60_000),
  stopMs: deadline(
    'All services until they have ended, SIGKILL included. 20000: they should write, not be killed.',
    20_000
  ),
  inspectMs: deadline('One look at everything that the group may hold. 10000: only a hung disk takes longer.', 10_000)
})

/** One item of `groups`. */
export const groupSection = section('A resource group: disk, addresses and services that move together.', {
  name: text({ doc: 'Its name.', pattern: /^[a-z0-9-]{1,32}$/, says: '1..32 of a-z, 0-9 and -' }),
  home: choice({
    doc: 'The board where it prefers to run. a: any fixed choice will do.',
    values: ['a', 'b'],
    fallback: 'a'
  }),
  failback: choice({
    doc: 'Go home by itself when the home board is fit again, or by `baton switchover`. manual: each move is an interruption, let somebody choose the hour.',
    values: ['manual', 'auto'],
    fallback: 'manual'
  }),
  failbackAfterMs: integer({
    doc: 'failback: auto. The home board must have been fit this long. 300000: a board that fails again does so in its first minutes.',
    min: 1000,
    max: 86_400_000,
    fallback: 300_000
  }),
  restartsMax: integer({
    doc: 'Restarts of a failed service within restartWindowMs before the group moves. 2: a third failure is no accident.',
    min: 0,
    max: 100,
    unit: '',
    fallback: 2
  }),
  restartWindowMs: integer({
    doc: 'See restartsMax. 300000: five minutes.',
    min: 1000,
    max: 86_400_000,
    fallback: 300_000
  }),
  disk: optional(disk),
  addresses: list('Addresses that move with it.', address, 0, 8),
  services: list('Services that run where the group is active.', service, 0, 16),
  loginGate: optional(loginGate),
  deadlines
})
