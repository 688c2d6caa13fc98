// Names of the two files by which a board knows that it is being set up. Written by src/setup, read by the daemon, too.

/** In the state folder: durable from the pairing of a new board until it was ready. Only while it is there the lead does anything by itself. */
export const SETUP_MARK = 'setup'
/** In the run folder: what the lead says now (src/port/setup-view.ts) with its instant; gone with the boot. */
export const SETUP_SAID = 'setup.json'
/** The lead says it again this often, and a word that is older than the second is that of a lead that has ended. */
export const SAID_EVERY_MS = 5_000
export const SAID_MS_MAX = 20_000
/** In the runtime folder, by root alone: what it wants of the other board's disk (`DiskWish`). Not by the socket, which others may use, too. */
export const DISK_WISH = 'disk-wish.json'
