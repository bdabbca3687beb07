/** Commands about trouble: alarms that were seen, asking to be let in again, and deciding on those who ask (docs/spec/repair.md). */
import { decodeBase64url, equalBytes } from "@halqa/bytes";
import { hasKey } from "../../circle/key-set.ts";
import { isSteward } from "../../circle/roster.ts";
import { acknowledgeAlarm } from "../alarms.ts";
import { askRepair } from "../ask-repair.ts";
import { isKeyCopied } from "../copied-key.ts";
import type { CircleRecord } from "../durable.ts";
import { fallOut } from "../fall-out.ts";
import { addIntent } from "../intents.ts";
import { MAX_INTENTS } from "../limits.ts";
import { rebuild } from "../rebuild.ts";
import type { RepairRequestRecord } from "../repair-record.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

/** EN-141 */
export function acknowledge(
  context: JobContext,
  { circle, alarm }: CommandOf<"acknowledge-alarm">,
): CommandOutcome {
  const record = recordOf(context, circle);
  if (record === undefined) return refuse("unknown-circle");
  const next = acknowledgeAlarm(record, alarm);
  return next === record ? refuse("unknown-item") : accept(context, next);
}

/** RP-7: a person wants it, so it is asked again, also from a circle whose log this device has lost. */
export function repairCircle(
  context: JobContext,
  command: CommandOf<"repair">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  if (isKeyCopied(context.state.durable.root, record.repair))
    return refuse("link-anew");
  const fallen = asFallen(context, record);
  return fallen === undefined
    ? refuse("nothing-to-do")
    : accept(context, askRepair(context, fallen));
}

function asFallen(
  { env }: JobContext,
  record: CircleRecord,
): CircleRecord | undefined {
  const { circle, desk, repair } = record;
  const isOut = desk.place === "halted" || desk.place === "restored";
  if (isOut && repair !== undefined) return record;
  const isGone = desk.alarms.some(({ kind }) => kind === "gone");
  return circle !== undefined && desk.place === "in" && isGone
    ? fallOut(env, record, { circle, cause: "gone", alarms: [] })
    : undefined;
}

/** RP-20: only who can follow the circle no more builds it anew, and only a steward is followed. */
export function rebuildCircle(
  context: JobContext,
  command: CommandOf<"rebuild">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const { desk, repair } = record;
  if (desk.place !== "halted" || repair === undefined)
    return refuse("nothing-to-do");
  if (isKeyCopied(context.state.durable.root, repair))
    return refuse("link-anew");
  const { lastGood } = repair;
  return hasKey(lastGood.info.stewards, lastGood.memberKey)
    ? accept(context, rebuild(context, record, lastGood))
    : refuse("not-a-steward");
}

/** RP-6: a steward looked at who asks. */
export function decideRepair(
  context: JobContext,
  command: CommandOf<"approve-repair" | "decline-repair">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const { circle, desk, intents, repairDesk } = record;
  if (circle === undefined || desk.place !== "in")
    return refuse("not-a-member");
  if (!isSteward(circle)) return refuse("not-a-steward");
  if (intents.length >= MAX_INTENTS) return refuse("outbox-full");
  const id = decodeBase64url(command.request);
  const wanted =
    id.ok && repairDesk.requests.find((one) => equalBytes(one.id, id.value));
  if (!wanted || wanted.state !== "asking") return refuse("unknown-request");
  const isGranted = command.command === "approve-repair";
  const requests = repairDesk.requests.flatMap(
    (one): readonly RepairRequestRecord[] => {
      if (one !== wanted) return [one];
      return isGranted ? [{ ...one, state: "approving" }] : [];
    },
  );
  const decided = { ...record, repairDesk: { ...repairDesk, requests } };
  return accept(
    context,
    isGranted
      ? addIntent(decided, { act: "repair", request: wanted.id })
      : decided,
  );
}
