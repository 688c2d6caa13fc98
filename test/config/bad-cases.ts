// Files that are wrong in one place each: what is wrong, the text of the right file, and what stands there instead.
// The messages that they must give are in bad-input.golden.txt.

export const CASES: readonly (readonly [title: string, from: string, to: string])[] = [
  ['a number below its range', 'intervalMs: 100', 'intervalMs: 5'],
  ['a number above its range', 'deadMs: 1000', 'deadMs: 99999'],
  ['a number in quotes', 'intervalMs: 100', "intervalMs: '100'"],
  ['a number with a unit', 'intervalMs: 100', 'intervalMs: 100ms'],
  ['a fraction', 'intervalMs: 100', 'intervalMs: 99.5'],
  ['infinity', 'intervalMs: 100', 'intervalMs: .inf'],
  ['an empty option', 'intervalMs: 100', 'intervalMs:'],
  ['a mistyped option', 'intervalMs: 100', 'intervallMs: 100'],
  ['a mistyped section', 'fence:', 'fense:'],
  ['an option in the wrong place', 'pair: shop', 'pair: shop\nkangaroo: 1'],
  ['a mistyped option in a list', '        unit: smbd', '        unitt: smbd'],
  ['the name of the prototype', 'pair: shop', 'pair: shop\n__proto__: {by: none}'],
  ['a section that is a word', 'watchdog:\n  feedMs: 1000', 'watchdog: yes'],
  ['an unknown word', 'by: relay', 'by: magic'],
  ['a missing option', '    kind: rpi-3b\n', ''],
  ['a missing list', 'groups:', 'x-groups:'],
  ['a pin that is pulled up at boot', 'relay: 17', 'relay: 4'],
  ['two uses of one pin', 'sense: 22', 'sense: 17'],
  ['a light on the pin of the relay', 'loop: 23}', 'loop: 23, panel: {active: 5, fault: 17}}'],
  ['a button that is a light, too', 'loop: 23}', 'loop: 23, panel: {active: 5, button: 5}}'],
  ['a relay on one board only', '{relay: 18, sense: 24, loop: 25}', '{sense: 24, loop: 25}'],
  ['a sense line on one board only', '{relay: 18, sense: 24, loop: 25}', '{relay: 18}'],
  ['a relay that nothing uses', 'by: relay', 'by: none'],
  ['agents that are not listed', 'by: relay', 'by: agent'],
  ['an empty pin', 'loop: 23}', 'loop: }'],
  ['a word that is no pin', 'loop: 23}', 'loop: off}'],
  ['standard pins that are no flag', 'relay: 17, sense: 22, loop: 23', 'standard: rpi-3b'],
  [
    'standard pins on a board whose peer has no sense line',
    'relay: 18, sense: 24, loop: 25',
    'standard: true, sense: none'
  ],
  ['a line on the strap of the standard wiring', 'relay: 17, sense: 22, loop: 23', 'standard: true, relay: 25'],
  ['a line on another one of the standard wiring', 'relay: 17, sense: 22, loop: 23', 'standard: true, loop: 12'],
  ['standard pins without the loop on one board', 'relay: 17, sense: 22, loop: 23', 'standard: true, loop: none'],
  ['a cable with one end', '    serial: /dev/ttyUSB1\n', ''],
  ['the same link address twice', '10.0.0.2', '10.0.0.1 # both'],
  ['an address without prefix length', '10.1.0.50/24', '10.1.0.50'],
  ['an impossible address', '10.1.0.50/24', '10.1.0.350/24'],
  ['a prefix length too long', '10.1.0.50/24', '10.1.0.50/33'],
  [
    'an own address that moves with a group',
    '    ethernet: 10.0.0.2',
    '    lan: eth0\n    network: {address: 10.1.0.50/16}\n    ethernet: 10.0.0.2'
  ],
  [
    'an own address without an interface',
    '    ethernet: 10.0.0.2',
    '    network: {address: 10.0.0.2/24}\n    ethernet: 10.0.0.2'
  ],
  [
    'a router outside the network',
    '    ethernet: 10.0.0.2',
    '    lan: eth0\n    network: {address: 10.0.0.2/24, gateway: 10.0.1.1}\n    ethernet: 10.0.0.2'
  ],
  ['an address that is a link address', '10.1.0.50/24', '10.0.0.1/24'],
  ['a mirrored disk with attach', 'kind: shared', 'kind: mirrored'],
  [
    'a data link on the address of the token link',
    '    ethernet: 10.0.0.2',
    '    replication: {address: 10.0.0.2/24, interface: eth0}\n    ethernet: 10.0.0.2'
  ],
  [
    'a shared disk without attach',
    '      attach:\n        by: command\n        attach: [/usr/bin/true]\n        detach: [/usr/bin/true]\n',
    ''
  ],
  [
    'a login gate on the disk of the group',
    '        unit: smbd.service',
    '        unit: smbd.service\n    loginGate: {file: /srv/data/nologin}'
  ],
  ['attach without detach', '        detach: [/usr/bin/true]\n', ''],
  ['a program without a path', 'attach: [/usr/bin/true]', 'attach: [true.sh]'],
  ['a device for one board only', 'device: {a: /dev/sda1, b: /dev/sdb1}', 'device: {a: /dev/sda1}'],
  ['a relative mount point', '/srv/data', 'srv/data'],
  ['a service with neither unit nor command', '        unit: smbd.service\n', ''],
  [
    'a service with both unit and command',
    'unit: smbd.service',
    'unit: smbd.service\n        command: [/usr/bin/true]'
  ],
  ['a probe without its target', 'unit: smbd.service', 'unit: smbd.service\n        probe: {kind: tcp}'],
  [
    'a probe of a port that cannot be',
    'unit: smbd.service',
    "unit: smbd.service\n        probe: {kind: tcp, target: '127.0.0.1:65536'}"
  ],
  ['a group with a name in capitals', 'name: files', 'name: Files'],
  ['a dead time of fewer than three intervals', 'intervalMs: 100', 'intervalMs: 400'],
  ['a head start that is too short for the sense line', 'headStartMs: 1500', 'headStartMs: 720'],
  ['a watchdog that is fed too seldom', 'feedMs: 1000', 'feedMs: 4000'],
  ['a token interval that fills the serial line', 'pair: shop', 'pair: shop\nserial: {baud: 9600}'],
  ['a word instead of true', 'kind: shared', 'kind: shared\n      killUsers: on'],
  ['a channel without its section', 'pair: shop', `pair: shop\nnotices:\n  channels:\n    - {name: mail, kind: email}`],
  [
    'a channel with a section of another kind',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: wall, kind: console, webhook: {url: "https://example.org/x"}}`
  ],
  [
    'two channels of one name',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: wall, kind: console}\n    - {name: wall, kind: console}`
  ],
  [
    'a mail address that is none',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: mail, kind: email, email: {server: mail, from: box@example.org, to: [admin]}}`
  ],
  [
    'a mail password in the clear',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: mail, kind: email, email: {server: mail, security: none, user: box, from: b@c.org, to: d@e.org}}`
  ],
  [
    'a token in the clear',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: hook, kind: webhook, webhook: {url: "http://example.org/{secret}", secret: url}}`
  ],
  [
    'a secret in the URL that nobody names',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: hook, kind: webhook, webhook: {url: "https://example.org/{secret}"}}`
  ],
  [
    'a password in a URL',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: hook, kind: webhook, webhook: {url: "https://me:hidden@example.org/"}}`
  ],
  [
    'a password in the URL of a broker',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: bus, kind: mqtt, mqtt: {url: "mqtt://me:hidden@broker"}}`
  ],
  [
    'a code that cannot be',
    'pair: shop',
    `pair: shop\nnotices:\n  channels:\n    - {name: wall, kind: console, codes: [Peer Lost]}`
  ],
  ['quiet hours that are a whole day', 'pair: shop', `pair: shop\nnotices: {quiet: 07:00-07:00}`]
]
