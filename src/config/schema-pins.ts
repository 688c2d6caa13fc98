// GPIO lines of one board: those that the file names, and with `standard: true` those of the board's kind for all others.
// What comes out are lines or null; where they came from counts for nothing (digest, proof of fencing).
import { type KindWord, standardPins } from './board-kind.js'
import type { Path, ReportIssue } from './issue.js'
import { flag, integer, type Option, optional, text, type ValueOf } from './option.js'
import { section } from './section.js'

/** Stands for a line that the file does not name; an empty one is refused, as everywhere. */
export interface NotGiven {
  readonly notGiven: true
}
const NOT_GIVEN: NotGiven = { notGiven: true }
type Given = number | null | NotGiven

/** A BCM number, or the word `none`: not fitted. */
const pin = (doc: string, min: number): Option<Given> => {
  const number = integer({ doc, min, max: 27, unit: '' })
  return {
    ...number,
    type: 'integer or none',
    range: `${min}..27, none`,
    fallback: NOT_GIVEN,
    fallbackSays: "none; with `pins.standard` the kind's line",
    check(value, path, report) {
      if (value === NOT_GIVEN) return NOT_GIVEN
      if (value === 'none') return null
      const says = (issue: Parameters<ReportIssue>[0]): void =>
        report({ ...issue, remedy: `write a BCM number from ${min} to 27, or none` })
      return number.check(value, path, says)
    }
  }
}

const panel = section(
  'The front panel: four lights, each from its pin through a resistor to ground (lit when high), and a push button from its pin to ground with a pull-up resistor to 3V3. `board/OPERATING.md` says what they say. BCM 9..27 are dark at a cold boot.',
  {
    active: pin('Output to the light `active`: what this board does.', 2),
    peer: pin('Output to the light `peer`: how the other board does.', 2),
    sync: pin('Output to the light `sync`: whether both copies of the disk are equal.', 2),
    fault: pin('Output to the light `fault`: whether a person is needed.', 2),
    button: pin('Input from the push button, low when it is pressed.', 2)
  }
)

/** `boards.X.pins` as it is written. */
export const pinsSection = section(
  'GPIO lines in BCM numbers. `board/WIRING.md` shows how they are wired. What is not fitted is left out, or none where `standard` is true: a line that is named here and not wired reads low, which looks like a pulled harness.',
  {
    standard: flag({
      doc: "The whole standard wiring of the board's kind: every line that is not named here is what `board/WIRING.md` says.",
      fallback: false
    }),
    controller: optional(
      text({
        doc: 'Label of the GPIO controller. By default what boards.X.kind has.',
        pattern: /^[\w.-]{1,64}$/,
        says: 'a label as in /sys/class/gpio/gpiochip*/label'
      })
    ),
    relay: pin(
      "Output to the relay in the peer's supply, active high. BCM 9..27 only: those are pulled down at a cold boot, so that a starting board never cuts its peer.",
      9
    ),
    sense: pin(
      'Input that reads whether the peer has power (fed from its 3V3). Proof of fencing that no waiting gives.',
      2
    ),
    loop: pin(
      "Input that reads high while the harness is whole to the peer's plug. Without it a pulled harness looks like a peer without power.",
      2
    ),
    switchSelect: pin('Output that points the USB switch of the shared disk to this board.', 2),
    switchReadback: pin('Input that reads where the USB switch points.', 2),
    panel,
    pollMs: integer({
      doc: 'Sense and loop are read this often where the kernel gives no edges. 20: about 1 % of a core, five reads in fence.settleMs.',
      min: 5,
      max: 100,
      fallback: 20
    })
  }
)

type Written = ValueOf<typeof pinsSection>

/** The lines that count; null = not fitted. */
export interface PinLines {
  /** null = the kind's. */
  readonly controller: string | null
  readonly relay: number | null
  readonly sense: number | null
  readonly loop: number | null
  readonly switchSelect: number | null
  readonly switchReadback: number | null
  readonly panel: {
    readonly active: number | null
    readonly peer: number | null
    readonly sync: number | null
    readonly fault: number | null
    readonly button: number | null
  }
  readonly pollMs: number
}

const isGiven = (line: Given): line is number | null => line === null || typeof line === 'number'

/** What the file says and, with `standard`, what it leaves to the kind. Undefined after a report. */
export const effectivePins = (
  kind: KindWord,
  { standard, controller, pollMs, panel: lights, ...lines }: Written,
  path: Path,
  report: ReportIssue
): PinLines | undefined => {
  const { panel: kindLights, strap, ...kindLines } = standardPins(kind)
  const clash = [
    ...Object.entries(lines).map(([name, line]) => [[name], line] as const),
    ...Object.entries(lights).map(([name, line]) => [['panel', name], line] as const)
  ].filter(([, line]) => standard && line === strap)
  for (const [place, value] of clash) {
    const problem = `BCM ${strap} is the strap of the standard wiring, which says whether this is board a or b`
    report({ path: [...path, ...place], value, problem, remedy: 'wire it to another line, or leave out standard' })
  }
  if (clash.length > 0) return undefined
  const fill = <Name extends string>(
    given: Readonly<Record<Name, Given>>,
    wired: Readonly<Record<Name, number>>
  ): Record<Name, number | null> => {
    const names = Object.keys(wired) as Name[]
    const lineOf = (name: Name): number | null => (isGiven(given[name]) ? given[name] : standard ? wired[name] : null)
    return Object.fromEntries(names.map(name => [name, lineOf(name)])) as Record<Name, number | null>
  }
  return { controller, ...fill(lines, kindLines), panel: fill(lights, kindLights), pollMs }
}
