// How QEMU is told to log a board's card. Called by the rig's launcher and by whoever writes such a command line.

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
