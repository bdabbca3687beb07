/**
 * The message part of a state on disk and its small change per message (docs/spec/mls-profile.md, ML-80 to ML-83). A store
 * keeps the part once per commit and appends deltas; both hold only what is still unconsumed.
 */
import {
  assertInvariant,
  decode,
  encode,
  encodeHex,
  equalBytes,
  err,
  failReader,
  ok,
  readOptional,
  readU32,
  readU64,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import {
  readSecretTree,
  readSecretTreeDelta,
  writeSecretTree,
  writeSecretTreeDelta,
} from "../schedule/secret-tree-codec.ts";
import {
  applySecretTreeDelta,
  secretTreeDelta,
} from "../schedule/secret-tree-delta.ts";
import type { SecretTreeDelta } from "../schedule/secret-tree-delta.ts";
import type { SecretTree } from "../schedule/secret-tree.ts";
import { readProposal, writeProposal } from "../structs/proposal.ts";
import type { Suite } from "../suite.ts";
import { leafAt } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import {
  readKeyPairFor,
  readSecret,
  readSeed,
  writeKeyPair,
} from "./key-codec.ts";
import type {
  CachedProposal,
  GroupState,
  PastEpoch,
  SentHandshake,
  UpdateKeys,
} from "./state.ts";

const PART_VERSION = 1;
const DELTA_VERSION = 1;

/** What the message part holds, apart from the epochs it belongs to. */
export interface MessagePart {
  readonly epoch: bigint;
  readonly secretTree: SecretTree;
  readonly proposals: ReadonlyMap<string, CachedProposal>;
  readonly sent: readonly SentHandshake[];
  /** Newest first, one for each past epoch of the commit part. */
  readonly pastTrees: readonly SecretTree[];
}

export function writeMessagePart(writer: Writer, state: GroupState): void {
  writeU8(writer, PART_VERSION);
  writeU64(writer, state.context.epoch);
  writeSecretTree(writer, state.secretTree);
  writeVectorOf(writer, [...state.proposals.values()], writeCachedProposal);
  // One proposal made twice is one message, as it is when its delta is applied.
  writeVectorOf(
    writer,
    addSent([], state.sent) ?? state.sent,
    writeSentHandshake,
  );
  writeVectorOf(writer, state.past, (w, past) =>
    writeSecretTree(w, past.secretTree),
  );
}

export function readMessagePart(reader: Reader, suite: Suite): MessagePart {
  if (readU8(reader) !== PART_VERSION) failReader(reader, "invalid");
  return {
    epoch: readU64(reader),
    secretTree: readSecretTree(reader, suite),
    proposals: readCache(reader, suite),
    sent: readVectorOf(reader, (r) => readSentHandshake(r, suite)),
    pastTrees: readVectorOf(reader, (r) => readSecretTree(r, suite)),
  };
}

/**
 * What `after` has that `before` has not, for two states of one epoch with the same past epochs; a commit or
 * `forgetPastEpochs` between them means that both parts are written anew.
 */
export function messageDelta(
  before: GroupState,
  after: GroupState,
): Uint8Array {
  assertInvariant(
    before.context === after.context &&
      before.past.length === after.past.length,
    "a delta lies within one epoch",
  );
  return encode((writer) => {
    writeU8(writer, DELTA_VERSION);
    writeU64(writer, after.context.epoch);
    writeTreeChange(writer, before.secretTree, after.secretTree);
    const known = before.proposals.size;
    writeVectorOf(
      writer,
      [...after.proposals.values()].slice(known),
      writeCachedProposal,
    );
    writeVectorOf(
      writer,
      after.sent.slice(before.sent.length),
      writeSentHandshake,
    );
    writeVectorOf(writer, [...after.past.keys()], (w, index) => {
      const one = before.past[index];
      const other = after.past[index];
      assertInvariant(one && other, "the past epochs are the same");
      writeTreeChange(w, one.secretTree, other.secretTree);
    });
  });
}

/** The state after, from the state before and its delta; refuses a delta that does not fit, whatever it is made of. */
export function applyMessageDelta(
  suite: Suite,
  state: GroupState,
  delta: Uint8Array,
): Result<GroupState, DecodeError> {
  const decoded = decode(delta, (r) => readDelta(r, suite));
  if (!decoded.ok) return decoded;
  const { epoch, current, proposals, sent, past } = decoded.value;
  const misfit = err({ kind: "invalid" as const, at: 0 });
  if (epoch !== state.context.epoch || past.length !== state.past.length)
    return misfit;
  const secretTree = changeTree(state.secretTree, current);
  if (secretTree === undefined) return misfit;
  if (!areByMembers(state.tree, proposals)) return misfit;
  const sentAfter = addSent(state.sent, sent);
  if (sentAfter === undefined) return misfit;
  const known = new Map(state.proposals);
  for (const cached of proposals) {
    const key = encodeHex(cached.reference);
    if (known.has(key)) return misfit;
    known.set(key, cached);
  }
  const pastAfter: PastEpoch[] = [];
  for (const [index, one] of state.past.entries()) {
    const tree = changeTree(one.secretTree, past[index]);
    if (tree === undefined) return misfit;
    pastAfter.push({ ...one, secretTree: tree });
  }
  return ok({
    ...state,
    secretTree,
    proposals: known,
    sent: sentAfter,
    past: pastAfter,
  });
}

/** A cached proposal of nobody would be looked up in the tree by the next commit; no message can have brought it. */
export function areByMembers(
  tree: RatchetTree,
  proposals: Iterable<CachedProposal>,
): boolean {
  return [...proposals].every(({ sender }) => leafAt(tree, sender));
}

/**
 * Ours are known by a hash of what was signed, so one that is there already is the same message: of a delta applied
 * twice, or of one proposal made twice. Undefined when it says something else.
 */
function addSent(
  before: readonly SentHandshake[],
  more: readonly SentHandshake[],
): readonly SentHandshake[] | undefined {
  const after = [...before];
  for (const one of more) {
    const same = after.find((other) =>
      equalBytes(other.messageHash, one.messageHash),
    );
    if (same === undefined) after.push(one);
    else if (!equalBytes(encodeSent(same), encodeSent(one))) return undefined;
  }
  return after;
}

function encodeSent(sent: SentHandshake): Uint8Array {
  return encode((writer) => writeSentHandshake(writer, sent));
}

interface MessageDelta {
  readonly epoch: bigint;
  readonly current: SecretTreeDelta | undefined;
  readonly proposals: readonly CachedProposal[];
  readonly sent: readonly SentHandshake[];
  readonly past: readonly (SecretTreeDelta | undefined)[];
}

function readDelta(reader: Reader, suite: Suite): MessageDelta {
  if (readU8(reader) !== DELTA_VERSION) failReader(reader, "invalid");
  const readTreeChange = (r: Reader): SecretTreeDelta | undefined =>
    readOptional(r, (inner) => readSecretTreeDelta(inner, suite));
  return {
    epoch: readU64(reader),
    current: readTreeChange(reader),
    proposals: readVectorOf(reader, (r) => readCachedProposal(r, suite)),
    sent: readVectorOf(reader, (r) => readSentHandshake(r, suite)),
    past: readVectorOf(reader, readTreeChange),
  };
}

function writeTreeChange(
  writer: Writer,
  before: SecretTree,
  after: SecretTree,
): void {
  const change = before === after ? undefined : secretTreeDelta(before, after);
  writeOptional(writer, change, writeSecretTreeDelta);
}

function changeTree(
  tree: SecretTree,
  delta: SecretTreeDelta | undefined,
): SecretTree | undefined {
  if (delta === undefined) return tree;
  const changed = applySecretTreeDelta(tree, delta);
  return changed.ok ? changed.value : undefined;
}

function writeCachedProposal(writer: Writer, cached: CachedProposal): void {
  writeVector(writer, cached.reference);
  writeU32(writer, cached.sender);
  writeProposal(writer, cached.proposal);
}

function readCachedProposal(reader: Reader, suite: Suite): CachedProposal {
  return {
    reference: readSecret(reader, suite.hashLength),
    sender: readU32(reader),
    proposal: readProposal(reader),
  };
}

function readCache(
  reader: Reader,
  suite: Suite,
): ReadonlyMap<string, CachedProposal> {
  const cached = readVectorOf(reader, (r) => readCachedProposal(r, suite));
  const byReference = new Map(
    cached.map((one) => [encodeHex(one.reference), one]),
  );
  if (byReference.size !== cached.length) failReader(reader, "invalid");
  return byReference;
}

const SENT_PROPOSAL = 1;
const SENT_COMMIT = 2;

function writeSentHandshake(writer: Writer, sent: SentHandshake): void {
  writeU8(writer, sent.kind === "proposal" ? SENT_PROPOSAL : SENT_COMMIT);
  writeVector(writer, sent.messageHash);
  if (sent.kind === "commit") return;
  writeVector(writer, sent.reference);
  writeProposal(writer, sent.proposal);
  writeVector(writer, sent.authenticatedData);
  writeOptional(writer, sent.updateKeys, writeUpdateKeys);
}

function readSentHandshake(reader: Reader, suite: Suite): SentHandshake {
  const kind = readU8(reader);
  const messageHash = readSecret(reader, suite.hashLength);
  if (kind === SENT_COMMIT) return { kind: "commit", messageHash };
  if (kind !== SENT_PROPOSAL) failReader(reader, "invalid");
  return {
    kind: "proposal",
    messageHash,
    reference: readSecret(reader, suite.hashLength),
    proposal: readProposal(reader),
    authenticatedData: readVector(reader),
    updateKeys: readOptional(reader, (r) => readUpdateKeys(r, suite)),
  };
}

function writeUpdateKeys(writer: Writer, keys: UpdateKeys): void {
  writeKeyPair(writer, keys.leafKey);
  writeVector(writer, keys.signatureSeed);
}

function readUpdateKeys(reader: Reader, suite: Suite): UpdateKeys {
  return {
    leafKey: readKeyPairFor(reader, suite),
    signatureSeed: readSeed(reader),
  };
}
