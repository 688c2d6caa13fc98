// The configuration that lies on every fresh card, made fit for boards that are twenty times slower than a Pi: longer times, no
// watchdog, and beside its own service one that acknowledges what it wrote. All else stays as the shop owner has it. Pure.
import { type Document, isMap, isSeq, parseDocument } from 'yaml'
import type { Options } from '../../board/virtual/lab-config.js'
import { BOARDS, SERVICE_PORT } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import { DEADLINES, PROBE_TIMES, RIG_TIMING, SERVICE_PROBE } from './configuration.js'

export interface SlowDown {
  /** What each board calls its Ethernet interface; the card's file has that of a real Pi. */
  readonly lan: Readonly<Record<BoardId, string>>
  /** Text of the data logger: a blank disk has no room for a program before it is prepared. */
  readonly logger: string
}

const LAN = 'eth0'
/** A blank disk is waited for in vain on both boards, one after the other, before it is prepared. */
const ATTACH_MS = 120_000

const isOptions = (value: Options[string]): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const setAll = (document: Document, path: readonly (string | number)[], options: Options): void => {
  for (const [name, value] of Object.entries(options)) {
    if (isOptions(value)) setAll(document, [...path, name], value)
    else document.setIn([...path, name], value)
  }
}

/** The probes of its own services, too, are asked by a slow board. */
const calmProbes = (document: Document, group: readonly (string | number)[]): void => {
  const services = document.getIn([...group, 'services'])
  if (!isSeq(services)) return
  services.items.forEach((_, i) => {
    const probe = [...group, 'services', i, 'probe']
    if (isMap(document.getIn(probe))) setAll(document, probe, SERVICE_PROBE)
  })
}

/** Another adapter than that of a Pi may have another name, and on each board its own one. */
const nameInterfaces = (
  document: Document,
  group: readonly (string | number)[],
  lan: Readonly<Record<BoardId, string>>
): void => {
  if (BOARDS.every(board => lan[board] === LAN)) return
  for (const board of BOARDS) document.setIn(['boards', board, 'lan'], lan[board])
  const addresses = document.getIn([...group, 'addresses'])
  if (!isSeq(addresses)) return
  addresses.items.forEach((_, i) => {
    document.setIn([...group, 'addresses', i, 'interface'], { a: lan.a, b: lan.b })
  })
}

/** `text`: `baton.yaml` of a fresh card. Throws where it is not one that works as it is. */
export const slowConfiguration = (text: string, { lan, logger }: SlowDown): string => {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw new Error(`baton.yaml of the card cannot be read: ${error.message}`)
  if (!isMap(document.contents))
    throw new Error('baton.yaml of the card holds nothing: it is not one that works as it is')
  const group = ['groups', 0]
  if (!isMap(document.getIn(group))) throw new Error('baton.yaml of the card has no group')
  const mountPoint = document.getIn([...group, 'disk', 'mountPoint'])
  if (typeof mountPoint !== 'string') throw new Error('the group in baton.yaml of the card has no disk')
  setAll(document, [], RIG_TIMING)
  setAll(document, [...group, 'deadlines'], { ...DEADLINES, attachMs: ATTACH_MS })
  setAll(document, [...group, 'disk'], PROBE_TIMES)
  calmProbes(document, group)
  for (const board of BOARDS) document.deleteIn(['boards', board, 'watchdog'])
  nameInterfaces(document, group, lan)
  document.addIn([...group, 'services'], {
    name: 'logger',
    command: ['/usr/bin/perl', '-e', logger, `${mountPoint}/numbers`, String(SERVICE_PORT)],
    probe: { kind: 'tcp', target: [`127.0.0.1:${SERVICE_PORT}`], ...SERVICE_PROBE }
  })
  return document.toString({ lineWidth: 0 })
}
