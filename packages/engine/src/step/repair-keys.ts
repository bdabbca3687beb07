/** Keys of epochs by which requests for repair are judged (docs/spec/repair.md, RP-4): for 30 days, and never more than a few hundred. */
import { equalBytes } from "@halqa/bytes";
import { repairKeyOf } from "../circle/last-good.ts";
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { MAX_REPAIR_KEYS, REPAIR_KEY_MS } from "./limits.ts";
import type { RepairKey } from "./repair-record.ts";

/** Remembers the epoch that the circle is in, and forgets those that are too old; the same record when there is nothing to do. */
export function noteEpoch(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle, rebuild, repairDesk } = record;
  if (circle === undefined) return record;
  const { groupId, epoch } = circle.mls.context;
  const isKnown = repairDesk.keys.some(
    (one) => one.epoch === epoch && equalBytes(one.groupId, groupId),
  );
  if (isKnown) return record;
  const key = repairKeyOf(env.mls, circle.mls);
  const next = { groupId, epoch, key, since: env.now };
  const keys = [next, ...freshKeys(env, record)].slice(0, MAX_REPAIR_KEYS);
  // By then all who were called are in, or were let in again in other ways.
  const isOver =
    rebuild !== undefined && env.now - rebuild.since >= REPAIR_KEY_MS;
  return {
    ...record,
    rebuild: isOver ? undefined : rebuild,
    repairDesk: { ...repairDesk, keys },
  };
}

/** An epoch's key counts for 30 days from when the epoch ended here; a clock that was set back makes none of them old. */
export function freshKeys(
  { now }: StepEnv,
  { repairDesk: { keys } }: CircleRecord,
): readonly RepairKey[] {
  return keys.filter((_, index) => {
    const next = keys[index - 1];
    return next === undefined || now - next.since < REPAIR_KEY_MS;
  });
}
