/**
 * A removal is confirmed, not assumed (docs/spec/presence.md, PR-10 to PR-16, rule A8). A relay that works together with whoever was removed
 * can go on showing the others the circle as it was; only messages of theirs from the epoch behind the removal say that they followed.
 */
import { concatBytes, encode, equalBytes, writeU32 } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import type { Circle, CircleEnv, MemberRef } from "../../circle/circle.ts";
import type { Heard, RemovedMember } from "../../circle/entry-outcome.ts";
import { hasKey } from "../../circle/key-set.ts";
import { rosterOf } from "../../circle/roster.ts";
import type { RosterLeaf } from "../../circle/roster.ts";
import type { StepEnv } from "../env.ts";
import {
  MAX_CONFIRMED,
  MAX_REMOVED_NAMES,
  MAX_TAGGING_STEWARDS,
  REMOVAL_ALARM_MS,
  REMOVAL_BEHIND_MS,
  TAG_LATEST_MS,
  TAG_SOONEST_MS,
  TAGGING_LEAVES,
} from "../limits.ts";

export interface Removal {
  /** That it began: whoever speaks in it, or behind it, has followed. */
  readonly epoch: bigint;
  /** When this device followed the first one that is not confirmed, milliseconds. */
  readonly at: number;
  readonly people: readonly MemberRef[];
  /** Devices that are to give a sign, and were heard in the week before. */
  readonly expected: readonly number[];
  /** Devices that have given one. */
  readonly confirmed: readonly number[];
  /** Devices that spoke behind the removal as if it had not been, and not otherwise since. */
  readonly behind: readonly Behind[];
  /** There are other devices than this one and those of whoever removed. */
  readonly hasOthers: boolean;
  /** When this device gives its sign; undefined when it need not, or has. */
  readonly tagAt: number | undefined;
}

export interface Behind {
  readonly leaf: number;
  readonly at: number;
}

/** PR-10: who is asked for a sign is the same for all: the stewards' devices, and some more by a hash that nobody can choose. */
export function taggingLeaves(
  circle: Circle,
  env: CircleEnv,
  entryId: Uint8Array,
): readonly RosterLeaf[] {
  const roster = rosterOf(env.mls, circle.mls.tree);
  const isOfSteward = ({ credential }: RosterLeaf): boolean =>
    hasKey(circle.info.stewards, credential.memberKey);
  const ranked = roster
    .filter((one) => !isOfSteward(one))
    .map((one) => ({ one, rank: rankOf(entryId, one.leaf) }))
    .toSorted((a, b) => a.rank - b.rank || a.one.leaf - b.one.leaf);
  return [
    ...roster.filter(isOfSteward).slice(0, MAX_TAGGING_STEWARDS),
    ...ranked.slice(0, TAGGING_LEAVES).map(({ one }) => one),
  ];
}

function rankOf(entryId: Uint8Array, leaf: number): number {
  const place = encode((w) => writeU32(w, leaf));
  const [a = 0, b = 0, c = 0] = sha256(concatBytes(entryId, place));
  return a * 0x1_0000 + b * 256 + c;
}

