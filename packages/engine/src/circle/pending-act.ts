/** An act of ours whose commit is under way, as it is stored beside its intent (docs/spec/circle.md, CI-57). */
import {
  decode,
  encode,
  failReader,
  hasFailed,
  readU32,
  readVector,
  readVectorOf,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import type { PendingCommit } from "../ports/mls.ts";
import type { CircleEnv } from "./circle.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { MAX_ADDS } from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";

/** Where the Welcome of a joiner goes, and under which key. */
export interface JoinerAddress {
  readonly leaf: number;
  readonly memberKey: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly relay: RelayRecord;
  readonly sendId: Uint8Array;
}

/** To be stored with the circle before its entry leaves, and handed to `readEntry` until its epoch ends. */
export interface PendingAct {
  readonly commit: PendingCommit;
  readonly entryId: Uint8Array;
  readonly joiners: readonly JoinerAddress[];
}

const VERSION = 1;

export function encodePendingAct(
  { mls }: CircleEnv,
  act: PendingAct,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVector(w, mls.encodePendingCommit(act.commit));
    writeKey(w, act.entryId);
    writeVectorOf(w, act.joiners, writeJoiner);
  });
}

export function decodePendingAct(
  { mls }: CircleEnv,
  bytes: Uint8Array,
): Result<PendingAct, DecodeError> {
  const stored = decode(bytes, readStored);
  if (!stored.ok) return stored;
  const { commitBytes, ...rest } = stored.value;
  const commit = mls.decodePendingCommit(commitBytes);
  return commit.ok
    ? { ok: true, value: { commit: commit.value, ...rest } }
    : commit;
}

function readStored(r: Reader) {
  readVersion(r, VERSION);
  const stored = {
    commitBytes: readVector(r),
    entryId: readKey(r),
    joiners: readVectorOf(r, readJoiner, MAX_ADDS),
  };
  const leaves = stored.joiners.map(({ leaf }) => leaf);
  if (!hasFailed(r) && new Set(leaves).size < leaves.length)
    failReader(r, "invalid");
  return stored;
}

function writeJoiner(w: Writer, joiner: JoinerAddress): void {
  writeU32(w, joiner.leaf);
  writeKey(w, joiner.memberKey);
  writeKey(w, joiner.sealingKey);
  writeRelayRecord(w, joiner.relay);
  writeKey(w, joiner.sendId);
}

function readJoiner(r: Reader): JoinerAddress {
  return {
    leaf: readU32(r),
    memberKey: readKey(r),
    sealingKey: readKey(r),
    relay: readRelayRecord(r),
    sendId: readKey(r),
  };
}
