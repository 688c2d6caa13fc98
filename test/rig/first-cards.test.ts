// A small image, made by mtools as a real one is written, and the cards that come from it.
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { run } from '../../board/virtual/shell.js'
import { readFat, readPartitions } from './card.js'
import { makeFirstCards } from './first-cards.js'
import { type RigNames, rigNames } from './names.js'

const YAML = `# <== where your users find it
pair: baton
groups: [{name: main, disk: {mountPoint: /srv/data}, services: []}]
boards: {a: {lan: eth0, watchdog: /dev/watchdog}, b: {lan: eth0}}
`
const FILES = {
  'config.txt': 'kernel=kernel.img\n',
  'cmdline.txt': 'console=ttyS1 net.ifnames=0\n',
  'kernel.img': 'a kernel\n',
  'bcm2837-rpi-3-b.dtb': 'a device tree\n'
}

describe('the first two cards', () => {
  let directory = ''
  let names: RigNames
  const makeImage = async (files: Readonly<Record<string, string>>): Promise<string> => {
    const image = join(directory, 'image.img')
    await writeFile(image, '')
    await truncate(image, 40 * 1024 * 1024)
    await run('sfdisk', ['-q', image], { input: 'label: dos\n2048,,c\n' })
    const fat = `${image}@@${2048 * 512}`
    await run('mformat', ['-i', fat, '-F', '-T', String((40 * 1024 * 1024) / 512 - 2048), '::'])
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(directory, 'file'), text)
      await run('mcopy', ['-i', fat, join(directory, 'file'), `::${name}`])
    }
    return image
  }
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-first-'))
    const made = rigNames('abcdef', 'none')
    const cards = join(directory, 'cards')
    mkdirSync(cards)
    names = { ...made, dir: directory, cards, world: { ...made.world, image: join(cards, 'disk.img') } }
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const make = async (files: Readonly<Record<string, string>>) =>
    makeFirstCards(names, { image: await makeImage(files), kernelWords: [], tell: () => undefined })

  it('both are the same bytes, with the configuration of the image made slow, and nothing of a person on them', async () => {
    const { cards, boot, sshKey } = await make({ ...FILES, 'baton.yaml': YAML })
    equal(readFileSync(cards.a.path).equals(readFileSync(cards.b.path)), true)
    const text = await readFat(cards.b, 'baton.yaml')
    match(text, /# <== where your users find it/)
    const { groups, boards } = parse(text)
    equal(groups[0].services[0].name, 'logger')
    deepEqual([boards.a.watchdog, boards.a.lan, boards.b.lan], [undefined, 'eth0', 'eth0'])
    for (const name of ['board', 'key', 'authorized_keys']) equal(await readFat(cards.b, name), '')
    deepEqual([sshKey, boot.a], [null, boot.b])
    match(boot.a.commandLine, /net\.ifnames=0 maxcpus=1 /)
    equal((await readPartitions(cards.b.path)).length, 1)
  })

  it('an image without a configuration that works as it is, or with a letter on it, is refused', async () => {
    await rejects(make(FILES), /holds nothing/)
    await rejects(make({ ...FILES, 'baton.yaml': YAML, board: 'a\n' }), /carries a file `board`/)
  })
})
