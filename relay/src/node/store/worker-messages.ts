// What the relay's thread and the store's thread say to each other.

import type { StoreFault } from "./sqlite-database.ts";
import type { Run, RunOutcome } from "./transactions.ts";

export interface StoreWorkerData {
  readonly file: string;
  readonly relayPub: Uint8Array;
  /** How long after a write what came is put in its place and the write-ahead log folded into the file. */
  readonly settleMs: number;
}

export type ToStoreWorker =
  /** What was asked for in one turn of the event loop. */
  | { readonly t: "run"; readonly runs: readonly Run[] }
  /** Finish what came before, then close the file. */
  | { readonly t: "close" };

export type FromStoreWorker =
  | {
      readonly t: "open";
      /** The day up to which the store was used; absent where it never was. */
      readonly lastDay: number | undefined;
    }
  | { readonly t: "refused"; readonly fault: StoreFault }
  /** The file cannot be opened or made at all. */
  | { readonly t: "unusable"; readonly code: string }
  /** The disk takes no writes, or takes them again. */
  | { readonly t: "writable"; readonly isWritable: boolean }
  /** The outcomes of as many runs, in the order in which they were sent. */
  | { readonly t: "ran"; readonly outcomes: readonly RunOutcome[] };
