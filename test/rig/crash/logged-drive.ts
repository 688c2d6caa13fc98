// How QEMU is told to log a board's card. Called by the rig's launcher and by whoever writes such a command line.
import { statSync, writeFileSync } from 'node:fs'

/**
 * The value of `-drive` for a card of `if=sd` whose every write goes to `log` too; the log must be an empty file then. The number of
 * entries is written with each one: an emulated SD card gets no flush, at which QEMU would write it, and a board ends by SIGKILL.
 * Names must hold no comma.
 */
export const loggedCardDrive = (card: string, log: string): string =>
  [
    'if=sd',
    'driver=blklogwrites',
    'log-sector-size=512',
    'log-super-update-interval=1',
    ...['file.driver=raw', 'file.file.driver=file', `file.file.filename=${card}`],
    ...['log.driver=raw', 'log.file.driver=file', `log.file.filename=${log}`]
  ].join(',')

/** The log beside a card. */
export const cardLogOf = (card: string): string => `${card}.log`

/** From its next boot on, until it loses its power, everything that is written to this card is logged beside it. */
export const logCard = (card: string): void => writeFileSync(cardLogOf(card), '')

/**
 * The value of `-drive` for a board's card: logged where `logCard` said so. One life of the emulator fills one log: a log that has
 * something in it is never written over, and the card is not logged then.
 */
export const cardDrive = (card: string): string => {
  const size = statSync(cardLogOf(card), { throwIfNoEntry: false })?.size
  return size === 0 ? loggedCardDrive(card, cardLogOf(card)) : `file=${card},if=sd,format=raw,cache=unsafe`
}
