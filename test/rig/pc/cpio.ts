// An initramfs as the kernel reads it: the newc form of a cpio archive, uncompressed. Pure; used by guest-root.ts.
// Source: Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.

export interface CpioEntry {
  /** Without a slash in front; folders before what is in them. */
  readonly path: string
  /** Type and permissions, as `0o100755` or `0o40755`. */
  readonly mode: number
  readonly content?: Uint8Array
  /** Only of a device (`0o20000`): its major and minor number. */
  readonly device?: readonly [number, number]
}

const ALIGN = 4
const hex = (value: number): string => value.toString(16).padStart(8, '0')
const padded = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN

const entryBytes = ({ path, mode, content, device }: CpioEntry, inode: number): Buffer => {
  const name = Buffer.from(`${path}\0`)
  const size = content?.length ?? 0
  const numbers = [inode, mode, 0, 0, 1, 0, size, 0, 0, device?.[0] ?? 0, device?.[1] ?? 0, name.length, 0]
  const head = Buffer.from(`070701${numbers.map(hex).join('')}`)
  const bytes = Buffer.alloc(padded(head.length + name.length) + padded(size))
  head.copy(bytes)
  name.copy(bytes, head.length)
  if (content !== undefined) bytes.set(content, padded(head.length + name.length))
  return bytes
}

/** The whole archive, its end included. */
export const cpioArchive = (entries: readonly CpioEntry[]): Buffer =>
  Buffer.concat([...entries, { path: 'TRAILER!!!', mode: 0 }].map((entry, at) => entryBytes(entry, at + 1)))
