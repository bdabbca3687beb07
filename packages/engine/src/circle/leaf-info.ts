/** `halqa_leaf`, the leaf extension: what a device says about itself (docs/spec/circle.md, CI-4). */
import {
  decode,
  encode,
  failReader,
  hasFailed,
  readOptional,
  readU64,
  readVectorOf,
  writeOptional,
  writeU64,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result } from "@halqa/bytes";
import { isX25519PublicKey } from "@halqa/crypto";
import {
  readKey,
  readName,
  readVersion,
  writeKey,
  writeName,
} from "./field.ts";
import { MAX_INBOXES } from "./limits.ts";
import { readInboxAddress, writeInboxAddress } from "./relay-record.ts";
import type { InboxAddress } from "./relay-record.ts";

/** Private use in the registry of MLS extensions (RFC 9420, 17.3). */
export const LEAF_EXTENSION = 0xf0a2;

export interface LeafInfo {
  /** What the person wants to be called in this circle. */
  readonly name: string;
  readonly inboxes: readonly InboxAddress[];
  /** Boxes for this device alone are sealed to it, never to the MLS leaf key. */
  readonly sealingKey: Uint8Array;
  /** The epoch in which the leaf's keys were last renewed by a path or an Update; 0 before the first time. */
  readonly lastPathEpoch: bigint;
  /** The invite that the leaf came by; it never changes. */
  readonly invitePub: Uint8Array | undefined;
}

const VERSION = 1;

export function encodeLeafInfo(leaf: LeafInfo): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeName(w, leaf.name);
    writeVectorOf(w, leaf.inboxes, writeInboxAddress);
    writeKey(w, leaf.sealingKey);
    writeU64(w, leaf.lastPathEpoch);
    writeOptional(w, leaf.invitePub, writeKey);
  });
}

export function decodeLeafInfo(
  bytes: Uint8Array,
): Result<LeafInfo, DecodeError> {
  return decode(bytes, readLeafInfo);
}

function readLeafInfo(r: Reader): LeafInfo {
  readVersion(r, VERSION);
  const leaf = {
    name: readName(r),
    inboxes: readVectorOf(r, readInboxAddress, MAX_INBOXES),
    sealingKey: readKey(r),
    lastPathEpoch: readU64(r),
    invitePub: readOptional(r, readKey),
  };
  if (hasFailed(r)) return leaf;
  if (leaf.inboxes.length === 0 || !isX25519PublicKey(leaf.sealingKey))
    failReader(r, "invalid");
  return leaf;
}
