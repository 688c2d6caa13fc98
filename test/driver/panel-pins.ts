// Pins of a board without a front panel, for the tests of other drivers.
import type { PanelPinConfig } from '../../src/config/types.js'

export const NO_PANEL_PINS: PanelPinConfig = { active: null, peer: null, sync: null, fault: null, button: null }
