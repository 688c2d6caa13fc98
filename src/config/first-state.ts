// What a board remembers before its first tenure, from its configuration. For provisioning; the daemon never calls it.
import { initialDurable } from '../core/boot.js'
import type { Durable } from '../core/types.js'
import type { Config } from './types.js'

/** The record that `baton init` writes where there is none. Source: R5. */
export const firstState = (config: Config): Durable => initialDurable(config.settings)
