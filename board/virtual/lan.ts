// Makes the virtual LAN: one namespace per place, a switch (bridge), a cable (veth) to each. Called by world.ts.
// Everything is made inside the world's own namespaces: the host's interfaces are never touched.
import { ADDRESS, type Place, portOf, type WorldNames } from './names.js'
import { run } from './shell.js'

const PLACES: readonly Place[] = ['lan', 'a', 'b', 'c']

/** Build it. The boards' ports stay down: a cable has a link only when the board has power (cables.ts). */
export const makeLan = async (names: WorldNames): Promise<void> => {
  const lan = names.netns('lan')
  await run('ip', ['-batch', '-'], { input: PLACES.map(place => `netns add ${names.netns(place)}\n`).join('') })
  const cables = (['a', 'b', 'c'] as const).map(place => {
    const port = portOf(place)
    return [
      `link add ${port} type veth peer name eth0 netns ${names.netns(place)}`,
      `link set ${port} master switch`,
      ...(place === 'c' ? [`link set ${port} up`] : [])
    ].join('\n')
  })
  const lines = [
    'link add switch type bridge forward_delay 0 stp_state 0 mcast_snooping 0',
    'link set switch up',
    ...cables
  ]
  await run('ip', ['-n', lan, '-batch', '-'], { input: `${lines.join('\n')}\n` })
  const client = [
    'link set lo up',
    'link set eth0 up',
    `addr add ${ADDRESS.client}/24 dev eth0`,
    'addr add fd77::9/64 dev eth0 nodad'
  ]
  await run('ip', ['-n', names.netns('c'), '-batch', '-'], { input: `${client.join('\n')}\n` })
}
