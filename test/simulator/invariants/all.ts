// The list of invariants, by rule. checker.ts makes a fresh set for each run.
import type { Invariant } from './invariant.js'
import { createOneHolder } from './r1-one-holder.js'
import { createRights } from './r2-rights.js'
import { createProof } from './r4-proof.js'
import { createAcknowledged, createEpochDurable, createEpochNeverFalls } from './r5-epochs.js'
import { createMustReset, createReleased } from './r6-released.js'
import { createNoPingPong } from './r8-no-ping-pong.js'
import { createHealthyPeer, createNotWhileTokensCome } from './r9-no-hasty-fencing.js'
import { createBounded } from './r10-bounded.js'
import { createModeNumbers, createNoFencingUnlessAuto } from './r14-modes.js'

export const createInvariants = (): readonly Invariant[] => [
  createOneHolder(),
  createRights(),
  createProof(),
  createEpochDurable(),
  createEpochNeverFalls(),
  createAcknowledged(),
  createReleased(),
  createMustReset(),
  createNoPingPong(),
  createNotWhileTokensCome(),
  createHealthyPeer(),
  createBounded(),
  createNoFencingUnlessAuto(),
  createModeNumbers()
]
