// What the core remembers of the front panel and its button; a part of CoreState, written by panel.ts and by reports of alarms.
/** The front panel: what was acknowledged, the press under way, what the lights show. */
export interface PanelState {
  /** Last look at the state, and last time that the driver was told. */
  lookAt: number
  shownAt: number
  /** The patterns shown last, joined. */
  shown: string
  testUntil: number
  /** Alarms that somebody has acknowledged and that are not over. */
  acknowledged: string[]
  /** Codes of alarms reported since the last acknowledgement, over or not. */
  raised: string[]
  /** The button is down since then; what was offered then, or why nothing. `stuck`: it is no order any more. */
  press: { at: number; offered: string | null; why: string; stuck: boolean } | null
  /** The button's latest order was begun: what fails later is told by the log and the alarms. */
  accepted: boolean
  /** Shown for a while after an order of the button. */
  answered: { ok: boolean; until: number } | null
}
