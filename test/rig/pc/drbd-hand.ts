// DRBD by hand on two emulated PCs: the words that are typed, a helper that writes down how the kernel called it, a program that
// writes. Used by scenarios/drbd.ts, which proves the ground and what the driver builds on, without the driver.
import type { BoardId } from '../../../src/core/types.js'
import { otherBoard } from '../../../src/core/types.js'
import { DATA_ADDRESS } from '../data-link.js'

export const RESOURCE = 'ground'
export const DEVICE = '/dev/drbd0'
export const MOUNT_POINT = '/mnt/ground'
export const HELPER = '/run/ground-helper'
const HELPER_LOG = '/run/ground-helper.log'
const HELPER_CODE = '/run/ground-helper.code'
const NUMBERS = `${MOUNT_POINT}/numbers`
const PORT = 7799

/** Says how it was called; ends with the code that was laid down for `fence-peer`, with 0 for all else. */
const HELPER_TEXT = `#!/bin/sh
echo "$*" >>${HELPER_LOG}
if [ "$1" = fence-peer ]; then exit "$(cat ${HELPER_CODE})"; fi
exit 0`

/** The kernel takes the name of its helper as it is: a line end would belong to it. */
export const layHelper = (): string =>
  [
    'set -e',
    `cat >${HELPER} <<'END'\n${HELPER_TEXT}\nEND`,
    `chmod 755 ${HELPER}`,
    `echo 1 >${HELPER_CODE}`,
    'modprobe drbd',
    `printf %s ${HELPER} >/sys/module/drbd/parameters/usermode_helper`,
    'cat /sys/module/drbd/parameters/usermode_helper'
  ].join('\n')

/** What the helper answers from now on to "is the peer fenced?": 4 = outdated, 7 = its power is off, 1 = no. */
export const helperAnswers = (code: number): string => `echo ${code} >${HELPER_CODE}`

export const helperCalls = (): string => `cat ${HELPER_LOG} 2>/dev/null || true`

export const makeNotes = (disk: string): string => `drbdmeta --force 0 v08 ${disk} internal create-md`

/** After a disk was lost or the power was cut, its notes want to be put in order first. */
export const attach = (disk: string): string =>
  [
    'set -e',
    `drbdmeta 0 v08 ${disk} internal apply-al`,
    `drbdsetup new-resource ${RESOURCE} --on-no-data-accessible=suspend-io`,
    `drbdsetup new-minor ${RESOURCE} 0 0`,
    `drbdsetup attach 0 ${disk} ${disk} internal --fencing=resource-and-stonith --on-io-error=detach`,
    'drbdsetup disk-options 0 --c-plan-ahead=0 --resync-rate=100000'
  ].join('\n')

export const connect = (board: BoardId): string => {
  const end = (which: BoardId): string => `ipv4:${DATA_ADDRESS[which]}:${PORT}`
  const times = '--timeout=30 --ping-int=3 --ping-timeout=20 --connect-int=3'
  const secret = '--cram-hmac-alg=sha256 --shared-secret=ground'
  const parted = [0, 1, 2].map(count => `--after-sb-${count}pri=disconnect`).join(' ')
  return `drbdsetup connect ${RESOURCE} ${end(board)} ${end(otherBoard(board))} --protocol=C ${secret} ${times} ${parted}`
}

export const firstCopy = (): string =>
  [
    'set -e',
    'drbdsetup new-current-uuid 0 --clear-bitmap',
    'drbdsetup primary 0',
    `mkfs.ext4 -q ${DEVICE}`,
    `mkdir -p ${MOUNT_POINT}`,
    `mount ${DEVICE} ${MOUNT_POINT}`
  ].join('\n')

/** A program that writes a number, waits until it is on the disk, and counts on. Ends with the machine. */
export const startWriting = (): string =>
  `n=0; while :; do n=$((n + 1)); echo $n | dd of=${NUMBERS} oflag=append conv=notrunc,fsync status=none && echo $n >/run/written; sleep 0.2; done </dev/null >/dev/null 2>&1 &`

/** The last number that the disk was said to have. */
export const written = (): string => 'cat /run/written'
/** The last number that is there. */
export const lastNumber = (): string => `tail -n 1 ${NUMBERS}`
export const status = (): string => `drbdsetup status ${RESOURCE} --verbose --statistics`
