/** Commands by which a person makes sure who somebody is (docs/spec/circle.md, CI-170 to CI-172). */
import { decodeBase64url, equalBytes } from "@halqa/bytes";
import { hasKey, toKeySet, withoutKeys } from "../../circle/key-set.ts";
import { membersOf } from "../../circle/roster.ts";
import {
  compareSafetyCode,
  safetyCodeOf,
  safetyNumberOf,
} from "../../circle/safety-number.ts";
import type { Pair } from "../../circle/safety-number.ts";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord } from "../durable.ts";
import { MAX_VERIFIED } from "../limits.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

/** The number of the two of us, and the code for the other's camera. */
export function showSafety(
  context: JobContext,
  command: CommandOf<"safety-number">,
): CommandOutcome {
  const found = pairOf(context, command);
  if (typeof found === "string") return refuse(found);
  const { pair, record } = found;
  return accept(context, record, {
    kind: "safety-number",
    number: safetyNumberOf(pair),
    code: safetyCodeOf(pair),
  });
}

/** What the other's screen showed: it sets the mark, or takes it away. */
export function compareSafety(
  context: JobContext,
  command: CommandOf<"compare-safety">,
): CommandOutcome {
  const found = pairOf(context, command);
  if (typeof found === "string") return refuse(found);
  const { pair, record } = found;
  const compared = compareSafetyCode(pair, command.code);
  if (compared === "unreadable") return refuse("bad-text");
  const isSame = compared === "same";
  return mark(context, record, {
    memberKey: pair.other,
    isVerified: isSame,
    value: { kind: "compared", same: isSame },
  });
}

/** By a person's own word, who has compared the numbers. */
export function markVerified(
  context: JobContext,
  command: CommandOf<"mark-verified">,
): CommandOutcome {
  const found = pairOf(context, command);
  if (typeof found === "string") return refuse(found);
  return mark(context, found.record, {
    memberKey: found.pair.other,
    isVerified: command.verified,
    value: { kind: "done" },
  });
}

function mark(
  context: JobContext,
  record: CircleRecord,
  o: {
    readonly memberKey: Uint8Array;
    readonly isVerified: boolean;
    readonly value: { readonly kind: "done" } | ComparedValue;
  },
): CommandOutcome {
  const { verified } = record;
  const isMarked = hasKey(verified, o.memberKey);
  if (o.isVerified && !isMarked && verified.length >= MAX_VERIFIED)
    return refuse("bad-number");
  const others = withoutKeys(verified, [o.memberKey]);
  const next = o.isVerified ? toKeySet([...others, o.memberKey]) : others;
  const changed = isMarked === o.isVerified ? verified : next;
  return accept(context, { ...record, verified: changed }, o.value);
}

interface ComparedValue {
  readonly kind: "compared";
  readonly same: boolean;
}

function pairOf(
  { env, state }: JobContext,
  command: { readonly circle: string; readonly member: string },
): { readonly pair: Pair; readonly record: CircleRecord } | CommandFault {
  const record = recordOf({ env, state }, command.circle);
  if (record === undefined) return "unknown-circle";
  const { circle, repair } = record;
  const circleId = circle?.info.circleId ?? repair?.lastGood.info.circleId;
  if (circleId === undefined) return "not-a-member";
  const own = record.desk.memberKey;
  const key = decodeBase64url(command.member);
  if (!key.ok || equalBytes(key.value, own)) return "unknown-member";
  const other = key.value;
  // RP-34: who is out compares with those who are asked.
  const known =
    circle === undefined
      ? (repair?.lastGood.devices ?? [])
      : membersOf(circle, env);
  return known.some(({ memberKey }) => equalBytes(memberKey, other))
    ? { pair: { circleId, own, other }, record }
    : "unknown-member";
}
