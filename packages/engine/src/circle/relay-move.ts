/**
 * A move: the word of many that another relay orders from now on (docs/spec/relays-of-a-circle.md, MV-5 to MV-8; rule A10). It needs nothing of
 * the old relay, so it must name exactly where the old log is left: whoever signs it says "I stand there".
 */
import {
  encode,
  equalBytes,
  failReader,
  hasFailed,
  readBytes,
  readU32,
  readU64,
  readVectorOf,
  writeU32,
  writeU64,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { ed25519Sign, ed25519Verify, sha256 } from "@halqa/crypto";
import { readApproval, writeApproval } from "./approval.ts";
import type { Approval } from "./approval.ts";
import { markOf, MARK_LENGTH } from "./chain-window.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { memberMark } from "./circle-log.ts";
import { fromMlsCredential } from "./credential.ts";
import { labeledBytes } from "./derive-key.ts";
import {
  readCount,
  readKey,
  readVersion,
  writeCount,
  writeFixed,
  writeKey,
} from "./field.ts";
import { hasKey } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { MAX_APPROVALS } from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";
import { termOf } from "./relay-term.ts";

export interface RelayMove {
  readonly circleId: Uint8Array;
  readonly term: number;
  readonly epoch: bigint;
  /** The log that is left, and its last entry that counts. */
  readonly logId: Uint8Array;
  readonly seq: number;
  /** First octets of the members' chain there. */
  readonly chain: Uint8Array;
  /** Orders from then on. */
  readonly relay: RelayRecord;
}

/** With the words that it has, in the order of leaves. */
export interface ProposedMove {
  readonly move: RelayMove;
  readonly words: readonly Approval[];
}

const VERSION = 1;

export function encodeMove(move: RelayMove): Uint8Array {
  return encode((w) => writeMove(w, move));
}

/** Names the move; of two with one term the lower one counts. */
export function moveIdOf(move: RelayMove): Uint8Array {
  return sha256(encodeMove(move));
}

function writeMove(w: Writer, move: RelayMove): void {
  writeU8(w, VERSION);
  writeKey(w, move.circleId);
  writeU32(w, move.term);
  writeU64(w, move.epoch);
  writeKey(w, move.logId);
  writeCount(w, move.seq);
  writeFixed(w, move.chain, MARK_LENGTH);
  writeRelayRecord(w, move.relay);
}

function readMove(r: Reader): RelayMove {
  readVersion(r, VERSION);
  return {
    circleId: readKey(r),
    term: readU32(r),
    epoch: readU64(r),
    logId: readKey(r),
    seq: readCount(r),
    chain: readBytes(r, MARK_LENGTH),
    relay: readRelayRecord(r),
  };
}

export function writeProposedMove(
  w: Writer,
  { move, words }: ProposedMove,
): void {
  writeMove(w, move);
  writeVectorOf(w, words, writeApproval);
}

export function readProposedMove(r: Reader): ProposedMove {
  const move = readMove(r);
  const words = readVectorOf(r, readApproval, MAX_APPROVALS);
  const isInOrder = words.every(({ leaf }, index) => {
    const before = words[index - 1];
    return before === undefined || before.leaf < leaf;
  });
  if (!hasFailed(r) && !isInOrder) failReader(r, "non-canonical");
  return { move, words };
}

/** A move from where this device stands. */
export function moveFromHere(circle: Circle, relay: RelayRecord): RelayMove {
  const { log, mls, info } = circle;
  return {
    circleId: info.circleId,
    term: termOf(circle) + 1,
    epoch: mls.context.epoch,
    logId: log.logId,
    seq: log.seq,
    chain: memberMark(log.origin, log.seq, markOf(log.relayHead)),
    relay,
  };
}

/** The word of this device for a move from where it stands. */
export function signMove({ mls }: Circle, move: RelayMove): Approval {
  const { leafIndex, signatureSeed } = mls.own;
  const signature = ed25519Sign(signatureSeed, textOf(move));
  return { leaf: leafIndex, signature };
}

function textOf(move: RelayMove): Uint8Array {
  return labeledBytes("relayMove", encodeMove(move));
}

/** Who could give their word in an epoch. */
export interface Voters {
  /** Devices, by leaf. */
  readonly devices: ReadonlyMap<
    number,
    { readonly memberKey: Uint8Array; readonly signatureKey: Uint8Array }
  >;
  readonly members: KeySet;
  readonly stewards: KeySet;
  readonly isDirect: boolean;
}

/** Those of an epoch that this device is in or still keeps keys of; undefined for any other. */
export function votersOf(
  { mls, epochKeys }: Circle,
  env: CircleEnv,
  epoch: bigint,
): Voters | undefined {
  const key = epochKeys.find((one) => one.epoch === epoch);
  if (key === undefined) return undefined;
  const nodes =
    epoch === mls.context.epoch
      ? env.mls.leaves(mls.tree)
      : mls.past
          .find((one) => one.epoch === epoch)
          ?.roster.flatMap((node, leaf) =>
            node === undefined ? [] : [[leaf, node] as const],
          );
  const devices = new Map(
    (nodes ?? []).flatMap(([leaf, { credential, signatureKey }]) => {
      const memberKey = fromMlsCredential(credential)?.memberKey;
      return memberKey === undefined
        ? []
        : [[leaf, { memberKey, signatureKey }] as const];
    }),
  );
  const members: Uint8Array[] = [];
  for (const { memberKey } of devices.values()) {
    if (!hasKey(members, memberKey)) members.push(memberKey);
  }
  const { stewards, settings } = key.roles;
  return { devices, members, stewards, isDirect: settings.kind === "direct" };
}

/** Whose word a signature is; undefined for one that is nobody's. */
export function voterOf(
  voters: Voters,
  move: RelayMove,
  { leaf, signature }: Approval,
): Uint8Array | undefined {
  const device = voters.devices.get(leaf);
  if (device === undefined) return undefined;
  return ed25519Verify(device.signatureKey, textOf(move), signature)
    ? device.memberKey
    : undefined;
}

export interface Count {
  /** Members, and stewards among them, whose word is there. */
  readonly members: KeySet;
  readonly isEnough: boolean;
}

/** MV-6: more than half of the stewards, or all members; of a circle of two, one. */
export function countWords(
  voters: Voters,
  { move, words }: ProposedMove,
): Count {
  const members: Uint8Array[] = [];
  for (const word of words) {
    const voter = voterOf(voters, move, word);
    if (voter !== undefined && !hasKey(members, voter)) members.push(voter);
  }
  const stewards = members.filter((one) => hasKey(voters.stewards, one));
  const isEnough =
    members.length > 0 &&
    (voters.isDirect ||
      stewards.length > voters.stewards.length / 2 ||
      members.length === voters.members.length);
  return { members, isEnough };
}

/** The words of both, each device once; wrong ones do not stay. */
export function mergeWords(
  voters: Voters,
  one: ProposedMove,
  other: ProposedMove,
): ProposedMove {
  const words = new Map(one.words.map((word) => [word.leaf, word]));
  for (const word of other.words) {
    if (words.has(word.leaf)) continue;
    if (voterOf(voters, one.move, word) !== undefined)
      words.set(word.leaf, word);
  }
  if (words.size === one.words.length) return one;
  const sorted = [...words.values()].toSorted((a, b) => a.leaf - b.leaf);
  return { move: one.move, words: sorted };
}

export function isSameMove(one: RelayMove, other: RelayMove): boolean {
  return equalBytes(encodeMove(one), encodeMove(other));
}
