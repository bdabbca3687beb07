/** Keys and addresses as the stored parts of a circle hold them (docs/spec/circle.md, CI-60). */
import {
  readBytes,
  readOptional,
  readU16,
  readU32,
  readU64,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { x25519PublicKey } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { LogAddress } from "./address.ts";
import { EPOCH_TAG_LENGTH } from "./epoch-key.ts";
import type { EpochKey } from "./epoch-key.ts";
import {
  readCount,
  readKey,
  writeCount,
  writeFixed,
  writeKey,
} from "./field.ts";
import { readRoles, writeRoles } from "./roles.ts";

export function writeKeyPair(w: Writer, { secretKey }: KeyPair): void {
  writeKey(w, secretKey);
}

export function readKeyPair(r: Reader): KeyPair {
  const secretKey = readKey(r);
  // A failed reader's key has no length, and nobody will look at it.
  const publicKey =
    secretKey.length === 0 ? secretKey : x25519PublicKey(secretKey);
  return { publicKey, secretKey };
}

export function writeAddress(w: Writer, address: LogAddress): void {
  writeU32(w, address.addressNumber);
  writeU16(w, address.part);
  writeKey(w, address.relayPub);
  writeKey(w, address.logSeed);
}

export function readAddress(r: Reader): LogAddress {
  return {
    addressNumber: readU32(r),
    part: readU16(r),
    relayPub: readKey(r),
    logSeed: readKey(r),
  };
}

export function writeEpochKey(w: Writer, key: EpochKey): void {
  writeU64(w, key.epoch);
  writeKey(w, key.envelopeKey);
  writeFixed(w, key.tag, EPOCH_TAG_LENGTH);
  writeRoles(w, key.roles);
  writeOptional(w, key.endedAt, writeCount);
}

export function readEpochKey(r: Reader): EpochKey {
  return {
    epoch: readU64(r),
    envelopeKey: readKey(r),
    tag: readBytes(r, EPOCH_TAG_LENGTH),
    roles: readRoles(r),
    endedAt: readOptional(r, readCount),
  };
}
