/**
 * What this device asks the stewards for by a proposal (docs/spec/engine.md, EN-123): to leave, or to take its new keys. A proposal holds for
 * one epoch; when that ends without it, it is made anew.
 */
import { equalBytes } from "@halqa/bytes";
import type { Circle } from "../circle/circle.ts";
import { findDevice, isOwnDevice } from "../circle/device-removal.ts";
import {
  proposeDrop,
  proposeLeave,
  proposeRenewal,
} from "../circle/propose.ts";
import { proposedRemovals } from "../circle/removal-wishes.ts";
import { isSteward } from "../circle/roster.ts";
import type { CircleRecord, Proposed } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { none } from "./writes.ts";

/** Whether the person wants to leave and can: a sole steward waits until there is another. */
export function isLeaving({ circle, intents }: CircleRecord): boolean {
  if (circle === undefined || !intents.some(({ act }) => act.act === "leave"))
    return false;
  return !isSteward(circle) || circle.info.stewards.length > 1;
}

/** Whether a proposal of ours stands or is on its way, in this epoch and for this log. Leaving comes before new keys. */
export function isProposed(record: CircleRecord): boolean {
  const proposed = currentProposal(record);
  return (
    proposed !== undefined && (proposed.what === "leave" || !isLeaving(record))
  );
}

/** What is to be appended to the log, until the log shows it. */
export function proposalToSend(record: CircleRecord): Proposed | undefined {
  const proposed = currentProposal(record);
  return proposed?.isSeen === false ? proposed : undefined;
}

function currentProposal({
  circle,
  proposed,
}: CircleRecord): Proposed | undefined {
  if (circle === undefined || proposed === undefined) return undefined;
  const isHere =
    proposed.epoch === circle.mls.context.epoch &&
    equalBytes(proposed.logId, circle.log.logId);
  return isHere ? proposed : undefined;
}

/** Makes the proposal and keeps it until its entry has left; the record as it was where the epoch takes no more. */
export function proposeOwn(
  env: StepEnv,
  record: CircleRecord,
  what: Proposed["what"],
): CircleRecord {
  const { circle } = record;
  if (circle === undefined) return record;
  const made = makeProposal(env, record, { circle, what });
  // A new object all the same: the chore rests, and is not tried without a pause.
  if (!made.ok) return { ...record };
  const { body, entryId } = made.value;
  const { epoch } = circle.mls.context;
  const { logId } = circle.log;
  return {
    ...record,
    circle: made.value.circle,
    proposed: { what, entryId, body, epoch, logId, isSeen: false },
  };
}

function makeProposal(
  env: StepEnv,
  record: CircleRecord,
  o: { readonly circle: Circle; readonly what: Proposed["what"] },
): ReturnType<typeof proposeLeave> {
  const { circle } = o;
  switch (o.what) {
    case "leave":
      return proposeLeave(circle, env);
    case "renew":
      return proposeRenewal(circle, env);
    case "drop": {
      const [leaf] = leavesToDrop(env, record);
      return leaf === undefined
        ? { ok: false, error: { kind: "exhausted" } }
        : proposeDrop(circle, env, leaf);
    }
  }
}

/** LK-51: devices of our person that are to go, whose removal no proposal of this epoch asks for yet. A steward commits it instead. */
function leavesToDrop(
  env: StepEnv,
  { circle, intents }: CircleRecord,
): readonly number[] {
  if (circle === undefined || isSteward(circle)) return none;
  const { siblings } = proposedRemovals(circle);
  return intents.flatMap(({ act }) => {
    if (act.act !== "remove-device" || !isOwnDevice(circle, act.device))
      return [];
    const leaf = findDevice(circle, env, act.device)?.leaf;
    return leaf === undefined || siblings.has(leaf) ? [] : [leaf];
  });
}

/** LK-52: wishes whose device is in the circle no more are done. */
export function closeDropped(env: StepEnv, record: CircleRecord): CircleRecord {
  const { circle, intents } = record;
  if (circle === undefined) return record;
  const left = intents.filter(
    ({ act }) =>
      act.act !== "remove-device" ||
      findDevice(circle, env, act.device) !== undefined,
  );
  return left.length === intents.length ? record : { ...record, intents: left };
}

/** One removal is asked for at a time; whoever leaves asks for nothing else. */
export function isDropDue(env: StepEnv, record: CircleRecord): boolean {
  const current = currentProposal(record);
  const isFree =
    current === undefined || current.what === "renew" || current.isSeen;
  return isFree && !isLeaving(record) && leavesToDrop(env, record).length > 0;
}

/** The log has shown an entry of ours: a proposal that stands, or one that nobody took. */
export function seeProposal(
  record: CircleRecord,
  o: { readonly entryId: Uint8Array; readonly isTaken: boolean },
): CircleRecord {
  const { proposed } = record;
  if (proposed === undefined || !equalBytes(proposed.entryId, o.entryId))
    return record;
  return {
    ...record,
    proposed: o.isTaken ? { ...proposed, isSeen: true } : undefined,
  };
}
