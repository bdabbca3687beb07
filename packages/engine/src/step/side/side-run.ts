/** What a run knows of a circle beside the log of the relay that orders it (docs/spec/relays-of-a-circle.md). */
import type { LogAddress } from "../../circle/address.ts";
import type { ReadContent } from "../../circle/entry-outcome.ts";
import type { HeadFrame, SideFrame } from "../../circle/side-frame.ts";

export interface SideRun {
  /** Logs that were read in this run, the newest last. */
  readonly recent: readonly RecentLog[];
  /** For the current log, by place. */
  readonly offers: Offers;
  /** Chat that has no place yet, by entry id. */
  readonly loose: ReadonlyMap<string, LooseEntry>;
  /** Of bundles: what no address that this device knows opens yet. */
  readonly sections: readonly Uint8Array[];
  /** What mirrors are to get, oldest first. */
  readonly outgoing: readonly Outgoing[];
  /** Numbers `outgoing`, for the marks of the mirrors. */
  readonly nextOutgoing: number;
  /** By relay key. */
  readonly mirrors: ReadonlyMap<string, MirrorRun>;
}

export interface RecentLog {
  readonly address: LogAddress;
  readonly logId: Uint8Array;
  readonly entries: readonly RecentEntry[];
  readonly bytes: number;
  /** The last head that the relay signed and that this device has checked. */
  readonly head: HeadFrame | undefined;
}

export interface RecentEntry {
  readonly seq: number;
  readonly body: Uint8Array;
}

export interface Offers {
  readonly logId: Uint8Array;
  readonly bodies: ReadonlyMap<number, readonly Uint8Array[]>;
  readonly heads: readonly HeadFrame[];
  readonly bytes: number;
}

export interface LooseEntry {
  readonly logId: Uint8Array;
  readonly body: Uint8Array;
  readonly content: ReadContent;
}

export interface Outgoing {
  readonly number: number;
  readonly address: LogAddress;
  /** The same thing leaves once in a run. */
  readonly key: string;
  readonly frame: SideFrame;
}

/** The circle's log at a mirror, on one connection. */
export interface MirrorRun {
  readonly conn: number;
  readonly logId: Uint8Array;
  readonly phase: "idle" | "creating" | "made" | "opening" | "open" | "refused";
  readonly readingFrom: number | undefined;
  readonly subscription: "none" | "asked" | "live";
  readonly nextSeq: number;
  readonly headSeq: number | undefined;
  /** The last of `outgoing` that was given to it. */
  readonly given: number;
  readonly isAppending: boolean;
}
