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

export type NodeKeys = ReadonlyMap<number, KeyPair>;
export type NodeSecrets = ReadonlyMap<number, Uint8Array>;

export function writeKeyPair(writer: Writer, keys: KeyPair): void {
  writeVector(writer, keys.publicKey);
  writeVector(writer, keys.secretKey);
}

export function readKeyPair(reader: Reader): KeyPair {
  return { publicKey: readVector(reader), secretKey: readVector(reader) };
}

export function writeKeyPairs(writer: Writer, keys: NodeKeys): void {
  writeRows(writer, keys, writeKeyPair);
}

export function readKeyPairs(reader: Reader): NodeKeys {
  return readRows(reader, readKeyPair);
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
