/** `halqa_start`, the GroupInfo extension: where a joiner begins to read (docs/spec/circle.md, CI-6). */
import {
  decode,
  encode,
  failReader,
  readOptional,
  readU16,
  readU32,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import { LOG_END } from "@halqa/protocol";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeKey,
} from "./field.ts";

import { readMoved, writeMoved } from "./moved-codec.ts";
import type { Moved } from "./moved.ts";

/** Private use in the registry of MLS extensions (RFC 9420, 17.3). */
export const START_EXTENSION = 0xf0a3;

export interface StartInfo {
  readonly addressNumber: number;
  readonly part: number;
  readonly logSeed: Uint8Array;
  /** The entry whose commit let the joiner in, or the empty beginning of the log that the commit led to. */
  readonly seq: number;
  /** The relay's chain at `seq`. */
  readonly relayHead: Uint8Array;
  /** What the members' chain had come to when the log began. */
  readonly origin: Uint8Array;
  /** The move by which the log came to its relay, where `halqa_circle` does not say so yet. */
  readonly moved?: Omit<Moved, "from"> | undefined;
}

const VERSION = 1;

export function encodeStartInfo(start: StartInfo): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU32(w, start.addressNumber);
    writeU16(w, start.part);
    writeKey(w, start.logSeed);
    writeCount(w, start.seq);
    writeKey(w, start.relayHead);
    writeKey(w, start.origin);
    writeOptional(w, start.moved, writeMoved);
  });
}

export function decodeStartInfo(
  bytes: Uint8Array,
): Result<StartInfo, DecodeError> {
  return decode(bytes, readStartInfo);
}

function readStartInfo(r: Reader): StartInfo {
  readVersion(r, VERSION);
  const start = {
    addressNumber: readU32(r),
    part: readU16(r),
    logSeed: readKey(r),
    seq: readCount(r),
    relayHead: readKey(r),
    origin: readKey(r),
    moved: readOptional(r, readMoved),
  };
  if (start.seq > LOG_END) failReader(r, "invalid");
  return start;
}
