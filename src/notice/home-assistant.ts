// What Home Assistant is told so that it shows a board by itself (MQTT discovery), and the state that it then reads. Pure.
import type { DaemonStatus } from '../runtime/status.js'
import type { Sender } from './notice.js'

/** One retained message; `topic` is complete. */
export interface Retained {
  readonly topic: string
  readonly payload: string
}

/** What stands in TOPIC/PAIR/BOARD/state; small, and without times, so that it changes only when something did. */
export const stateOf = (status: DaemonStatus) => ({
  pair: status.core.pair,
  mode: status.core.mode,
  peer: status.core.peer.heard ? 'heard' : 'silent',
  problem: status.core.warnings.length > 0 ? 'ON' : 'OFF',
  warnings: status.core.warnings.slice(0, 10).map(text => text.slice(0, 200)),
  ifPeerDied: status.core.ifPeerDied.slice(0, 200),
  groups: Object.fromEntries(status.core.groups.map(({ name, role }) => [name, role])),
  version: status.version
})

const idPart = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_')

/** Discovery of one board: whether something is wrong, how the pair is, and each group's role. */
export const discoveryOf = (
  sender: Sender,
  base: string,
  prefix: string,
  groups: readonly string[]
): readonly Retained[] => {
  const node = `baton_${idPart(sender.pair)}_${sender.board}`
  const device = { identifiers: [node], name: `baton ${sender.pair} board ${sender.board}`, manufacturer: 'baton' }
  const common = {
    state_topic: `${base}/state`,
    availability_topic: `${base}/online`,
    payload_available: 'online',
    payload_not_available: 'offline',
    device,
    origin: { name: 'baton' }
  }
  const entity = (kind: string, key: string, name: string, more: object): Retained => ({
    topic: `${prefix}/${kind}/${node}/${key}/config`,
    payload: JSON.stringify({ ...common, name, unique_id: `${node}_${key}`, ...more })
  })
  const sensor = (key: string, name: string, template: string): Retained =>
    entity('sensor', key, name, { value_template: `{{ ${template} }}` })
  return [
    entity('binary_sensor', 'problem', 'problem', {
      device_class: 'problem',
      value_template: '{{ value_json.problem }}',
      json_attributes_topic: `${base}/state`,
      json_attributes_template:
        '{{ {"warnings": value_json.warnings, "if peer died": value_json.ifPeerDied} | tojson }}'
    }),
    sensor('pair', 'pair', 'value_json.pair'),
    sensor('mode', 'mode', 'value_json.mode'),
    sensor('peer', 'peer', 'value_json.peer'),
    ...groups.map(group => sensor(`group_${idPart(group)}`, `group ${group}`, `value_json.groups['${group}']`))
  ]
}
