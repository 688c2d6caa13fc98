// Two lists side by side: what a person who has to choose a survivor reads.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readSince } from '../../src/console/argument-disk.js'
import { bytesText, compareFiles, compareText } from '../../src/console/compare-text.js'
import type { CopyFile, CopyFiles } from '../../src/port/copy-files.js'

const T = 1_795_202_043
const file = (path: string, more: Partial<CopyFile> = {}): CopyFile => ({
  path,
  bytes: 5000,
  changed: T,
  touched: T + 0.25,
  folder: false,
  ...more
})
const files = (...list: readonly CopyFile[]): CopyFiles => ({
  files: list,
  count: list.length,
  bytes: list.length * 5000,
  since: T - 600,
  words: 'the replication link was lost then'
})

describe('two copies compared', () => {
  it('leaves out what both have just so, and tells what each changed alone', () => {
    const own = [file('same'), file('both', { touched: T + 9 }), file('mine')]
    const peer = [file('same'), file('both', { bytes: 7 }), file('theirs')]
    const { both, here, same, there } = compareFiles(own, peer)
    deepEqual(
      [
        both.map(([x, y]) => [x.path, x.bytes, y.bytes]),
        here.map(({ path }) => path),
        there.map(({ path }) => path),
        same
      ],
      [[['both', 5000, 7]], ['mine'], ['theirs'], 1]
    )
  })

  it('reads from either board with the letters of both', () => {
    const lines = compareText('b', files(file('mine'), file('x')), files(file('x', { bytes: 7 }), file('theirs')))
    match(lines[0] ?? '', /^board b: 2 changed since .* by its clock, 10 kB \(the replication link was lost then\)$/)
    match(lines[1] ?? '', /^board a: 2 changed/)
    const text = lines.join('\n')
    match(text, /changed on both, each in its own way: 1\n {2}x\n {6}a .* 7 B\n {6}b .* 5\.0 kB/)
    match(text, /changed on board b only: 1\n {2}.*mine/)
    match(text, /changed on board a only: 1\n {2}.*theirs/)
  })

  it('goes without the other board, and says why', () => {
    const text = compareText('a', files(file('mine')), 'it does not answer').join('\n')
    match(text, /board b: it does not answer/)
    match(text, /changed on board a: 1/)
  })

  it('keeps a screen from running over', () => {
    const many = Array.from({ length: 500 }, (_, n) => file(`f${n}`))
    const lines = compareText('a', { ...files(...many), count: 9000 }, files())
    ok(lines.length < 130)
    match(lines.join('\n'), /the newest 500 of them are compared[\s\S]*and 400 more/)
  })

  it('says sizes and instants as people do', () => {
    deepEqual([7, 5000, 12_345_678].map(bytesText), ['7 B', '5.0 kB', '12 MB'])
    equal(readSince('@1795202043', 0), 1_795_202_043)
    equal(readSince('3h', T), T - 10_800)
    equal(readSince('2026-11-20 19:00', T), new Date(2026, 10, 20, 19, 0).getTime() / 1000)
    for (const bad of ['', 'yesterday', '2026', '-3h', '2026-13-40 19:00']) equal(readSince(bad, T), undefined, bad)
  })
})
