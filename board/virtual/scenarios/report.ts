// Scenarios: what `baton report` says about a takeover, beside what the lab's clock and the client saw. The report must not flatter.
import type { BoardId } from '../../../src/core/types.js'
import type { ReportStep, TakeoverReport } from '../../../src/runtime/status.js'
import { GROUP } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'

/** The report counts from the last token, at most one interval before the fault; the client asks again every 60 ms. */
const TOLERANCE_MS = 250

const newest = async ({ boards, waitFor }: Context, board: BoardId, kind: TakeoverReport['kind']) =>
  waitFor(`board ${board} has a report of a ${kind}`, async () => {
    const report = (await boards[board].reports()).at(-1)
    return report?.kind === kind && report.outcome !== 'under-way' ? report : null
  })

const agrees = ({ client, expect, say }: Context, report: TakeoverReport, faultAt: number, from: BoardId): void => {
  const before = client.acks.filter(ack => ack[3] < faultAt || ack[2] !== report.groups[0]?.servedBy).at(-1)
  const after = client.firstAfter(faultAt, ack => ack[2] === report.groups[0]?.servedBy)
  const saidMs = report.groups[0]?.interruptionMs ?? -1
  const clientMs = (after?.[3] ?? 0) - (before?.[3] ?? 0)
  say(`board ${report.board} says ${saidMs.toFixed(0)} ms without service, the client saw ${clientMs.toFixed(0)} ms`)
  expect(before?.[2] === from, `the last answer before came from ${from}`)
  expect(Math.abs(saidMs - clientMs) <= TOLERANCE_MS, `they agree within ${TOLERANCE_MS} ms`)
}

/** The lab saw the contact open; the report must not place it earlier, nor the fault later. */
const relayAgrees = ({ expect, say, world }: Context, report: TakeoverReport, cutAt: number): void => {
  const opened = world.journal.find(
    ({ at, text }) => at >= cutAt && text.startsWith(`relay of ${report.board}: contact`)
  )
  const relay = report.steps.find(({ step }) => step === 'relay')
  const worldMs = (opened?.at ?? 0) - cutAt
  const saidMs = (relay?.fromMs ?? 0) + (relay?.tookMs ?? 0)
  say(
    `relay driven after ${saidMs.toFixed(0)} ms by the report, ${worldMs.toFixed(0)} ms after the cut by the lab's clock`
  )
  expect(Math.abs(saidMs - worldMs) <= TOLERANCE_MS, `they agree within ${TOLERANCE_MS} ms`)
}

const did = ({ expect }: Context, report: TakeoverReport, steps: readonly ReportStep['step'][]): void => {
  for (const name of steps) {
    const step = report.steps.find(one => one.step === name)
    expect(step?.ok === true && (step.tookMs ?? -1) >= 0, `the step ${name} is told, and how long it took`)
  }
}

const TAKING = ['epoch', 'attach', 'check', 'mount', 'startServices'] as const

export const reportScenarios = defineScenarios([
  {
    name: 'report',
    title: 'the report of a takeover and of a switchover agree with the clock of the lab and with what the client saw',
    run: async context => {
      const { boards, client, expect, mark, normal, serving, waitFor, world } = context
      const cutAt = mark()
      boards.a.pullPower()
      await serving('b')
      const takeover = await newest(context, 'b', 'takeover')
      await waitFor('the client told its answers', () => client.firstAfter(cutAt, ack => ack[2] === 'b'))
      agrees(context, takeover, cutAt, 'a')
      relayAgrees(context, takeover, cutAt)
      did(context, takeover, ['detection', 'store', 'relay', 'confirmation', ...TAKING, 'setAddresses'])
      expect(takeover.outcome === 'done' && takeover.groups[0]?.rule === 'R2b', 'it was done by the right of R2b')
      expect(takeover.decision.code === 'sense-fell', 'it was decided because sense fell')
      expect(takeover.confirmedBy === 'sense and loop', 'sense and loop proved it')
      boards.a.restorePower()
      await normal('b', 20_000)
      const movedAt = mark()
      expect((await boards.b.order({ order: 'switchover', group: GROUP })).ok, 'the switchover is done')
      await serving('a', 15_000, movedAt)
      await newest(context, 'a', 'switchover').then(report => {
        agrees(context, report, movedAt, 'b')
        did(context, report, [...TAKING, 'checkAndSetAddresses'])
      })
      const given = await newest(context, 'b', 'switchover')
      agrees(context, given, movedAt, 'b')
      did(context, given, ['stopServices', 'clearAddresses', 'unmount', 'detach', 'inspect', 'grant', 'peer'])
      boards.b.signalDaemon('SIGKILL')
      await waitFor('a new life of the daemon on b has both reports', async () => {
        const kinds = await boards.b.reports().then(
          reports => reports.map(({ kind }) => kind),
          () => []
        )
        return kinds.join() === 'takeover,switchover'
      })
      expect(world.powers.a.pid !== null, 'board a was not cut for it')
    }
  },
  {
    name: 'report-failed',
    title: 'a fencing that cannot be proved is reported with what was seen, by which rule, and that nothing was taken',
    run: async context => {
      const { boards, expect, mark, waitFor, world } = context
      world.faults.b.relay = 'stuck-released'
      mark()
      boards.a.hang()
      const report = await newest(context, 'b', 'fencing')
      boards.a.resume()
      expect(report.outcome === 'failed' && report.groups.length === 0, 'it failed and took nothing')
      expect(report.decision.rules.includes('R9'), 'decided by R9')
      expect(/sense/.test(report.reason ?? ''), `the reason names the sense line: ${report.reason}`)
      const confirmation = report.steps.find(({ step }) => step === 'confirmation')
      expect(confirmation !== undefined && !confirmation.ok, 'the confirmation is told as failed')
      await waitFor('the peer is heard again', async () => (await boards.b.status())?.core.peer.heard)
    }
  }
])
