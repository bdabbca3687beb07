/** What a circle's own wishes need once it has caught up: seals for what waits, a commit for what a steward wants (EN-34). */
import { isFrozen } from "./alarms.ts";
import type { CircleRecord } from "./durable.ts";
import { isLetInDue, letInDue } from "./auto-invites.ts";
import { doChores, hasChore } from "./chores.ts";
import { hasAboutChore, tendAbout } from "./files/about-files.ts";
import { canPlan, planDue } from "./intents.ts";
import { isCaughtUp } from "./log-run.ts";
import { canSeal, canSealAway, sealAway, sealDue } from "./outbox.ts";
import type { JobContext } from "./job-context.ts";
import { CALLED_WAIT_MS } from "./limits.ts";
import type { RepairAsk } from "./repair-record.ts";
import { isAway } from "./side/publish.ts";
import type { EngineState } from "./state.ts";

/** Whether `tend` would change anything. */
export function canTend(
  { env, state }: JobContext,
  record: CircleRecord,
): boolean {
  if (!isAtWork({ env, state }, record)) return false;
  const run = state.logs.get(record.id);
  if (hasWork({ env, state }, record)) return true;
  if (canSealAway(record) && isAway(state, record)) return true;
  return (
    hasAboutChore(env, record) ||
    canSeal(record, run) ||
    isLetInDue(record, env.now) ||
    canPlan(record, run)
  );
}

/** Every job that changes a circle ends with this, so that a message is stored and sealed in one transaction. */
export function tend(context: JobContext, record: CircleRecord): CircleRecord {
  const { env, state } = context;
  if (!isAtWork(context, record)) return record;
  const run = state.logs.get(record.id);
  const looked = tendAbout(env, record);
  const sealed =
    run !== undefined && canSeal(looked, run)
      ? sealDue(env, looked, run)
      : looked;
  const away =
    canSealAway(sealed) && isAway(state, sealed)
      ? sealAway(env, sealed)
      : sealed;
  const asked = isLetInDue(away, env.now) ? letInDue(away, env.now) : away;
  const done = hasWork(context, asked) ? doChores(context, asked) : asked;
  return canPlan(done, run) ? planDue(env, done) : done;
}

/** Chores need the newest epoch, as everything that leaves. */
function hasWork(context: JobContext, record: CircleRecord): boolean {
  const { circle, id } = record;
  const run = context.state.logs.get(id);
  return (
    circle !== undefined && isCaughtUp(run, circle) && hasChore(context, record)
  );
}

function isAtWork({ env, state }: JobContext, record: CircleRecord): boolean {
  const { desk, repair, rebuild } = record;
  const isIn = desk.place === "in" && !isFrozen(record);
  if (!isIn || isInboxAhead(state, record)) return false;
  // RP-27: what is said now would be said to those who have not gone over yet; not for long, should its builder never come.
  const isCalled =
    rebuild?.isOwn === false && repair?.asks.some(hasGroup) === true;
  return !isCalled || Math.abs(env.now - rebuild.since) >= CALLED_WAIT_MS;
}

/** RP-27: a call to another group may lie in the inbox; where that cannot be opened, nothing waits for it. */
function isInboxAhead({ inboxes }: EngineState, record: CircleRecord): boolean {
  const run = inboxes.get(record.desk.inbox.owner.key);
  if (run === undefined || run.phase === "refused") return false;
  return run.phase !== "open" || run.queue.length > 0;
}

function hasGroup({ groupId }: RepairAsk): boolean {
  return groupId !== undefined;
}
