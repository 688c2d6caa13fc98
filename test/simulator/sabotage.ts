// Broken cores for the check on the checker: wrappers around the shipped one, each of which forgets one rule. Used by tests only.
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { Token } from '../../src/core/types.js'
import type { CoreModule, CoreState } from './core-module.js'

type Step = CoreModule['step']

const wrap = (core: CoreModule, around: (step: Step) => Step): CoreModule => ({ ...core, step: around(core.step) })

/** R3 gone: the peer counts as off as soon as the relay is driven, whatever sense and loop say. */
export const ignoresSense = (core: CoreModule): CoreModule =>
  wrap(core, step => (state, event, now) => {
    if (event.kind === 'senseChanged' || event.kind === 'loopChanged') return step(state, { kind: 'tick' }, now)
    if (event.kind !== 'relayDriven' || !event.on) return step(state, event, now)
    return [...step(state, { kind: 'senseChanged', on: false }, now), ...step(state, event, now)]
  })

/** R5 gone: every record counts as durable at once. */
export const claimsBeforeStoring = (core: CoreModule): CoreModule =>
  wrap(core, step => {
    const eager = (state: CoreState, event: CoreEvent, now: number): readonly Effect[] => {
      const effects = step(state, event, now)
      const more = effects.flatMap(effect =>
        effect.kind === 'storeState'
          ? eager(state, { kind: 'stateStored', store: effect.store, wallSeconds: 1_700_000_000 }, now)
          : []
      )
      return more.length === 0 ? effects : [...effects, ...more]
    }
    return (state, event, now) =>
      event.kind === 'stateStored' ? step(state, { kind: 'tick' }, now) : eager(state, event, now)
  })

const asReleased = (token: Token): Token => ({
  ...token,
  groups: token.groups.map(group => (group.role === 'releasing' ? { ...group, role: 'standby' } : group))
})

/** R6 gone: "standby" is said while the group is still being released. */
export const saysReleasedTooSoon = (core: CoreModule): CoreModule =>
  wrap(
    core,
    step => (state, event, now) =>
      step(state, event, now).map(effect =>
        effect.kind === 'sendToken' ? { ...effect, token: asReleased(effect.token) } : effect
      )
  )

/** R2 gone: whatever the peer says, it is heard as granting everything. */
export const hearsGrants = (core: CoreModule): CoreModule =>
  wrap(core, step => (state, event, now) => {
    if (event.kind !== 'tokenReceived') return step(state, event, now)
    const groups = event.token.groups.map(group => ({ ...group, grant: group.epoch.number + 1 }))
    return step(state, { ...event, token: { ...event.token, groups } }, now)
  })

/** R4 gone: a pair that was never drilled believes that it was. */
export const believesProof = (core: CoreModule): CoreModule => ({
  ...core,
  createCore: (settings, boot, now) => {
    const proof = { wiring: settings.wiring.fingerprint, wallSeconds: 0, bySense: settings.wiring.sense }
    return core.createCore(
      settings,
      boot.durable === null ? boot : { ...boot, durable: { ...boot.durable, proof } },
      now
    )
  }
})

/** R14 gone: whatever was ordered or stored, the mode is auto. */
export const knowsOnlyAuto = (core: CoreModule): CoreModule =>
  wrap(core, step => (state, event, now) => {
    const effects = step(state, event, now)
    const held = state as { durable?: { mode: string } }
    const durable = held.durable
    if (durable === undefined || durable.mode === 'auto') return effects
    // The record keeps the mode that the world sees; the core's own copy forgets it.
    held.durable = { ...durable, mode: 'auto' }
    return effects
  })
