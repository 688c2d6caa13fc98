// The login gate: users are let in only where the group is served, and are kept out before its services are stopped. No rule of safety (it
// guards no disk), yet a promise to people.
import type { BoardId, Token } from '../../../src/core/types.js'
import type { World } from '../world.js'
import type { Invariant } from './invariant.js'

/** Open, and nobody is about to close it. */
const isOpen = (world: World, board: BoardId, group: string): boolean => {
  const { soc } = world.boards[board]
  const moving = [...(soc?.jobs ?? [])].some(job => job.group === group && job.action.endsWith('Logins'))
  return soc?.holdings.get(group)?.logins === true && !moving
}

/** A board that stands by lets nobody in. */
const standsOpen = (world: World, board: BoardId, token: Token): string | null => {
  const at = token.groups.findIndex(
    ({ role }, index) => role === 'standby' && isOpen(world, board, world.groups[index] ?? '')
  )
  return at < 0 ? null : `board ${board} stands by for ${world.groups[at]} and lets users in`
}

export const createLoginGate = (): Invariant => ({
  rule: 'login gate',
  says: 'logins open behind the services and close before them',
  assumes: [],
  checks: {
    effect: (world, _past, { board, effect }) => {
      if (effect.kind === 'sendToken') return standsOpen(world, board, effect.token)
      if (effect.kind !== 'runAction') return null
      const { daemon, troubles } = world.boards[board]
      const gated = daemon?.settings.groups.some(({ name, loginGate }) => name === effect.group && loginGate) ?? false
      if (effect.action === 'openLogins' || effect.action === 'closeLogins')
        return gated ? null : `board ${board} moves a login gate of ${effect.group} that it has not`
      const open = isOpen(world, board, effect.group)
      if (effect.action === 'stopServices' && open && troubles.actionHangs.length === 0)
        return `board ${board} stops the services of ${effect.group} while users may still log in`
      return null
    }
  }
})
