/**
 * A commit of our own that left this device and waits to be seen as the winner (docs/spec/mls-profile.md, ML-64; RFC 9420, 14).
 * It holds what cannot be derived again: the new private keys and the joiner secret of the epoch it would begin. The
 * public half is recomputed from the message itself, through the same code that handles everybody's commits, so that own
 * and foreign commits cannot come to differ. It is stored in the same transaction as the intent, and erased when its
 * epoch is decided and its Welcome is built.
 */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  hasFailed,
  readOptional,
  readU16,
  readU32,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { decodeAuthenticatedContent } from "../structs/framed-content.ts";
import {
  readPreSharedKeyId,
  writePreSharedKeyId,
} from "../structs/pre-shared-key.ts";
import type { PreSharedKeyId } from "../structs/pre-shared-key.ts";
import type { Suite } from "../suite.ts";
import { encryptionKeyAt } from "../tree/private-path.ts";
import { leafAt, leafCount } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { directPath, leafToNode } from "../tree/tree-math.ts";
import {
  readKeyPairs,
  readSecrets,
  readSeed,
  writeKeyPairs,
  writeSecrets,
} from "./key-codec.ts";
import type { NodeKeys, NodeSecrets } from "./key-codec.ts";
import { MAX_EPOCH } from "./limits.ts";
import { isKeyPairLong, isKeyPairOf, isSeedOf } from "./own-keys.ts";

/** The private half of a path of our own. */
export interface OwnPath {
  /** New key pairs by node index, our leaf's among them. */
  readonly keys: NodeKeys;
  /** Path secrets by node index, for the members that this commit adds. */
  readonly secrets: NodeSecrets;
  /** The signature seed of the leaf from this commit on. */
  readonly signatureSeed: Uint8Array;
}

/** What a Welcome needs to know of a member that the commit adds. */
export interface Joiner {
  readonly leafIndex: number;
  readonly keyPackageRef: Uint8Array;
  readonly initKey: Uint8Array;
}

export interface PendingCommit {
  readonly suiteId: number;
  readonly groupId: Uint8Array;
  /** The epoch the commit was made in. */
  readonly epoch: bigint;
  /** By this hash the message is known again in the log. */
  readonly messageHash: Uint8Array;
  /** The encoded AuthenticatedContent: our own ratchet cannot open the message any more. */
  readonly content: Uint8Array;
  readonly path: OwnPath | undefined;
  readonly joinerSecret: Uint8Array;
  readonly pskSecret: Uint8Array;
  readonly psks: readonly PreSharedKeyId[];
  readonly joiners: readonly Joiner[];
}

const VERSION = 1;

export function encodePendingCommit(pending: PendingCommit): Uint8Array {
  return encode((writer) => {
    writeU8(writer, VERSION);
    writeU16(writer, pending.suiteId);
    writeVector(writer, pending.groupId);
    writeU64(writer, pending.epoch);
    writeVector(writer, pending.messageHash);
    writeVector(writer, pending.content);
    writeOptional(writer, pending.path, writeOwnPath);
    writeVector(writer, pending.joinerSecret);
    writeVector(writer, pending.pskSecret);
    writeVectorOf(writer, pending.psks, writePreSharedKeyId);
    writeVectorOf(writer, pending.joiners, writeJoiner);
  });
}

/**
 * The pending commit that was encoded; refuses private halves that belong to another message. Their lengths are the
 * suite's, and asked for when the commit is followed (`fitsCommit`).
 */
export function decodePendingCommit(
  bytes: Uint8Array,
): Result<PendingCommit, DecodeError> {
  return decode(bytes, (reader) => {
    if (readU8(reader) !== VERSION) failReader(reader, "invalid");
    const pending = {
      suiteId: readU16(reader),
      groupId: readVector(reader),
      epoch: readU64(reader),
      messageHash: readVector(reader),
      content: readVector(reader),
      path: readOptional(reader, readOwnPath),
      joinerSecret: readVector(reader),
      pskSecret: readVector(reader),
      psks: readVectorOf(reader, readPreSharedKeyId),
      joiners: readVectorOf(reader, readJoiner),
    };
    if (!hasFailed(reader) && !isOwnHalf(pending))
      failReader(reader, "invalid");
    return pending;
  });
}

