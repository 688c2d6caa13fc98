// Faults in the words of whoever made them. Used by the stories of the fault table.
import type { OperatorRequest } from '../../../src/core/event.js'
import type { Trouble } from '../plan.js'

/** What an operator types. */
export const orderWords = (what: OperatorRequest): string => {
  switch (what.order) {
    case 'switchover':
      return `baton switchover ${what.group}`
    case 'mode':
      return `baton mode ${what.mode}${what.forMs > 0 ? ` --for ${what.forMs / 1000}s` : ''}`
    case 'fenceProve':
      return 'baton fence prove'
    case 'fenceOff':
      return 'baton fence off'
    case 'fenceOn':
      return 'baton fence on'
    case 'takeStale':
      return `baton take-stale ${what.group}`
    case 'discardCopy':
      return `baton discard-copy ${what.group}`
    case 'verify':
      return `baton disk verify ${what.group}`
    case 'confirm':
      return 'baton confirm'
    case 'recover':
      return what.home ? 'baton recover' : 'baton recover --stay'
    case 'restart':
      return 'systemctl restart batond'
    case 'leave':
      return 'baton leave'
  }
}

const DIRECTIONS: Readonly<Record<string, string>> = { a: 'from a to b', b: 'from b to a', ab: 'in both directions' }

/** `begins`: the fault begins; else it is mended. */
export const troubleWords = (trouble: Trouble, begins: boolean): string => {
  const say = (broken: string, mended: string): string => (begins ? broken : mended)
  switch (trouble.kind) {
    case 'powerCut':
      return say(`the wall plug of ${trouble.board} is pulled`, `the wall plug of ${trouble.board} is back`)
    case 'bothPowerCut':
      return say('the power of the whole room fails', 'the power of the room is back')
    case 'daemonCrash':
      return `the daemon of ${trouble.board} crashes`
    case 'hang':
      return trouble.scope === 'board'
        ? `${trouble.board} hangs: it has power, nothing on it runs`
        : `the daemon of ${trouble.board} hangs, its services run on`
    case 'panic':
      return `the kernel of ${trouble.board} panics and boots again`
    case 'linkCut': {
      const link = trouble.link === 'serial' ? 'serial cable' : 'Ethernet between the boards'
      return `the ${link} is ${say('cut', 'mended')} ${DIRECTIONS[trouble.from.join('')]}`
    }
    case 'allLinksCut':
      return `both links are ${say('cut', 'mended')} ${DIRECTIONS[trouble.from.join('')]}`
    case 'linkBad':
      return trouble.loss >= 1
        ? say(`noise on the ${trouble.link} link drowns every token of ${trouble.from}`, `the noise is over`)
        : say(
            `somebody replays every token of ${trouble.from} on the ${trouble.link} link, late`,
            'nothing is replayed any more'
          )
    case 'linkHeld':
      return say(
        `tokens of ${trouble.from} are held back on the ${trouble.link} link`,
        'what was held back arrives at once'
      )
    case 'foreignFrames':
      return say(
        `frames with a foreign key reach ${trouble.board} on the ${trouble.link} link`,
        'no more foreign frames come'
      )
    case 'harnessPulled':
      return `the harness of ${trouble.board} (its relay, sense and loop wires) is ${say('pulled', 'plugged in again')}`
    case 'loopCut':
      return `the loop wire of ${trouble.board} is ${say('cut', 'mended')}`
    case 'senseStuck':
      return say(
        `the sense wire of ${trouble.board} sticks at ${trouble.level ? 'on' : 'off'}`,
        `the sense wire of ${trouble.board} works again`
      )
    case 'senseBounce':
      return `the sense wire of ${trouble.board} bounces`
    case 'relayStuck':
      return say(`the relay of ${trouble.board} sticks`, `the relay of ${trouble.board} moves again`)
    case 'storeFails':
      return say(`the card of ${trouble.board} refuses to be written`, `the card of ${trouble.board} can be written`)
    case 'storeSlow':
      return `the card of ${trouble.board} is ${say('slow', 'quick again')}`
    case 'storeLost':
      return `the card of ${trouble.board} is swapped for ${trouble.rollBack ? 'an older one' : 'a blank one'}`
    case 'actionFails':
      return say(`${trouble.action} fails on ${trouble.board}`, `${trouble.action} works on ${trouble.board} again`)
    case 'actionHangs':
      return say(`${trouble.action} hangs on ${trouble.board}`, `${trouble.action} works on ${trouble.board} again`)
    case 'actionSlow':
      return `everything on ${trouble.board} is ${say('slow', 'quick again')}`
    case 'diskGone':
      return say(
        `the disk of ${trouble.group} vanishes from ${trouble.board}`,
        `the disk of ${trouble.group} is back on ${trouble.board}`
      )
    case 'diskReplaced':
      return say(
        `the disk of ${trouble.group} vanishes from ${trouble.board}`,
        `a new, empty disk stands in its place on ${trouble.board}`
      )
    case 'copiesParted':
      return `the copies of ${trouble.group} are ${say('parted', 'connected again')} by hand on ${trouble.board}`
    case 'replicationCut':
      return `the replication link is ${say('cut', 'mended')}`
    case 'serviceDies':
      return `a service of ${trouble.group} dies on ${trouble.board}`
    case 'lanDown':
      return `the LAN socket of ${trouble.board} ${say('goes dead', 'is alive again')}`
    case 'otherConfiguration':
      return say(
        `somebody gives ${trouble.board} another configuration (read at its next start)`,
        `${trouble.board} has the right configuration again (read at its next start)`
      )
    case 'button':
      return say(`the button of ${trouble.board} is pressed`, `the button of ${trouble.board} is let go`)
    case 'operator':
      return `an operator types at ${trouble.board}: ${orderWords(trouble.what)}`
  }
}
