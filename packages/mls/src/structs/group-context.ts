/** GroupContext (RFC 9420, 8.1): what all members of an epoch agree on; every key and signature of the epoch covers it. */
import {
  decode,
  encode,
  readU16,
  readU64,
  readVector,
  writeU16,
  writeU64,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { readExtensions, writeExtensions } from "./extension.ts";
import type { Extension } from "./extension.ts";
import {
  readProtocolVersion,
  writeProtocolVersion,
} from "./protocol-version.ts";

export interface GroupContext {
  readonly version: number;
  readonly cipherSuite: number;
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly treeHash: Uint8Array;
  readonly confirmedTranscriptHash: Uint8Array;
  readonly extensions: readonly Extension[];
}

export function readGroupContext(r: Reader): GroupContext {
  return {
    version: readProtocolVersion(r),
    cipherSuite: readU16(r),
    groupId: readVector(r),
    epoch: readU64(r),
    treeHash: readVector(r),
    confirmedTranscriptHash: readVector(r),
    extensions: readExtensions(r),
  };
}

export function writeGroupContext(w: Writer, x: GroupContext): void {
  writeProtocolVersion(w, x.version);
  writeU16(w, x.cipherSuite);
  writeVector(w, x.groupId);
  writeU64(w, x.epoch);
  writeVector(w, x.treeHash);
  writeVector(w, x.confirmedTranscriptHash);
  writeExtensions(w, x.extensions);
}

/** Encoded once an epoch by its owner and passed on as bytes: it goes into every signature and derivation. */
export function encodeGroupContext(x: GroupContext): Uint8Array {
  return encode((w) => writeGroupContext(w, x));
}

export function decodeGroupContext(
  bytes: Uint8Array,
): Result<GroupContext, DecodeError> {
  return decode(bytes, readGroupContext);
}
