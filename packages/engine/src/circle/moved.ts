/** A move of the log that this device followed, and what all who read a log share about where it is (docs/spec/relays-of-a-circle.md, MV-5). */
import type { LogAddress } from "./address.ts";
import type { RelayRecord } from "./relay-record.ts";

/** What all who read a log share about where it is. */
export interface RelayPlace {
  readonly relayPub: Uint8Array;
  readonly relayTerm: number;
}

/** A move that this device followed. */
export interface Moved {
  readonly relay: RelayRecord;
  readonly term: number;
  /** SHA-256 of the move: of two that have one term the lower one counts. */
  readonly moveId: Uint8Array;
  /** Where the log was left; undefined for whoever came in afterwards. */
  readonly from: LeftLog | undefined;
}

/** A log at the place where it was left. */
export interface LeftLog {
  readonly epoch: bigint;
  readonly address: LogAddress;
  readonly origin: Uint8Array;
  readonly seq: number;
  /** The first octets of the relay's chain there. */
  readonly relayMark: Uint8Array;
}
