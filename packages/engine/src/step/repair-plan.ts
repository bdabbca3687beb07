/** Requests for repair and answers to a call as a commit takes them up (docs/spec/repair.md, RP-10, RP-24): read anew from the circle as it is. */
import { encodeHex, equalBytes } from "@halqa/bytes";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import { readAnswer } from "../circle/rebuild-answer.ts";
import type { RebuildAnswer } from "../circle/rebuild-answer.ts";
import { readRepairRequest } from "../circle/repair-request.ts";
import type { RepairRequest } from "../circle/repair-request.ts";
import type { CircleRecord } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { freshKeys } from "./repair-keys.ts";
import type { RepairRequestRecord } from "./repair-record.ts";

/** The answers of these ids, read anew. */
export function answersOf(
  env: StepEnv,
  circle: Circle,
  o: { readonly record: CircleRecord; readonly wanted: readonly Uint8Array[] },
): readonly RebuildAnswer[] {
  const { rebuild: own } = o.record;
  if (own?.isOwn !== true) return [];
  return own.answers
    .filter(({ id }) => o.wanted.some((one) => equalBytes(one, id)))
    .flatMap(({ bytes }) => readAnswer(circle, env, { ...own, bytes }) ?? []);
}

/** The requests of these ids, read anew against the circle as it is. */
export function repairsOf(
  env: StepEnv,
  circle: Circle,
  o: { readonly record: CircleRecord; readonly wanted: readonly Uint8Array[] },
): readonly RepairRequest[] {
  const { repairDesk } = o.record;
  return repairDesk.requests
    .filter(({ id }) => o.wanted.some((one) => equalBytes(one, id)))
    .flatMap(({ bytes }) => {
      const keys = freshKeys(env, o.record);
      const read = readRepairRequest(circle, env, { bytes, keys });
      return read.ok ? [read.value] : [];
    });
}

/** Requests that cannot be granted any more go: their device is in, or is no device of the circle. */
export function closeRepaired(
  env: CircleEnv,
  record: CircleRecord,
): CircleRecord {
  const { circle, repairDesk } = record;
  const { requests } = repairDesk;
  if (circle === undefined || requests.length === 0) return record;
  const left = requests.filter(
    ({ bytes }) => readRepairRequest(circle, env, { bytes, keys: [] }).ok,
  );
  return left.length === requests.length
    ? record
    : { ...record, repairDesk: { ...repairDesk, requests: left } };
}

/** A wish for a repair was given up: a person may look at it. */
export function reopenRepairs(
  record: CircleRecord,
  ids: readonly Uint8Array[],
): CircleRecord {
  if (ids.length === 0) return record;
  const wanted = new Set(ids.map(encodeHex));
  const { repairDesk } = record;
  const requests = repairDesk.requests.map((one): RepairRequestRecord =>
    wanted.has(encodeHex(one.id)) ? { ...one, state: "asking" } : one,
  );
  return { ...record, repairDesk: { ...repairDesk, requests } };
}
