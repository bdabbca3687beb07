/**
 * The log that a circle writes to and what this device has seen of it (docs/spec/circle.md, CI-24 to CI-28). Two chains
 * run along it: the relay's, which begins anew with each log, and the members' own, which goes on from log to log and
 * follows at every position from the log's origin and the relay's chain.
 */
import { encode, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { firstChainHead, LOG_END, nextChainHead } from "@halqa/protocol";
import { logKeys } from "./address.ts";
import type { LogAddress, LogKeys } from "./address.ts";
import {
  extendWindow,
  markAt,
  markOf,
  MARK_LENGTH,
  startWindow,
} from "./chain-window.ts";
import type { ChainWindow } from "./chain-window.ts";
import { hashLabeled } from "./derive-key.ts";
import { writeCount } from "./field.ts";

export interface CircleLog {
  readonly address: LogAddress;
  readonly logId: Uint8Array;
  /** What the members' chain had come to when the log began. */
  readonly origin: Uint8Array;
  /** The last entry that was read, 0 for none. */
  readonly seq: number;
  /** The relay's chain at `seq` (docs/spec/relay.md, "Ids and chain"), computed from the bodies. */
  readonly relayHead: Uint8Array;
  readonly window: ChainWindow;
  /** Of all logs, since this device is in the circle. */
  readonly entriesRead: number;
}

/** A position of the log, and the first bytes of both chains there. */
export interface SeenPosition {
  readonly seq: number;
  readonly relayMark: Uint8Array;
  readonly memberMark: Uint8Array;
}

/** The circle went on to another log. */
export interface LogMove {
  readonly closed: { readonly logId: Uint8Array; readonly seq: number };
  readonly next: LogKeys;
}

/** The order of entries that we saw is not the one that another member, or the relay itself, saw. */
export interface ChainFault {
  /** `rollback`: the relay's log ends before what it has shown. */
  readonly kind: "fork" | "rollback";
  readonly seq: number;
}

/** The first log of a circle. */
export function firstLog(address: LogAddress, circleId: Uint8Array): CircleLog {
  return beginLog(address, {
    origin: hashLabeled("chainOrigin", circleId, logKeys(address).logId),
    entriesRead: 0,
  });
}

/** The log that follows `log`, which its last read entry closes. */
export function followingLog(log: CircleLog, address: LogAddress): CircleLog {
  const seq = encode((w) => writeCount(w, log.seq));
  const { logId } = logKeys(address);
  const { origin, relayHead, entriesRead } = log;
  return beginLog(address, {
    origin: hashLabeled("chainMove", origin, seq, relayHead, logId),
    entriesRead,
  });
}

/** The first log at another relay, where the word of many left the old one behind an entry. */
export function movedLog(
  address: LogAddress,
  left: {
    readonly origin: Uint8Array;
    readonly seq: number;
    readonly relayMark: Uint8Array;
    readonly entriesRead: number;
  },
): CircleLog {
  const { origin, relayMark, entriesRead } = left;
  const seq = encode((w) => writeCount(w, left.seq));
  const { logId } = logKeys(address);
  return beginLog(address, {
    origin: hashLabeled("chainRelayMove", origin, seq, relayMark, logId),
    entriesRead,
  });
}

/** A log where a joiner begins to read it. */
export function joinedLog(
  address: LogAddress,
  o: {
    readonly seq: number;
    readonly relayHead: Uint8Array;
    readonly origin: Uint8Array;
  },
): CircleLog {
  return {
    address,
    logId: logKeys(address).logId,
    origin: o.origin,
    seq: o.seq,
    relayHead: o.relayHead,
    window: startWindow(o.seq, o.relayHead),
    entriesRead: 0,
  };
}

/** One entry further. */
export function advanceLog(log: CircleLog, entryId: Uint8Array): CircleLog {
  const at = { seq: log.seq, head: log.relayHead };
  const { seq, head } = nextChainHead(sha256, at, entryId);
  return {
    ...log,
    seq,
    relayHead: head,
    window: extendWindow(log.window, markOf(head)),
    entriesRead: log.entriesRead + 1,
  };
}

/** Whether the last read entry is the last that the log can have. */
export function isFull(log: CircleLog): boolean {
  return log.seq >= LOG_END;
}

/** The first bytes of the members' chain at a position, which messages carry. */
export function memberMark(
  origin: Uint8Array,
  seq: number,
  relayMark: Uint8Array,
): Uint8Array {
  const position = encode((w) => writeCount(w, seq));
  const head = hashLabeled("chainAt", origin, position, relayMark);
  return head.slice(0, MARK_LENGTH);
}

/**
 * Whether what the author of the entry at `log.seq` saw contradicts what we saw. Positions older than the window cannot
 * be compared any more; a position that is not before the entry itself cannot have been seen.
 */
export function compareSeen(
  log: CircleLog,
  seen: SeenPosition,
): ChainFault | undefined {
  const fork: ChainFault = { kind: "fork", seq: seen.seq };
  if (seen.seq >= log.seq) return fork;
  const mark = markAt(log.window, seen.seq);
  if (mark === undefined) return undefined;
  return equalBytes(mark, seen.relayMark) &&
    equalBytes(memberMark(log.origin, seen.seq, mark), seen.memberMark)
    ? undefined
    : fork;
}

/** Compares a head that the relay signed with what it has shown; `isEnd` when it claims that nothing lies behind. */
export function checkHead(
  log: CircleLog,
  head: {
    readonly seq: number;
    readonly head: Uint8Array;
    readonly isEnd: boolean;
  },
): ChainFault | undefined {
  if (head.isEnd && head.seq < log.seq)
    return { kind: "rollback", seq: head.seq };
  const mark = markAt(log.window, head.seq);
  if (mark === undefined || equalBytes(mark, markOf(head.head)))
    return undefined;
  return { kind: "fork", seq: head.seq };
}

function beginLog(
  address: LogAddress,
  o: { readonly origin: Uint8Array; readonly entriesRead: number },
): CircleLog {
  const { logId } = logKeys(address);
  const relayHead = firstChainHead(sha256, logId, address.relayPub);
  return {
    address,
    logId,
    origin: o.origin,
    seq: 0,
    relayHead,
    window: startWindow(0, relayHead),
    entriesRead: o.entriesRead,
  };
}
