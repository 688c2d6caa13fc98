// Scenarios: a set-up that meets a disk with data, or a board that is not new.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { otherBoard } from '../../../src/core/types.js'
import { BOARDS } from '../names.js'
import { atTerminal, blankDisk, runOn, takeOutOfTheBox } from '../new-pair.js'
import { becomesReady, begin, LONG_MS, marked, NEW, prove, withLeads } from '../pair-story.js'
import { defineScenarios } from '../scenario.js'
import { run } from '../shell.js'
import type { World } from '../world.js'

const hashOf = (world: World): string => createHash('sha256').update(readFileSync(world.names.image)).digest('hex')

const fillDisk = async (world: World): Promise<void> => {
  await blankDisk(world)
  // Somebody's: a swap signature, and something behind it.
  await run('mkswap', [world.names.image])
  const handle = await open(world.names.image, 'r+')
  await handle.write(Buffer.from("somebody's only photograph\n"), 0, 27, 9_000_000)
  await handle.sync()
  await handle.close()
}

export const setupFaultScenarios = defineScenarios([
  {
    name: 'pair-disk-with-data',
    title:
      'a disk that holds anything is not touched by the set-up, and is made anew only by its serial number and a yes',
    ...NEW,
    prepare: async world => {
      takeOutOfTheBox(world)
      await fillDisk(world)
    },
    run: async context => {
      const { expect, serving, waitFor, world } = context
      const before = hashOf(world)
      const leads = await begin(context)
      await withLeads(leads, context, async () => {
        const found = await waitFor(
          'a lead says that the disk is not touched',
          async () => BOARDS.find(board => /is not touched/.test(leads.said(board)) && world.usb.at === board),
          LONG_MS
        )
        await context.staysTrue('the disk is as it was', () => hashOf(world) === before, 8000)
        const refused = await runOn(world, found, ['disk', 'prepare', '--yes'])
        expect(
          refused.code === 1 && /swap/.test(refused.text),
          `it is refused without its serial number: ${refused.text}`
        )
        const wrong = await runOn(world, found, ['disk', 'prepare', '--serial', 'another', '--yes'])
        expect(wrong.code === 1 && hashOf(world) === before, `another serial number is none: ${wrong.text}`)
        await atTerminal(world, found, ['disk', 'prepare'], async ({ answer, expect: see }) => {
          await see(/Serial number.*: $/, LONG_MS)
          await answer(world.names.image, /IS LOST[\s\S]*Type yes to do it: $/, LONG_MS)
          await answer('yes', /is prepared/, LONG_MS)
        })
        await serving(found, LONG_MS)
        const first = await prove(context)
        await prove(context, [otherBoard(first)])
        await becomesReady(context, leads)
      })
    }
  },
  {
    name: 'pair-with-a-survivor',
    title:
      'a new board that is paired with one that is not being set up does nothing by itself, and leaves the disk alone',
    ...NEW,
    // Nobody serves here; an ext4 for the judge of the disk.
    mend: async world => {
      await run('mke2fs', ['-q', '-F', '-t', 'ext4', world.names.image])
    },
    run: async context => {
      const { waitFor, world } = context
      const before = hashOf(world)
      const leads = await begin(context, ['b'])
      await withLeads(leads, context, async () => {
        rmSync(world.names.of('a', 'state/setup'))
        await waitFor('the set-up of b has ended', () => !marked(world, 'b'), LONG_MS)
        await waitFor('its lead says why', () => /board a is not being set up/.test(leads.said('b')), LONG_MS)
        await context.staysTrue('the disk is as it was', () => hashOf(world) === before, 3000)
      })
    }
  }
])
