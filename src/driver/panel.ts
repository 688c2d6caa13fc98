// The front panel of this board behind one port: lights and button, or nothing. Made by the runtime.
// A light or button that cannot be had is an event, never the end of anything: the pair works without a panel.
import type { PinConfig } from '../config/types.js'
import type { Report } from '../core/effect.js'
import type { Clock, Emit, PanelPort } from '../port/ports.js'
import { openPanelButton, type PanelButton } from './panel-button.js'
import { openPanelLights } from './panel-lights.js'

const NO_PANEL: PanelPort = { show() {}, describe: () => 'not fitted', close() {} }

/** Problems are reported once, when they appear; `describe` tells them for as long as they last. Source: DESIGN 3. */
export const openPanel = (
  pins: PinConfig | null,
  emit: Emit,
  clock: Clock,
  report: (report: Report) => void
): PanelPort => {
  if (pins === null || Object.values(pins.panel).every(bcm => bcm === null)) return NO_PANEL
  const lights = openPanelLights(pins, clock)
  const opened = pins.panel.button === null ? null : openPanelButton(pins, pins.panel.button, emit, clock)
  const button: PanelButton | null = opened?.ok === true ? opened.value : null
  const noButton = opened?.ok === false ? [opened.reason] : []
  const problems = (): readonly string[] => {
    const unread = button?.problem() ?? null
    return [...lights.problems(), ...noButton, ...(unread === null ? [] : [unread])]
  }
  let told = ''
  const tell = (): void => {
    const words = problems().join('; ')
    if (words !== '' && words !== told)
      report({ level: 'warning', code: 'panel-broken', text: `the front panel: ${words}` })
    told = words
  }
  tell()
  return {
    show: panel => {
      lights.show(panel)
      tell()
    },
    describe: () => {
      const what = [`${lights.fitted} lights`, ...(button === null ? [] : [button.how])]
      return [...what, ...problems()].join('; ')
    },
    close: () => {
      lights.close()
      button?.close()
    }
  }
}
