/** What a circle's own wishes need once it has caught up: seals for what waits, a commit for what a steward wants (EN-34). */
import { isFrozen } from "./alarms.ts";
import type { CircleRecord } from "./durable.ts";
import { canPlan, planDue } from "./intents.ts";
import { canSeal, sealDue } from "./outbox.ts";
import type { JobContext } from "./job-context.ts";

/** Whether `tend` would change anything. */
export function canTend({ state }: JobContext, record: CircleRecord): boolean {
  if (!isAtWork(record)) return false;
  const run = state.logs.get(record.id);
  return canSeal(record, run) || canPlan(record, run);
}

/** Every job that changes a circle ends with this, so that a message is stored and sealed in one transaction. */
export function tend(context: JobContext, record: CircleRecord): CircleRecord {
  if (!isAtWork(record)) return record;
  const { env, state } = context;
  const run = state.logs.get(record.id);
  const sealed =
    run !== undefined && canSeal(record, run)
      ? sealDue(env, record, run)
      : record;
  return canPlan(sealed, run) ? planDue(env, sealed) : sealed;
}

function isAtWork(record: CircleRecord): boolean {
  return record.desk.place === "in" && !isFrozen(record);
}
