// Which group's disk a person means: the only one of its kind, the one that was named, or the one that is typed when asked. Used by `baton disk`.
import type { Config, GroupConfig } from '../config/types.js'
import { GROUP_ASKED } from './as-root.js'
import type { Terminal } from './terminal.js'

/** The group that is meant: the only one whose disk is of that kind, or the one of that name. */
export const groupOf = (
  { groups }: Config,
  name: string | undefined,
  kind: 'shared' | 'mirrored'
): GroupConfig | string => {
  const other = groups.find(group => group.name === name && group.disk !== null && group.disk.kind !== kind)
  const order = kind === 'shared' ? 'prepare' : 'create'
  if (other !== undefined)
    return `the disk of ${name} is ${other.disk?.kind}: \`baton disk ${order === 'create' ? 'prepare' : 'create'} ${name}\``
  const withDisk = groups.filter(({ disk }) => disk?.kind === kind)
  const [only] = withDisk
  if (name === undefined && only !== undefined && withDisk.length === 1) return only
  const names = withDisk.map(group => group.name).join(', ')
  if (names === '')
    return groups.some(({ disk }) => disk !== null)
      ? `no group has a ${kind} disk: for those of the configuration there is \`baton disk ${kind === 'shared' ? 'create' : 'prepare'}\``
      : 'no group of the configuration has a disk'
  return withDisk.find(group => group.name === name) ?? `which group? Name one of those with a ${kind} disk: ${names}`
}

/** The same; where several could be meant a person is asked. `pipe`: the name was typed at the other end, and comes as an answer. */
export const chooseGroup = async (
  config: Config,
  { group, pipe, yes }: { readonly group: string | undefined; readonly pipe: boolean; readonly yes: boolean },
  kind: 'shared' | 'mirrored',
  terminal: Terminal
): Promise<GroupConfig | string> => {
  const came = pipe && group === undefined ? await terminal.ask(GROUP_ASKED) : (group ?? '')
  if (came === null) return 'nothing was done'
  if (came !== '') return groupOf(config, came, kind)
  const found = groupOf(config, undefined, kind)
  const several = config.groups.filter(({ disk }) => disk?.kind === kind).length > 1
  if (typeof found !== 'string' || !several || !terminal.askable || yes) return found
  terminal.complain(found)
  const typed = ((await terminal.ask('Group (Enter alone: do nothing): ')) ?? '').trim()
  return typed === '' ? 'nothing was done' : groupOf(config, typed, kind)
}
