/**
 * Passing on what newcomers miss (docs/spec/presence.md, PR-30 to PR-34, rule B6): meetings that are to come, and what is pinned. It leaves
 * as this steward's word about what others said; nobody's authorship is claimed for anything that its author did not sign.
 */
import { encodeContent, isPost } from "@halqa/model";
import type { Content, Item } from "@halqa/model";
import type { CircleRecord, OutboxItem } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { readItem, withRecord } from "../entries.ts";
import { isFrozen } from "../alarms.ts";
import { isSteward } from "../../circle/roster.ts";
import type { Job } from "../job.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import { MAX_OUTBOX, MAX_SHARED_NOTICES, MAX_SHARED_PINS } from "../limits.ts";
import { isCaughtUp } from "../log-run.ts";
import { createOutboxItem } from "../outbox.ts";
import { itemRef } from "../records.ts";
import { tend } from "../tend.ts";
import { withMeta } from "./presence.ts";
import { shareOf } from "./share-content.ts";

type ShareJob = Extract<Job, { job: "share" }>;

const MINUTE_MS = 60_000;

export function isShareDue(
  { env, state }: JobContext,
  record: CircleRecord,
): boolean {
  const { circle, presence, desk, id, outbox } = record;
  const at = presence?.meta.shareAt;
  if (at === undefined || at > env.now || circle === undefined) return false;
  if (desk.place !== "in" || circle.info.isClosed || isFrozen(record))
    return false;
  const hasRoom =
    outbox.length + MAX_SHARED_NOTICES + MAX_SHARED_PINS <= MAX_OUTBOX;
  return hasRoom && isCaughtUp(state.logs.get(id), circle);
}

export function runShare(
  job: ShareJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { circle: id } = job;
  const record = context.state.durable.circles.get(id);
  if (record === undefined) return nothing(context);
  const ordinals = ordinalsOf(context.env, record);
  if (job.stage === "start" && ordinals.length > 0) {
    const refs = ordinals.map((ordinal) => itemRef(id, ordinal));
    return { step: "read", refs, job: { ...job, stage: "items" } };
  }
  const items = [...loaded.values()].flatMap((bytes) =>
    bytes === undefined ? [] : [readItem(bytes)],
  );
  const shared = tend(context, share(context.env, record, items));
  const durable = withRecord(context, shared);
  return { step: "done", durable, writes: [], after: [] };
}

function nothing({ state }: JobContext): JobStep {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}

/** The soonest meetings, and what was pinned last. */
function ordinalsOf(
  { now }: StepEnv,
  { desk }: CircleRecord,
): readonly number[] {
  const minute = Math.floor(now / MINUTE_MS);
  const { upcoming, pinned } = desk.summary;
  const notices = upcoming
    .filter(({ end }) => end > minute)
    .slice(0, MAX_SHARED_NOTICES);
  const pins = pinned
    .toSorted((one, other) => one.position - other.position)
    .slice(-MAX_SHARED_PINS);
  const all = [...notices, ...pins].map(({ ordinal }) => ordinal);
  return [...new Set(all)].toSorted((one, other) => one - other);
}

/** Whether there was anything or not, it is done; who is no steward any more leaves it to the others. */
function share(
  env: StepEnv,
  record: CircleRecord,
  items: readonly Item[],
): CircleRecord {
  const { presence, circle, outbox } = record;
  if (presence === undefined || circle === undefined) return record;
  const made = isSteward(circle)
    ? items.flatMap((item): readonly OutboxItem[] => {
        const content: Content | undefined = isPost(item)
          ? shareOf(item)
          : undefined;
        return content === undefined
          ? []
          : [createOutboxItem(env, encodeContent(content))];
      })
    : [];
  const done = withMeta(presence, { shareAt: undefined, sharedAt: env.now });
  return {
    ...record,
    presence: done,
    outbox: made.length === 0 ? outbox : [...outbox, ...made],
  };
}
