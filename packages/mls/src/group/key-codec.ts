/**
 * Private keys and secrets by node index, as they lie in a state or a pending commit (docs/spec/mls-profile.md, ML-7x).
 * Rows ascend strictly, so that one value has one encoding.
 */
import {
  failReader,
  readU32,
  readVector,
  readVectorOf,
  writeU32,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import type { KeyPair } from "@halqa/crypto";
import type { Suite } from "../suite.ts";
import { isKeyPairLong, SIGNATURE_SEED_LENGTH } from "./own-keys.ts";

export type NodeKeys = ReadonlyMap<number, KeyPair>;
export type NodeSecrets = ReadonlyMap<number, Uint8Array>;

export function writeKeyPair(writer: Writer, keys: KeyPair): void {
  writeVector(writer, keys.publicKey);
  writeVector(writer, keys.secretKey);
}

export function readKeyPair(reader: Reader): KeyPair {
  return { publicKey: readVector(reader), secretKey: readVector(reader) };
}

/** A pair of a suite that is known: of the lengths of its KEM. */
export function readKeyPairFor(reader: Reader, suite: Suite): KeyPair {
  const pair = readKeyPair(reader);
  if (!isKeyPairLong(suite, pair)) failReader(reader, "invalid");
  return pair;
}

/** A secret whose length is no choice of whoever wrote it: any other would throw or halt when it is used. */
export function readSecret(reader: Reader, length: number): Uint8Array {
  const secret = readVector(reader);
  if (secret.length !== length) failReader(reader, "invalid");
  return secret;
}

export function readSeed(reader: Reader): Uint8Array {
  return readSecret(reader, SIGNATURE_SEED_LENGTH);
}

export function writeKeyPairs(writer: Writer, keys: NodeKeys): void {
  writeRows(writer, keys, writeKeyPair);
}

/** Of a suite that is known, or of one that the caller looks at later. */
export function readKeyPairs(reader: Reader, suite?: Suite): NodeKeys {
  return readRows(reader, (r) =>
    suite === undefined ? readKeyPair(r) : readKeyPairFor(r, suite),
  );
}

export function writeSecrets(writer: Writer, secrets: NodeSecrets): void {
  writeRows(writer, secrets, writeVector);
}

export function readSecrets(reader: Reader): NodeSecrets {
  return readRows(reader, (r) => readVector(r));
}

function writeRows<T>(
  writer: Writer,
  rows: ReadonlyMap<number, T>,
  writeValue: (writer: Writer, value: T) => void,
): void {
  const ascending = [...rows].toSorted(([one], [other]) => one - other);
  writeVectorOf(writer, ascending, (w, [node, value]) => {
    writeU32(w, node);
    writeValue(w, value);
  });
}

function readRows<T>(
  reader: Reader,
  readValue: (reader: Reader) => T,
): ReadonlyMap<number, T> {
  let last = -1;
  const rows = readVectorOf(reader, (r): [number, T] => {
    const node = readU32(r);
    if (node <= last) failReader(r, "non-canonical");
    last = node;
    return [node, readValue(r)];
  });
  return new Map(rows);
}
