/**
 * A state on disk, in two parts (docs/spec/mls-profile.md, ML-80 and ML-83): the commit part holds the tree, the key
 * schedule and the rosters of past epochs; the message part (message-codec.ts) holds what every message changes. Both are
 * canonical: one state has one encoding, and what decodes encodes to the same bytes.
 */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  hasFailed,
  ok,
  readU16,
  readU32,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeU16,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import {
  encodeGroupContext,
  readGroupContext,
  writeGroupContext,
} from "../structs/group-context.ts";
import { readRatchetTree, writeRatchetTree } from "../structs/tree-node.ts";
import type { Suite } from "../suite.ts";
import { encryptionKeyAt } from "../tree/private-path.ts";
import {
  leafAt,
  leafCount,
  treeFromNodes,
  treeHash,
  treeToNodes,
} from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { directPath, leafToNode } from "../tree/tree-math.ts";
import { MAX_EPOCH, MAX_PAST_EPOCHS } from "./limits.ts";
import {
  readKeyPairs,
  readSecret,
  readSeed,
  writeKeyPairs,
} from "./key-codec.ts";
import {
  areByMembers,
  readMessagePart,
  writeMessagePart,
} from "./message-codec.ts";
import type { MessagePart } from "./message-codec.ts";
import { isSeedOf } from "./own-keys.ts";
import { readRoster, rosterOf, writeRoster } from "./roster.ts";
import type { Roster } from "./roster.ts";
import type { GroupState, KeptSecrets, OwnLeaf, PastEpoch } from "./state.ts";

const VERSION = 1;

export interface StateParts {
  readonly commitPart: Uint8Array;
  readonly messagePart: Uint8Array;
}

export function encodeCommitPart(state: GroupState): Uint8Array {
  return encode((writer) => {
    writeU8(writer, VERSION);
    writeU16(writer, state.suiteId);
    writeGroupContext(writer, state.context);
    writeRatchetTree(writer, treeToNodes(state.tree));
    writeOwn(writer, state.own);
    writeSecretsOf(writer, state.secrets);
    writeVector(writer, state.confirmationTag);
    writeVector(writer, state.interimTranscriptHash);
    writePast(writer, state);
  });
}

export function encodeMessagePart(state: GroupState): Uint8Array {
  return encode((writer) => writeMessagePart(writer, state));
}

/** The state whose parts these are; refuses parts that do not belong together. */
export function decodeState(
  suite: Suite,
  parts: StateParts,
): Result<GroupState, DecodeError> {
  const commitPart = decode(parts.commitPart, (r) => readCommitPart(r, suite));
  if (!commitPart.ok) return commitPart;
  const messagePart = decode(parts.messagePart, (r) => {
    const part = readMessagePart(r, suite);
    if (!hasFailed(r) && !belongsTo(part, commitPart.value))
      failReader(r, "invalid");
    return part;
  });
  if (!messagePart.ok) return messagePart;
  return ok(joinParts(commitPart.value, messagePart.value));
}

type CommitPart = Omit<
  GroupState,
  "secretTree" | "proposals" | "sent" | "past"
> & { readonly past: readonly Omit<PastEpoch, "secretTree">[] };

function joinParts(
  { past, ...rest }: CommitPart,
  { pastTrees, secretTree, proposals, sent }: MessagePart,
): GroupState {
  return {
    ...rest,
    secretTree,
    proposals,
    sent,
    past: past.flatMap((epoch, index) => {
      const tree = pastTrees[index];
      return tree === undefined ? [] : [{ ...epoch, secretTree: tree }];
    }),
  };
}

function belongsTo(part: MessagePart, commitPart: CommitPart): boolean {
  return (
    part.epoch === commitPart.context.epoch &&
    part.pastTrees.length === commitPart.past.length &&
    part.secretTree.leafCount === leafCount(commitPart.tree) &&
    areByMembers(commitPart.tree, part.proposals.values())
  );
}

