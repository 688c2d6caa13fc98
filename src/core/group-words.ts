// What a group is doing, in words for people: by the action that runs, else by its phase. Words only; describe shows them.
import type { GroupPhase } from './state.js'

export const JOB_WORDS: Readonly<Record<string, string>> = {
  inspect: 'looking what is held here',
  attach: 'bringing the disk here',
  check: 'checking the disk (fsck)',
  mount: 'mounting the disk',
  stamp: 'marking the disk with the epoch',
  setAddresses: 'setting the addresses',
  checkAndSetAddresses: 'checking that nobody has the addresses',
  startServices: 'starting the services',
  openLogins: 'opening logins',
  closeLogins: 'closing logins',
  stopServices: 'stopping the services',
  restartServices: 'restarting a service',
  clearAddresses: 'removing the addresses',
  unmount: 'unmounting the disk',
  detach: 'letting go of the disk',
  abandon: 'stopping without sync'
}

export const PHASE_WORDS: Readonly<Record<GroupPhase, string>> = {
  unknown: 'not looked yet',
  standby: 'standing by',
  claiming: 'storing the new epoch',
  taking: 'taking over',
  active: 'serving',
  releasing: 'releasing',
  granting: 'storing the grant to the peer',
  failed: 'cannot be served here',
  stuck: 'cannot be released',
  abandoned: 'stopped, evidence kept'
}
