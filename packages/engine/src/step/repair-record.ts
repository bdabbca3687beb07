/**
 * What is kept about being let in again (docs/spec/repair.md): of the device that asks, of the stewards that answer, and of a
 * circle that is being built anew.
 */
import type { KeyPair } from "@halqa/crypto";
import type { LastGood } from "../circle/last-good.ts";
import type { RepairCause } from "../circle/repair-request.ts";
import type { OwnKeyPackage } from "../ports/mls.ts";

/** This device is out of step and asks to be let in again. */
export interface Repair {
  readonly cause: RepairCause;
  /** All that is left of the circle's keys. */
  readonly lastGood: LastGood;
  /** The KeyPackages that were sent and may come back in a Welcome, newest first, with what they were for. */
  readonly asks: readonly RepairAsk[];
  /** Requests that left, of this device's own accord or by a person's wish. */
  readonly count: number;
  /** A Welcome as it came, once it opened with the sealing key of one of the asks. */
  readonly welcome: Uint8Array | undefined;
  /** Sealed boxes that are on their way stand among the deliveries; this tells which are of the newest request. */
  readonly delivery: string | undefined;
}

export interface RepairAsk {
  /** A group that is built anew, by its id; undefined for one that goes on. */
  readonly groupId: Uint8Array | undefined;
  readonly own: OwnKeyPackage;
  readonly sealingKey: KeyPair;
}

/** A circle that is built anew: by this device, or by whom it follows. */
export interface Rebuild {
  /** By which builders are judged; it does not change while they compete. */
  readonly lastGood: LastGood;
  /** Of the new group. */
  readonly groupId: Uint8Array;
  readonly invitePub: Uint8Array;
  /** Of the builder, in the last good epoch: of several the lowest counts. */
  readonly leaf: number;
  readonly isOwn: boolean;
  /** Milliseconds. */
  readonly since: number;
  /** Who answered our call and is not in yet. */
  readonly answers: readonly {
    readonly id: Uint8Array;
    readonly memberKey: Uint8Array;
    readonly bytes: Uint8Array;
  }[];
}

/** By it a steward knows that a request comes from a device that was in an epoch (rule B7). */
export interface RepairKey {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly key: Uint8Array;
  /** When the epoch began here, milliseconds. */
  readonly since: number;
}

/** A device that asks to be let in again, as a steward's device keeps it. */
export interface RepairRequestRecord {
  /** SHA-256 of its new KeyPackage. */
  readonly id: Uint8Array;
  readonly memberKey: Uint8Array;
  readonly name: string;
  readonly cause: RepairCause;
  readonly bytes: Uint8Array;
  /** `asking`: a person has to decide, after a look at who asks. */
  readonly state: "asking" | "approving";
}

/** A repair that the log showed, so that no second one is made for the same trouble. */
export interface RepairMade {
  readonly memberKey: Uint8Array;
  /** That the device was let into. */
  readonly epoch: bigint;
  /** Milliseconds. */
  readonly at: number;
}

/** What stewards keep, in one record. */
export interface RepairDesk {
  readonly keys: readonly RepairKey[];
  readonly requests: readonly RepairRequestRecord[];
  readonly made: readonly RepairMade[];
}

export const emptyRepairDesk: RepairDesk = { keys: [], requests: [], made: [] };
