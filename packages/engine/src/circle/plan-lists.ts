/** Who is what after a planned commit (docs/spec/circle.md, CI-54): stewards, readers and those who are held. */
import { err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { CircleInfo } from "./circle-info.ts";
import { hasKey, toKeySet, withoutKeys } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { MAX_LISTED_MEMBERS, MAX_STEWARDS } from "./limits.ts";
import type { PlanFault } from "./plan-fault.ts";

export interface ListsWish {
  readonly stewards?: KeySet | undefined;
  readonly readers?: KeySet | undefined;
  /** Who goes and stays known. */
  readonly hold?: KeySet | undefined;
  /** Who is not held any longer. */
  readonly release?: KeySet | undefined;
}

/** What a commit does to those who are in the circle. */
export interface MembersAfter {
  /** Who stays. */
  readonly members: KeySet;
  readonly gone: KeySet;
  readonly joining: KeySet;
}

export type Lists = Pick<CircleInfo, "stewards" | "readers" | "held">;

/** Whoever goes is on no list but that of the held, and whoever comes is held no longer. */
export function planLists(
  before: CircleInfo,
  wish: ListsWish,
  o: MembersAfter,
): Result<Lists, PlanFault> {
  const { members, gone, joining } = o;
  const wished = wish.stewards ?? before.stewards;
  // In a circle of two, whoever comes is a steward at once.
  const more = before.settings.kind === "direct" ? joining : [];
  const stewards = toKeySet([...withoutKeys(wished, gone), ...more]);
  const readers = withoutKeys(wish.readers ?? before.readers, [
    ...gone,
    ...stewards,
  ]);
  const freed = [...(wish.release ?? []), ...joining];
  const held = withoutKeys(
    [...before.held, ...(wish.hold ?? [])],
    withoutKeys(freed, wish.hold ?? []),
  );
  const lists = {
    stewards,
    readers: toKeySet(readers),
    held: toKeySet(held),
  };
  const present = [...members, ...joining];
  const isDirect = before.settings.kind === "direct";
  const fault = faultOf(lists, present, isDirect);
  return fault === undefined ? ok(lists) : err({ kind: fault });
}

function faultOf(
  { stewards, readers, held }: Lists,
  present: KeySet,
  isDirect: boolean,
): "last-steward" | "unknown-member" | "too-many" | "direct" | undefined {
  if (stewards.length === 0) return "last-steward";
  if (![...stewards, ...readers].every((key) => hasKey(present, key)))
    return "unknown-member";
  const isTooMany =
    stewards.length > MAX_STEWARDS ||
    Math.max(readers.length, held.length) > MAX_LISTED_MEMBERS;
  if (isTooMany) return "too-many";
  return isDirect && present.length > 2 ? "direct" : undefined;
}
