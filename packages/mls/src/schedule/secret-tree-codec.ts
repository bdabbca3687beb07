/**
 * The secret tree on disk (docs/spec/mls-profile.md, ML-147 to ML-150). The form of the tree is the form of the encoding, so a
 * secret that the tree has no place for cannot be in the bytes either; one tree has one encoding.
 */
import {
  decode,
  encode,
  failReader,
  hasFailed,
  readBytes,
  readU32,
  readU8,
  readVarint,
  readVectorOf,
  writeBytes,
  writeU32,
  writeU8,
  writeVarint,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { MAX_TREE_LEAVES } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import type { RatchetDelta, SecretTreeDelta } from "./secret-tree-delta.ts";
import { LAST_GENERATION, RATCHET_TYPES, isRising } from "./secret-tree.ts";
import type {
  KeptKey,
  Ratchet,
  SecretNode,
  SecretTree,
} from "./secret-tree.ts";

const VERSION = 1;
const DELTA_VERSION = 1;
const KINDS = { secret: 0, opened: 1, leaf: 2 } as const;

export function encodeSecretTree(tree: SecretTree): Uint8Array {
  return encode((w) => writeSecretTree(w, tree));
}

/** The suite says how long secrets, keys and nonces are. */
export function decodeSecretTree(
  suite: Suite,
  bytes: Uint8Array,
): Result<SecretTree, DecodeError> {
  return decode(bytes, (r) => readSecretTree(r, suite));
}

export function writeSecretTree(w: Writer, tree: SecretTree): void {
  writeU8(w, VERSION);
  writeU8(w, Math.log2(tree.leafCount));
  writeNode(w, tree.root);
}

export function readSecretTree(r: Reader, suite: Suite): SecretTree {
  if (readU8(r) !== VERSION) failReader(r, "invalid");
  const depth = readU8(r);
  // Bounds the recursion too.
  if (2 ** depth > MAX_TREE_LEAVES) failReader(r, "too-long");
  return { leafCount: 2 ** depth, root: readNode(r, suite, depth) };
}

export function encodeSecretTreeDelta(delta: SecretTreeDelta): Uint8Array {
  return encode((w) => writeSecretTreeDelta(w, delta));
}

export function decodeSecretTreeDelta(
  suite: Suite,
  bytes: Uint8Array,
): Result<SecretTreeDelta, DecodeError> {
  return decode(bytes, (r) => readSecretTreeDelta(r, suite));
}

export function writeSecretTreeDelta(w: Writer, x: SecretTreeDelta): void {
  writeU8(w, DELTA_VERSION);
  writeVectorOf(w, x.droppedNodes, writeVarint);
  writeVectorOf(w, x.addedNodes, (writer, [index, secret]) => {
    writeVarint(writer, index);
    writeBytes(writer, secret);
  });
  writeVectorOf(w, x.ratchets, writeRatchetDelta);
}

export function readSecretTreeDelta(r: Reader, suite: Suite): SecretTreeDelta {
  if (readU8(r) !== DELTA_VERSION) failReader(r, "invalid");
  const droppedNodes = readVectorOf(r, readVarint);
  const addedNodes = readVectorOf(
    r,
    (reader) =>
      [readVarint(reader), readBytes(reader, suite.hashLength)] as const,
  );
  const ratchets = readVectorOf(r, (reader) => readRatchetDelta(reader, suite));
  const isOrdered =
    isIncreasing(droppedNodes) &&
    isIncreasing(addedNodes.map(([index]) => index)) &&
    isIncreasing(
      ratchets.map((x) => x.leaf * 2 + RATCHET_TYPES.indexOf(x.type)),
    );
  if (!isOrdered) failReader(r, "non-canonical");
  return { droppedNodes, addedNodes, ratchets };
}

function writeNode(w: Writer, node: SecretNode): void {
  writeU8(w, KINDS[node.kind]);
  switch (node.kind) {
    case "secret":
      writeBytes(w, node.secret);
      return;
    case "opened":
      writeNode(w, node.left);
      writeNode(w, node.right);
      return;
    case "leaf":
      writeRatchet(w, node.ratchets.handshake);
      writeRatchet(w, node.ratchets.application);
  }
}

/** `level` is the height above the leaves: only a leaf has ratchets, and only what is no leaf has children. */
function readNode(r: Reader, suite: Suite, level: number): SecretNode {
  const kind = readU8(r);
  if (kind === KINDS.opened && level > 0 && !hasFailed(r)) {
    const left = readNode(r, suite, level - 1);
    return { kind: "opened", left, right: readNode(r, suite, level - 1) };
  }
  if (kind === KINDS.leaf && level === 0) {
    const handshake = readRatchet(r, suite);
    const application = readRatchet(r, suite);
    return { kind: "leaf", ratchets: { handshake, application } };
  }
  if (kind !== KINDS.secret) failReader(r, "invalid");
  return { kind: "secret", secret: readBytes(r, suite.hashLength) };
}

function writeRatchet(w: Writer, x: Ratchet): void {
  writeRatchetHead(w, x);
  writeVectorOf(w, [...x.skipped], writeKeptKey);
}

function readRatchet(r: Reader, suite: Suite): Ratchet {
  const head = readRatchetHead(r, suite);
  const kept = readVectorOf(r, (reader) => readKeptKey(reader, suite));
  if (!isRising(kept, head.generation)) failReader(r, "non-canonical");
  return { ...head, skipped: new Map(kept) };
}

/** Where a ratchet stands, apart from the keys it keeps. */
function writeRatchetHead(
  w: Writer,
  x: Pick<Ratchet, "generation" | "secret">,
): void {
  writeU8(w, x.secret === undefined ? 0 : 1);
  if (x.secret === undefined) return;
  writeU32(w, x.generation);
  writeBytes(w, x.secret);
}

function readRatchetHead(
  r: Reader,
  suite: Suite,
): Pick<Ratchet, "generation" | "secret"> {
  const presence = readU8(r);
  if (presence > 1) failReader(r, "invalid");
  return presence === 1
    ? { generation: readU32(r), secret: readBytes(r, suite.hashLength) }
    : { generation: LAST_GENERATION + 1, secret: undefined };
}

function writeKeptKey(w: Writer, [generation, x]: KeptKey): void {
  writeU32(w, generation);
  writeBytes(w, x.key);
  writeBytes(w, x.nonce);
}

function readKeptKey(r: Reader, suite: Suite): KeptKey {
  const { keyLength, nonceLength } = suite.aead;
  const generation = readU32(r);
  const key = readBytes(r, keyLength);
  return [generation, { key, nonce: readBytes(r, nonceLength) }];
}

function writeRatchetDelta(w: Writer, x: RatchetDelta): void {
  writeVarint(w, x.leaf);
  writeU8(w, RATCHET_TYPES.indexOf(x.type));
  writeRatchetHead(w, x);
  writeVectorOf(w, x.keptKeys, writeKeptKey);
  writeVectorOf(w, x.droppedKeys, writeU32);
}

function readRatchetDelta(r: Reader, suite: Suite): RatchetDelta {
  const leaf = readVarint(r);
  const type = RATCHET_TYPES[readU8(r)];
  if (type === undefined) failReader(r, "invalid");
  const head = readRatchetHead(r, suite);
  const keptKeys = readVectorOf(r, (reader) => readKeptKey(reader, suite));
  const droppedKeys = readVectorOf(r, readU32);
  if (!isRising(keptKeys, head.generation) || !isIncreasing(droppedKeys))
    failReader(r, "non-canonical");
  return { leaf, type: type ?? "handshake", ...head, keptKeys, droppedKeys };
}

function isIncreasing(numbers: readonly number[]): boolean {
  return numbers.every((x, i) => i === 0 || numbers[i - 1]! < x);
}
