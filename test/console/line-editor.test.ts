import { strict as assert } from 'node:assert'
import { createVt100 } from '../../board/virtual/vt100.js'
import { createKeyReader, type Key } from '../../src/console/keys.js'
import { createLineEditor, LINE_MAX } from '../../src/console/line-editor.js'

const PROMPT = 'board a> '
const LONG = 'abcdefghij'.repeat(20)

const keysOf = (bytes: readonly number[] | string): Key[] => {
  const read = createKeyReader()
  return [...Buffer.from(typeof bytes === 'string' ? bytes : [...bytes])].flatMap(byte => read(byte) ?? [])
}
const names = (bytes: readonly number[] | string): string[] =>
  keysOf(bytes).map(key => (key.kind === 'text' ? key.text : key.kind === 'key' ? key.name : key.kind))

describe('keys of a VT100', () => {
  it('letters, Enter of every kind, and the cursor keys of both modes', () => {
    assert.deepEqual(names('a\rb\r\nc\n'), ['a', 'enter', 'b', 'enter', 'c', 'enter'])
    assert.deepEqual(names('\u001b[A\u001bOB\u001b[1~\u001b[3~\u007f\b'), [
      'up',
      'down',
      'home',
      'delete',
      'backspace',
      'backspace'
    ])
  })

  it('a key that means nothing here is no noise, and neither is what follows it', () => {
    assert.deepEqual(names('\u001b[15~x'), ['unknown', 'x'])
    assert.deepEqual(names('\u001bx'), ['x'])
  })

  it('what no terminal sends is noise, also in the midst of a sequence or as one without an end', () => {
    assert.deepEqual(names([0xff]), ['noise'])
    assert.deepEqual(names([0x1b, 0x5b, 0x00]), ['noise'])
    assert.equal(names(`\u001b[${'1;'.repeat(40)}`).at(0), 'noise')
  })
})

describe('the line editor', () => {
  const make = (): {
    act: (out: string | null) => void
    line: () => string
    editor: ReturnType<typeof createLineEditor>
    sent: () => number
    at: () => number
    strange: readonly string[]
  } => {
    const screen = createVt100()
    const editor = createLineEditor(PROMPT)
    let sent = 0
    const act = (out: string | null): void => {
      sent += (out ?? '').length
      screen.write(Buffer.from(out ?? ''))
    }
    act(editor.show())
    const line = (): string => screen.screen()[0] ?? ''
    return { act, line, editor, sent: () => sent, at: () => screen.cursor.column, strange: screen.strange }
  }

  it('shows what stands in it after any row of edits, with the cursor in its place', () => {
    const { act, line, editor, at, strange } = make()
    const moves = ['left', 'right', 'home', 'end'] as const
    // A walk that is the same each time.
    let seed = 7
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    for (let step = 0; step < 3000; step += 1) {
      const what = next(9)
      if (what < 4) act(editor.insert('xyz '[next(4)] ?? ' '))
      else if (what === 4) act(editor.backspace())
      else if (what === 5) act(editor.delete())
      else if (what === 6) act(editor.moveTo(moves[next(4)] ?? 'end'))
      else if (what === 7 && next(20) === 0) act(editor.killWord())
      else if (what === 8 && next(40) === 0) act(next(2) === 0 ? editor.killBefore() : editor.killAfter())
      const shown = line().slice(PROMPT.length)
      assert.ok(line().startsWith(PROMPT.trimEnd()), line())
      assert.ok(editor.text.includes(shown), `step ${step}: "${shown}" of "${editor.text}"`)
      if (editor.text.length < 70) {
        assert.equal(shown, editor.text.trimEnd())
        assert.equal(at(), PROMPT.length + editor.before.length)
      }
    }
    assert.deepEqual(strange, [])
  })

  it('sends one byte for a letter at the end, three for its erasure', () => {
    const { act, editor, sent } = make()
    const before = sent()
    act(editor.insert('s'))
    assert.equal(sent() - before, 1)
    act(editor.backspace())
    assert.equal(sent() - before, 4)
  })

  it('moves a line that is wider than the screen, never writes into the last column, and is full at its bound', () => {
    const { act, editor, at } = make()
    for (const letter of LONG) {
      act(editor.insert(letter))
      assert.ok(at() < 80)
    }
    act(editor.moveTo('home'))
    assert.equal(at(), PROMPT.length)
    act(editor.moveTo('end'))
    assert.equal(editor.text, LONG)
    assert.equal(editor.insert('x'.repeat(LINE_MAX)), null)
  })
})
