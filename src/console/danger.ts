// What an order will do, in words for the person who gives it, where a mistake would hurt. Pure.
import type { OperatorRequest } from '../runtime/status.js'
import { durationText } from './duration.js'

/** null = harmless, no question is asked. */
export const dangerOf = (what: OperatorRequest): string | null => {
  switch (what.order) {
    case 'switchover':
      return `This moves ${what.group} to the other board: its services stop here or there and start on the other side; users are cut off for that time.`
    case 'fenceProve':
      return 'This CUTS THE POWER OF THE OTHER BOARD for some seconds, to prove that fencing works. Its groups must be here first; nothing that it serves survives.'
    case 'fenceOff':
      return 'This CUTS THE POWER OF THE OTHER BOARD and leaves it off until `baton fence on`. What it serves stops.'
    case 'confirm':
      return 'You vouch that the other board is OFF: look at it, pull its plug. This board then takes over what it held. If it is still running, BOTH WRITE TO THE DISK AND DATA IS LOST. Good for 60 seconds and one takeover.'
    case 'mode':
      if (what.mode !== 'maintenance') return null
      return `In maintenance NOTHING is taken over and nothing is restarted by itself, ${what.forMs === 0 ? 'until `baton mode auto`' : `for ${durationText(what.forMs)}`}. If a board fails, its services stay down.`
    case 'leave':
      return 'This board gives away everything that it holds, and its daemon ends.'
    case 'fenceOn':
    case 'recover':
    case 'restart':
      return null
  }
}