/** A commit removed somebody: the removal that is to be confirmed from here on, with one that was not yet. */
export function startRemoval(
  env: StepEnv,
  before: Removal | undefined,
  o: {
    /** Behind the commit. */
    readonly circle: Circle;
    readonly entryId: Uint8Array;
    readonly committer: MemberRef;
    readonly removed: readonly RemovedMember[];
    /** Whether a device was heard in the last days. */
    readonly isActive: (leaf: number) => boolean;
  },
): Removal {
  const { circle, committer } = o;
  const ownLeaf = circle.mls.own.leafIndex;
  const isOther = ({ leaf, credential }: RosterLeaf): boolean =>
    leaf !== ownLeaf && !equalBytes(credential.memberKey, committer.memberKey);
  const tagging = taggingLeaves(circle, env, o.entryId);
  const isOwnCommit = equalBytes(committer.memberKey, circle.memberKey);
  const isTagger = !isOwnCommit && tagging.some(({ leaf }) => leaf === ownLeaf);
  const open =
    before !== undefined && !isConfirmed(before) ? before : undefined;
  const people = [...(open?.people ?? []), ...o.removed.map(refOf)];
  return {
    epoch: circle.mls.context.epoch,
    at: open?.at ?? env.now,
    people: people.slice(-MAX_REMOVED_NAMES),
    expected: tagging
      .filter((one) => isOther(one) && o.isActive(one.leaf))
      .map(({ leaf }) => leaf),
    confirmed: [],
    behind: open?.behind ?? [],
    hasOthers: rosterOf(env.mls, circle.mls.tree).some(isOther),
    tagAt: isTagger ? env.now + drawWait(env) : undefined,
  };
}

function refOf({ memberKey, name }: MemberRef): MemberRef {
  return { memberKey, name };
}

function drawWait({ random }: StepEnv): number {
  const [high = 0, low = 0] = random(2);
  const part = (high * 256 + low) / 0x1_0000;
  return Math.floor(TAG_SOONEST_MS + part * (TAG_LATEST_MS - TAG_SOONEST_MS));
}

/** A device was heard behind the removal: in its epoch or a later one, or as if it had not been. */
export function hearRemoval(
  removal: Removal,
  { leaf, epoch }: Heard,
  now: number,
): Removal {
  const { confirmed, behind } = removal;
  if (epoch >= removal.epoch) {
    const isBehind = behind.some((one) => one.leaf === leaf);
    const isNew = !confirmed.includes(leaf) && confirmed.length < MAX_CONFIRMED;
    if (!isNew && !isBehind) return removal;
    return {
      ...removal,
      confirmed: isNew ? [...confirmed, leaf] : confirmed,
      behind: isBehind ? behind.filter((one) => one.leaf !== leaf) : behind,
    };
  }
  const isKnown =
    confirmed.includes(leaf) || behind.some((one) => one.leaf === leaf);
  if (isKnown || behind.length >= MAX_CONFIRMED) return removal;
  return { ...removal, behind: [...behind, { leaf, at: now }] };
}

/** Whom the count is over: those who are asked for a sign, and all who were heard since. */
export function countRemoval({ expected, confirmed, behind }: Removal): {
  readonly confirmed: number;
  readonly of: number;
} {
  const all = new Set([
    ...expected,
    ...confirmed,
    ...behind.map(({ leaf }) => leaf),
  ]);
  return { confirmed: confirmed.length, of: all.size };
}

/** PR-12: more than half of them, and nobody who still speaks as before. */
export function isConfirmed(removal: Removal): boolean {
  if (!removal.hasOthers) return true;
  const { confirmed, of } = countRemoval(removal);
  return removal.behind.length === 0 && confirmed * 2 > of;
}

/** PR-13, PR-14: what speaks against it. Nobody heard for so long needs no word from a relay that is silent. */
export function removalTrouble(
  removal: Removal,
  now: number,
): "unconfirmed" | "left-behind" | undefined {
  const isOld = removal.behind.some(({ at }) => now >= at + REMOVAL_BEHIND_MS);
  if (isOld) return "left-behind";
  const isUnheard =
    removal.hasOthers &&
    removal.confirmed.length === 0 &&
    removal.behind.length === 0;
  return isUnheard && now >= removal.at + REMOVAL_ALARM_MS
    ? "unconfirmed"
    : undefined;
}

/** When there will be trouble unless somebody is heard. */
export function troubleAt(removal: Removal): number | undefined {
  if (isConfirmed(removal)) return undefined;
  const { behind, confirmed, at } = removal;
  if (behind.length > 0)
    return Math.min(...behind.map((one) => one.at + REMOVAL_BEHIND_MS));
  return confirmed.length === 0 ? at + REMOVAL_ALARM_MS : undefined;
}
