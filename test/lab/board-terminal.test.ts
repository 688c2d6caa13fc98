// A person's terminal while its board loses power and gets it back: a real pty, real processes in place of board and console.
import { equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distFile } from '../../board/virtual/names.js'
import { startOnLine } from '../../board/virtual/serial-line.js'
import { createTypist } from '../../board/virtual/typist.js'

/** Sits at the board whose first process stands in the file; its console says what it is told, and ends with the board. */
const seatText = (file: string): string => `
import { readFileSync } from 'node:fs'
import { sitAtBoard } from ${JSON.stringify(distFile('board/virtual/board-terminal.js'))}
const find = () => { const pid = Number(readFileSync(${JSON.stringify(file)}, 'latin1')); return pid > 0 ? pid : null }
const lineFor = init => ['sh', ['-c', 'stty raw -echo; echo "console of '+init+'"; (tail --pid='+init+' -f /dev/null; kill -9 $$) & read word; echo "it read $word"']]
process.exit(await sitAtBoard({ board: 'b', find, lineFor, env: process.env, isLabThere: () => true }))
`

describe('the terminal at a board of the lab', function () {
  this.timeout(30_000)
  const directory = mkdtempSync(join(tmpdir(), 'baton-seat-'))
  const file = join(directory, 'init')
  const boards: ChildProcess[] = []
  const boot = (): ChildProcess => {
    const board = spawn('sleep', ['60'], { stdio: 'ignore' })
    boards.push(board)
    writeFileSync(file, String(board.pid))
    return board
  }
  const cut = async (board: ChildProcess): Promise<void> => {
    const dead = new Promise(resolve => board.once('exit', resolve))
    writeFileSync(file, '0')
    board.kill('SIGKILL')
    await dead
  }
  after(() => {
    for (const board of boards) board.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  it('says that the power is gone, drops what is typed, attaches again, and Ctrl-C ends the waiting', async () => {
    const script = join(directory, 'seat.mjs')
    writeFileSync(script, seatText(file))
    const board = boot()
    const line = startOnLine([process.execPath, script], { bytesPerSecond: 100_000, env: { PATH: process.env.PATH } })
    const { expect, type } = createTypist(line)
    try {
      await expect(new RegExp(`console of ${board.pid}`))
      await cut(board)
      await expect(/board b has no power; its console is gone\.[\s\S]*Ctrl-C ends/)
      type('for-nobody\n')
      const again = boot()
      await expect(new RegExp(`board b has power again[\\s\\S]*console of ${again.pid}`))
      await cut(again)
      const seen = await expect(/[\s\S]*Ctrl-C ends/)
      equal(/it read/.test(seen), false)
      type('\u0003')
      match(await expect(/left the console/), /left/)
      await line.ended
    } finally {
      line.hangUp()
      await line.ended
    }
  })
})