/** Whether the private half and the message in it can have been made together. */
function isOwnHalf(pending: PendingCommit): boolean {
  const decoded = decodeAuthenticatedContent(pending.content);
  if (!decoded.ok || pending.epoch >= MAX_EPOCH) return false;
  const { content, epoch, groupId } = decoded.value.content;
  if (content.kind !== "commit") return false;
  const { path } = content.commit;
  return (
    epoch === pending.epoch &&
    equalBytes(groupId, pending.groupId) &&
    (path === undefined) === (pending.path === undefined)
  );
}

/**
 * Whether a pending commit is the private half of the commit that led to `tree`: a path exactly where the commit has one,
 * with the key of every node of it. Applied without them, it would leave us in an epoch whose messages we read and whose
 * next path we cannot open.
 */
export function fitsCommit(
  suite: Suite,
  pending: PendingCommit,
  after: {
    readonly tree: RatchetTree;
    readonly leafIndex: number;
    readonly hasPath: boolean;
  },
): boolean {
  const { path, joinerSecret, pskSecret, joiners } = pending;
  const { tree, leafIndex } = after;
  const isSecret = (one: Uint8Array): boolean =>
    one.length === suite.hashLength;
  if (![joinerSecret, pskSecret].every(isSecret)) return false;
  if (!joiners.every(({ initKey }) => suite.kem.isPublicKey(initKey)))
    return false;
  if (path === undefined) return !after.hasPath;
  const leaf = leafAt(tree, leafIndex);
  const leafKey = path.keys.get(leafToNode(leafIndex));
  return (
    after.hasPath &&
    leaf !== undefined &&
    leafKey !== undefined &&
    [...path.secrets.values()].every(isSecret) &&
    isSeedOf(suite, leaf.signatureKey, path.signatureSeed) &&
    isKeyPairOf(suite, leaf.encryptionKey, leafKey) &&
    hasPathKeys(suite, path.keys, { tree, leafIndex })
  );
}

/** After a path of ours every node above us is blank or new, so we hold a key for each that is not blank, and no other. */
function hasPathKeys(
  suite: Suite,
  keys: NodeKeys,
  {
    tree,
    leafIndex,
  }: { readonly tree: RatchetTree; readonly leafIndex: number },
): boolean {
  const leafNode = leafToNode(leafIndex);
  const nodes = [leafNode, ...directPath(leafNode, leafCount(tree))].filter(
    (at) => tree.nodes[at] !== undefined,
  );
  return (
    nodes.length === keys.size &&
    nodes.every((at) => {
      const pair = keys.get(at);
      const shown = encryptionKeyAt(tree, at);
      return (
        pair !== undefined &&
        shown !== undefined &&
        isKeyPairLong(suite, pair) &&
        equalBytes(pair.publicKey, shown)
      );
    })
  );
}

function writeOwnPath(writer: Writer, path: OwnPath): void {
  writeKeyPairs(writer, path.keys);
  writeSecrets(writer, path.secrets);
  writeVector(writer, path.signatureSeed);
}

function readOwnPath(reader: Reader): OwnPath {
  return {
    keys: readKeyPairs(reader),
    secrets: readSecrets(reader),
    signatureSeed: readSeed(reader),
  };
}

function writeJoiner(writer: Writer, joiner: Joiner): void {
  writeU32(writer, joiner.leafIndex);
  writeVector(writer, joiner.keyPackageRef);
  writeVector(writer, joiner.initKey);
}

function readJoiner(reader: Reader): Joiner {
  return {
    leafIndex: readU32(reader),
    keyPackageRef: readVector(reader),
    initKey: readVector(reader),
  };
}
