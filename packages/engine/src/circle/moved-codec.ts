/** A move that was followed, as circles and those who come in keep it (docs/spec/relays-of-a-circle.md, MV-12). */
import {
  readBytes,
  readOptional,
  readU32,
  readU64,
  writeOptional,
  writeU32,
  writeU64,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { MARK_LENGTH } from "./chain-window.ts";
import { readAddress, writeAddress } from "./circle-field.ts";
import {
  readCount,
  readKey,
  writeCount,
  writeFixed,
  writeKey,
} from "./field.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { LeftLog, Moved } from "./moved.ts";

export function writeMoved(
  w: Writer,
  { relay, term, moveId }: Omit<Moved, "from">,
): void {
  writeRelayRecord(w, relay);
  writeU32(w, term);
  writeKey(w, moveId);
}

export function readMoved(r: Reader): Omit<Moved, "from"> {
  return { relay: readRelayRecord(r), term: readU32(r), moveId: readKey(r) };
}

/** With the place where the log was left. */
export function writeOwnMoved(w: Writer, moved: Moved): void {
  writeMoved(w, moved);
  writeOptional(w, moved.from, writeLeftLog);
}

export function readOwnMoved(r: Reader): Moved {
  return { ...readMoved(r), from: readOptional(r, readLeftLog) };
}

function writeLeftLog(w: Writer, left: LeftLog): void {
  writeU64(w, left.epoch);
  writeAddress(w, left.address);
  writeKey(w, left.origin);
  writeCount(w, left.seq);
  writeFixed(w, left.relayMark, MARK_LENGTH);
}

function readLeftLog(r: Reader): LeftLog {
  return {
    epoch: readU64(r),
    address: readAddress(r),
    origin: readKey(r),
    seq: readCount(r),
    relayMark: readBytes(r, MARK_LENGTH),
  };
}
