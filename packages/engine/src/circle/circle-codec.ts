/**
 * A circle on disk (docs/spec/circle.md, CI-60 to CI-64): a part that changes with commits, a part that changes with every
 * entry, and for single entries small deltas on the second. What was consumed stands in none of them.
 */
import {
  decode,
  encode,
  equalBytes,
  err,
  failReader,
  ok,
  readOptional,
  readU8,
  readVector,
  readVectorOf,
  writeOptional,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import type { GroupState } from "../ports/mls.ts";
import { logKeys } from "./address.ts";
import { readCircle } from "./check-change.ts";
import {
  readAddress,
  readEpochKey,
  writeAddress,
  writeEpochKey,
} from "./circle-field.ts";
import type { Awaited, Circle, CircleEnv } from "./circle.ts";
import type { EpochKey } from "./epoch-key.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { readOwnMoved, writeOwnMoved } from "./moved-codec.ts";
import { factsOf } from "./leaf-facts.ts";
import {
  noFragments,
  readFragmentSet,
  writeFragmentSet,
} from "./fragment-set.ts";
import {
  MAX_MEMBER_SETS,
  MAX_SEALING_KEYS,
  MAX_STEWARD_SETS,
  OLD_EPOCHS,
} from "./limits.ts";
import { readInboxAddress, writeInboxAddress } from "./relay-record.ts";
import { readSealingKey, writeSealingKey } from "./sealing-keys.ts";
import {
  growWindow,
  marksSince,
  placeLog,
  readMarks,
  readProgress,
  readWindow,
  writeProgress,
  writeWindow,
} from "./log-codec.ts";

export interface CircleParts {
  /** Changes with commits. */
  readonly commitPart: Uint8Array;
  /** Changes with every entry; written anew with the commit part, and when the deltas on it have become many. */
  readonly messagePart: Uint8Array;
}

const VERSION = 1;

export function encodeCircleParts(env: CircleEnv, circle: Circle): CircleParts {
  const { mls } = env;
  return {
    commitPart: encode((w) => {
      writeU8(w, VERSION);
      writeKey(w, circle.info.circleId);
      writeVector(w, mls.encodeCommitPart(circle.mls));
      writeVectorOf(w, circle.sealingKeys, writeSealingKey);
      writeAddress(w, circle.log.address);
      writeKey(w, circle.log.origin);
      writeVectorOf(w, circle.epochKeys, writeEpochKey);
      writeOptional(w, circle.awaits, writeAwaited);
      writeOptional(w, circle.moved, writeOwnMoved);
      writeOptional(w, circle.home, writeInboxAddress);
    }),
    messagePart: encodeMessagesOf(env, circle),
  };
}

/** The message part alone, where the commit part stays. */
export function encodeMessagesOf(
  { mls }: CircleEnv,
  circle: Circle,
): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeProgress(w, circle);
    writeWindow(w, circle.log.window);
    writeVector(w, mls.encodeMessagePart(circle.mls));
    writeVectorOf(w, circle.fragments, writeFragmentSet);
  });
}

/** What `after` has that `before` has not; undefined when more changed, and both parts have to be written anew. */
export function encodeCircleDelta(
  { mls }: CircleEnv,
  before: Circle,
  after: Circle,
): Uint8Array | undefined {
  const isSmall =
    isOnlyProgress(before, after) && before.fragments === after.fragments;
  const marks = isSmall
    ? marksSince(before.log.window, after.log.window)
    : undefined;
  if (marks === undefined) return undefined;
  const change =
    before.mls === after.mls
      ? undefined
      : mls.messageDelta(before.mls, after.mls);
  return encode((w) => {
    writeU8(w, VERSION);
    writeProgress(w, after);
    writeVector(w, marks);
    writeOptional(w, change, writeVector);
  });
}

/** The circle whose parts and deltas these are, deltas in the order they were made; refuses what does not belong together. */
export function decodeCircle(
  env: CircleEnv,
  stored: CircleParts & { readonly deltas: readonly Uint8Array[] },
): Result<Circle, DecodeError> {
  const commitPart = decode(stored.commitPart, readCommitPart);
  if (!commitPart.ok) return commitPart;
  const messagePart = decode(stored.messagePart, readMessagePart);
  if (!messagePart.ok) return messagePart;
  const { mls } = env;
  const state = mls.decodeState(mls.suite3, {
    commitPart: commitPart.value.mls,
    messagePart: messagePart.value.mls,
  });
  if (!state.ok) return state;
  const parts = { ...commitPart.value, ...messagePart.value };
  let circle = assemble(env, parts, state.value);
  for (const delta of stored.deltas) {
    if (!circle.ok) return circle;
    circle = applyCircleDelta(env, circle.value, delta);
  }
  return circle;
}

type Parts = Omit<ReturnType<typeof readCommitPart>, "mls"> &
  Omit<ReturnType<typeof readMessagePart>, "mls">;

