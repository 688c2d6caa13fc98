// The list of invariants, by rule. checker.ts makes a fresh set for each run.
import { createButton } from './button.js'
import type { Invariant } from './invariant.js'
import { createLoginGate } from './login-gate.js'
import { createOneHolder } from './r1-one-holder.js'
import { createRights } from './r2-rights.js'
import { createFenceDeadline } from './r3-deadline.js'
import { createDrill } from './r4-drill.js'
import { createDrillAlone } from './r4-drill-alone.js'
import { createProof } from './r4-proof.js'
import { createAcknowledged, createEpochDurable, createEpochNeverFalls } from './r5-epochs.js'
import { createSameConfiguration } from './r6-configuration.js'
import { createMustReset, createReleased } from './r6-released.js'
import { createGoesOn } from './r7-goes-on.js'
import { createAlone, createServed, createSplit, createTaken, createTold } from './r7-mirrors.js'
import { createNoPingPong } from './r8-no-ping-pong.js'
import { createNoWandering } from './r8-no-wandering.js'
import { createStartSilence } from './r8-start-silence.js'
import { createLeftOff } from './r8-twice.js'
import { createHealthyPeer, createNotWhileTokensCome } from './r9-no-hasty-fencing.js'
import { createOneFires } from './r9-one-fires.js'
import { createAnswers } from './r10-answers.js'
import { createBounded } from './r10-bounded.js'
import { createStrangers } from './r12-strangers.js'
import { createCycle } from './r13-cycle.js'
import { createFit } from './r13-fit.js'
import { createModeConfirmed, createModeExpiry } from './r14-confirmed.js'
import { createModeNumbers, createNoFencingUnlessAuto } from './r14-modes.js'
import { createTrulyTwo, createTwoHoldersMeet } from './r15-two-holders.js'
import { createRecovery } from './recovery.js'

export const createInvariants = (): readonly Invariant[] => [
  createOneHolder(),
  createRights(),
  createButton(),
  createProof(),
  createDrill(),
  createDrillAlone(),
  createEpochDurable(),
  createEpochNeverFalls(),
  createAcknowledged(),
  createReleased(),
  createMustReset(),
  createTaken(),
  createServed(),
  createAlone(),
  createTold(),
  createSplit(),
  createGoesOn(),
  createNoPingPong(),
  createNoWandering(),
  createNotWhileTokensCome(),
  createHealthyPeer(),
  createBounded(),
  createAnswers(),
  createNoFencingUnlessAuto(),
  createModeNumbers(),
  createFenceDeadline(),
  createSameConfiguration(),
  createStartSilence(),
  createLeftOff(),
  createOneFires(),
  createStrangers(),
  createFit(),
  createCycle(),
  createModeConfirmed(),
  createModeExpiry(),
  createTrulyTwo(),
  createTwoHoldersMeet(),
  createLoginGate(),
  createRecovery()
]
