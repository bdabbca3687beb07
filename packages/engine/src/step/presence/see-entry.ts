/**
 * What every entry that was read tells about who is there (docs/spec/presence.md): one function for what was said, one for commits. Both
 * run inside the batch that stores the entry.
 */
import type { Circle } from "../../circle/circle.ts";
import type { EntryOutcome, Heard } from "../../circle/entry-outcome.ts";
import { ACTIVE_DAYS } from "../limits.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import {
  addLeaves,
  dayOf,
  hearLeaf,
  lastDayOf,
  leafAt,
  orNone,
  startPresence,
  withMeta,
} from "./presence.ts";
import type { Presence } from "./presence.ts";
import { hearRemoval, startRemoval } from "./removal.ts";
import { newcomerHeard } from "./share-time.ts";

type Commit = Extract<EntryOutcome, { kind: "commit" }>;

/** The record's presence, begun here where this is the first entry that is read. */
export function presenceOf(
  env: StepEnv,
  { presence }: CircleRecord,
  circle: Circle,
): Presence {
  return presence ?? startPresence(env.now, circle.mls.context.epoch);
}

/** A device said something that opened. */
export function seeHeard(
  env: StepEnv,
  record: CircleRecord,
  { before, heard }: { readonly before: Circle; readonly heard: Heard },
): CircleRecord {
  const known = presenceOf(env, record, before);
  const isNewcomer = isUnheard(known, heard.leaf);
  let next = hearLeaf(known, heard, env.now);
  const { removal } = next.meta;
  if (removal !== undefined) {
    const after = hearRemoval(removal, heard, env.now);
    if (after !== removal) next = withMeta(next, { removal: after });
  }
  if (isNewcomer) next = newcomerHeard(env, next, before);
  return next === record.presence ? record : { ...record, presence: next };
}

/** Whether a device came while this one was here, and has said nothing since. */
export function isUnheard(presence: Presence, leaf: number): boolean {
  const state = leafAt(presence, leaf)?.state;
  return state === "added" || state === "added-by-us";
}

/** A commit was followed: who came, that an epoch ended, and that somebody was removed. */
export function seeCommit(
  env: StepEnv,
  record: CircleRecord,
  { before, outcome }: { readonly before: Circle; readonly outcome: Commit },
): CircleRecord {
  const { circle, commit, entryId } = outcome;
  const { added, repaired, removed, committer } = commit;
  const known = presenceOf(env, record, before);
  const { epoch } = circle.mls.context;
  let next = addLeaves(known, {
    added: [...added, ...repaired],
    isOwn: commit.isOwn,
    epoch,
    now: env.now,
  });
  next = withMeta(next, { ended: endedBy(env, known, { before, circle }) });
  if (removed.length > 0) {
    const today = dayOf(env.now);
    const isActive = (leaf: number): boolean =>
      Math.abs(today - lastDayOf(known, leaf)) <= ACTIVE_DAYS;
    const removal = startRemoval(env, known.meta.removal, {
      circle,
      entryId,
      committer,
      removed,
      isActive,
    });
    const gaps = orNone(
      next.gaps.filter(({ leaf }) => isThere(env, circle, leaf)),
    );
    next = withMeta({ ...next, gaps }, { removal });
  }
  return { ...record, presence: next };
}

/** CI-192: when the epochs ended whose keys are still here. */
function endedBy(
  env: StepEnv,
  { meta }: Presence,
  o: { readonly before: Circle; readonly circle: Circle },
): Presence["meta"]["ended"] {
  const { epoch } = o.before.mls.context;
  const all = [...meta.ended, { epoch, at: env.now }];
  return all.filter((one) =>
    o.circle.epochKeys.some((key) => key.epoch === one.epoch),
  );
}

function isThere(env: StepEnv, { mls }: Circle, leaf: number): boolean {
  return env.mls.leafAt(mls.tree, leaf) !== undefined;
}

/** Our own message is in the log, in the epoch that holds: whoever reads it knows that this device has followed. */
export function seeOwn(
  record: CircleRecord,
  { epoch }: { readonly epoch: bigint },
): CircleRecord {
  const { presence } = record;
  const removal = presence?.meta.removal;
  if (presence === undefined || removal?.tagAt === undefined) return record;
  if (epoch < removal.epoch) return record;
  const done = withMeta(presence, {
    removal: { ...removal, tagAt: undefined },
  });
  return { ...record, presence: done };
}