function readCommitPart(reader: Reader, suite: Suite): CommitPart {
  if (readU8(reader) !== VERSION) failReader(reader, "invalid");
  const suiteId = readU16(reader);
  if (suiteId !== suite.id) failReader(reader, "invalid");
  const context = readGroupContext(reader);
  if (context.cipherSuite !== suiteId || context.epoch >= MAX_EPOCH)
    failReader(reader, "invalid");
  const tree = readTree(reader, suite, context.treeHash);
  const own = readOwn(reader, suite);
  const secrets = readSecretsOf(reader, suite);
  const confirmationTag = readSecret(reader, suite.hashLength);
  const interimTranscriptHash = readSecret(reader, suite.hashLength);
  if (!hasFailed(reader) && (tree === undefined || !isOwnIn(suite, tree, own)))
    failReader(reader, "invalid");
  const roster = tree === undefined ? [] : rosterOf(tree);
  const past = readPast(reader, {
    suite,
    now: context.epoch,
    current: roster,
  });
  return {
    suiteId,
    context,
    // A failed reader's context is not fit to be written again, and nobody will look at it.
    contextBytes: hasFailed(reader)
      ? new Uint8Array()
      : encodeGroupContext(context),
    tree: tree ?? { nodes: [], hashes: [] },
    own,
    secrets,
    confirmationTag,
    interimTranscriptHash,
    past,
  };
}

/** The tree, if it is the one whose hash the epoch's context names. */
function readTree(
  reader: Reader,
  suite: Suite,
  hash: Uint8Array,
): RatchetTree | undefined {
  const nodes = readRatchetTree(reader);
  if (hasFailed(reader)) return undefined;
  const tree = treeFromNodes(suite, nodes);
  if (tree.ok && equalBytes(treeHash(tree.value), hash)) return tree.value;
  failReader(reader, "invalid");
  return undefined;
}

function writeOwn(writer: Writer, own: OwnLeaf): void {
  writeU32(writer, own.leafIndex);
  writeVector(writer, own.signatureSeed);
  writeKeyPairs(writer, own.privatePath);
}

function readOwn(reader: Reader, suite: Suite): OwnLeaf {
  return {
    leafIndex: readU32(reader),
    signatureSeed: readSeed(reader),
    privatePath: readKeyPairs(reader, suite),
  };
}

/** Whether the private keys are those of a member of this tree: of its leaf, and of nodes above it as they are now. */
function isOwnIn(suite: Suite, tree: RatchetTree, own: OwnLeaf): boolean {
  const { leafIndex, privatePath, signatureSeed } = own;
  const leaf = leafAt(tree, leafIndex);
  if (leaf === undefined) return false;
  const leafNode = leafToNode(leafIndex);
  const places = new Set([leafNode, ...directPath(leafNode, leafCount(tree))]);
  return (
    privatePath.has(leafNode) &&
    isSeedOf(suite, leaf.signatureKey, signatureSeed) &&
    [...privatePath].every(([at, { publicKey }]) => {
      const shown = places.has(at) ? encryptionKeyAt(tree, at) : undefined;
      return shown !== undefined && equalBytes(shown, publicKey);
    })
  );
}

function writeSecretsOf(writer: Writer, secrets: KeptSecrets): void {
  writeVector(writer, secrets.senderDataSecret);
  writeVector(writer, secrets.exporterSecret);
  writeVector(writer, secrets.membershipKey);
  writeVector(writer, secrets.resumptionPsk);
  writeVector(writer, secrets.epochAuthenticator);
  writeVector(writer, secrets.initSecret);
}

function readSecretsOf(reader: Reader, suite: Suite): KeptSecrets {
  const read = (): Uint8Array => readSecret(reader, suite.hashLength);
  return {
    senderDataSecret: read(),
    exporterSecret: read(),
    membershipKey: read(),
    resumptionPsk: read(),
    epochAuthenticator: read(),
    initSecret: read(),
  };
}

/** Newest first, each roster as its difference from the one before it in the list. */
function writePast(writer: Writer, state: GroupState): void {
  let newer: Roster = rosterOf(state.tree);
  writeVectorOf(writer, state.past, (w, past) => {
    writeU64(w, past.epoch);
    writeVector(w, past.groupContext);
    writeVector(w, past.senderDataSecret);
    writeRoster(w, past.roster, newer);
    newer = past.roster;
  });
}

function readPast(
  reader: Reader,
  o: {
    readonly suite: Suite;
    readonly now: bigint;
    readonly current: Roster;
  },
): readonly Omit<PastEpoch, "secretTree">[] {
  let newer = o.current;
  let before = o.now;
  return readVectorOf(
    reader,
    (r) => {
      const epoch = readU64(r);
      if (epoch >= before) failReader(r, "non-canonical");
      before = epoch;
      const groupContext = readVector(r);
      const senderDataSecret = readSecret(r, o.suite.hashLength);
      const roster = readRoster(r, newer);
      newer = roster;
      return { epoch, groupContext, senderDataSecret, roster };
    },
    MAX_PAST_EPOCHS,
  );
}