function assemble(
  { mls }: CircleEnv,
  parts: Parts,
  state: GroupState,
): Result<Circle, DecodeError> {
  const misfit = err({ kind: "invalid" as const, at: 0 });
  const { address, origin, epochKeys, sealingKeys, progress } = parts;
  const { fragments } = parts;
  const info = readCircle(state.context.extensions, parts.circleId);
  const leaf = mls.leafAt(state.tree, state.own.leafIndex);
  const facts = leaf && factsOf(leaf);
  const [sealingKey] = sealingKeys;
  const { logId } = logKeys(address);
  const log = placeLog({ address, logId, origin }, progress, parts.window);
  if (typeof info === "string" || facts === undefined || log === undefined)
    return misfit;
  const isOne =
    info.addressNumber === address.addressNumber &&
    sealingKey !== undefined &&
    equalBytes(sealingKey.publicKey, facts.info.sealingKey) &&
    areOf(state, epochKeys);
  if (!isOne) return misfit;
  return ok({
    mls: state,
    info,
    memberKey: facts.credential.memberKey,
    sealingKeys,
    log,
    epochKeys,
    fragments: fragments.length === 0 ? noFragments : fragments,
    awaits: progress.isHeard ? undefined : parts.awaits,
    ...movedIn(parts),
    sent: progress.sent,
  });
}

/** What only circles have that a move led elsewhere. */
function movedIn({ moved, home }: Parts): Pick<Circle, "moved" | "home"> {
  return {
    ...(moved === undefined ? {} : { moved }),
    ...(home === undefined ? {} : { home }),
  };
}

/** One key for each epoch that MLS keeps, and only the current one has not ended. */
function areOf(state: GroupState, keys: readonly EpochKey[]): boolean {
  const epochs = [state.context.epoch, ...state.past.map((one) => one.epoch)];
  return (
    keys.length === epochs.length &&
    keys.every(
      ({ epoch, endedAt }, index) =>
        epoch === epochs[index] && (endedAt === undefined) === (index === 0),
    )
  );
}

function readCommitPart(r: Reader) {
  readVersion(r, VERSION);
  return {
    circleId: readKey(r),
    mls: readVector(r),
    sealingKeys: readVectorOf(r, readSealingKey, MAX_SEALING_KEYS),
    address: readAddress(r),
    origin: readKey(r),
    epochKeys: readVectorOf(r, readEpochKey, OLD_EPOCHS + 1),
    awaits: readOptional(r, readAwaited),
    moved: readOptional(r, readOwnMoved),
    home: readOptional(r, readInboxAddress),
  };
}

function writeAwaited(w: Writer, { steward, isSilent }: Awaited): void {
  writeKey(w, steward);
  writeU8(w, isSilent ? 1 : 0);
}

function readAwaited(r: Reader): Awaited {
  const steward = readKey(r);
  const flag = readU8(r);
  if (flag > 1) failReader(r, "invalid");
  return { steward, isSilent: flag === 1 };
}

function readMessagePart(r: Reader) {
  readVersion(r, VERSION);
  return {
    progress: readProgress(r),
    window: readWindow(r),
    mls: readVector(r),
    fragments: readVectorOf(
      r,
      readFragmentSet,
      MAX_STEWARD_SETS + MAX_MEMBER_SETS,
    ),
  };
}

/** The circle after, from the circle before and its delta; one that does not fit is refused. */
function applyCircleDelta(
  { mls }: CircleEnv,
  circle: Circle,
  delta: Uint8Array,
): Result<Circle, DecodeError> {
  const decoded = decode(delta, (r) => {
    readVersion(r, VERSION);
    return {
      progress: readProgress(r),
      marks: readMarks(r),
      change: readOptional(r, readVector),
    };
  });
  if (!decoded.ok) return decoded;
  const { progress, marks, change } = decoded.value;
  const misfit = err({ kind: "invalid" as const, at: 0 });
  const window = growWindow(circle.log.window, marks);
  const log = placeLog(circle.log, progress, window);
  const isForgotten = circle.awaits === undefined && !progress.isHeard;
  if (log === undefined || isForgotten) return misfit;
  const state =
    change === undefined
      ? ok(circle.mls)
      : mls.applyMessageDelta(mls.suite3, circle.mls, change);
  if (!state.ok) return state;
  const awaits = progress.isHeard ? undefined : circle.awaits;
  const { sent } = progress;
  return ok({ ...circle, mls: state.value, log, awaits, sent });
}

/** Same epoch, same keys, same log: the commit part is what it was. */
export function isOnlyProgress(before: Circle, after: Circle): boolean {
  return (
    before.mls.context === after.mls.context &&
    before.epochKeys === after.epochKeys &&
    before.sealingKeys === after.sealingKeys &&
    before.moved === after.moved &&
    before.home === after.home &&
    before.log.address === after.log.address
  );
}
