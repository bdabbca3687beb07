/** A commit that won its epoch: the circle in the next one, and in the next log when it rotated (docs/spec/circle.md, CI-22, CI-48). */
import { assertInvariant, encodeHex, equalBytes } from "@halqa/bytes";
import type { CommitEffect, GroupState } from "../ports/mls.ts";
import { exportLogSeed } from "./address.ts";
import { readCircle } from "./check-change.ts";
import type { Circle, CircleEnv, MemberRef } from "./circle.ts";
import type {
  AddedMember,
  EntryOutcome,
  ReadCommit,
  ReadEntry,
  RemovedMember,
} from "./entry-outcome.ts";
import { epochKeyOf, nextEpochKeys } from "./epoch-key.ts";
import { finishEntry, moveTo } from "./finish-entry.ts";
import { noFragments } from "./fragment-set.ts";
import { groupEnvOf } from "./group-env.ts";
import { factsOf } from "./leaf-facts.ts";
import type { PendingAct } from "./pending-act.ts";
import { nextEpochSent } from "./sent-count.ts";
import { relaysOf } from "./relay-term.ts";
import { leavesOf, memberAt, rosterOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

export interface WonCommit {
  readonly entryId: Uint8Array;
  readonly message: Uint8Array;
  readonly pendings: readonly PendingAct[];
  /** That the commit led to. */
  readonly state: GroupState;
  readonly effect: CommitEffect;
}

/** `circle` is in the epoch that the commit ends, with the entry counted in its log. */
export function readCommit(
  circle: Circle,
  env: CircleEnv,
  o: WonCommit,
): EntryOutcome {
  const { effect, entryId, state } = o;
  const { circleId } = circle.info;
  const committer = memberAt(circle, env, effect.committer);
  const info = readCircle(state.context.extensions, circleId);
  assertInvariant(
    committer !== undefined && typeof info !== "string",
    "V accepted the commit",
  );
  const after: Circle = {
    ...circle,
    mls: state,
    info,
    epochKeys: nextEpochKeys(
      circle.epochKeys,
      epochKeyOf(env.mls, state, info),
      circle.log.entriesRead,
    ),
    fragments: noFragments,
    sent: nextEpochSent(circle.sent, circle.mls.context.epoch),
  };
  const { authenticatedData } = effect;
  const witness = { author: committer, authenticatedData };
  const read = finishCommit(after, env, { entryId, witness, before: circle });
  const commit: ReadCommit = {
    committer,
    isOwn: effect.own,
    ...peopleOf(changesBy(effect), {
      before: rosterOf(env.mls, circle.mls.tree),
      after: rosterOf(env.mls, state.tree),
    }),
    infoBefore: circle.info,
    won: effect.own ? findWon(circle, env, o) : undefined,
  };
  return { ...read, kind: "commit", commit };
}

/** A rotating commit closes its log at its own place, also where the log is full. */
function finishCommit(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly entryId: Uint8Array;
    readonly witness: {
      readonly author: MemberRef;
      readonly authenticatedData: Uint8Array;
    };
    readonly before: Circle;
  },
): ReadEntry {
  const { circleId, addressNumber } = circle.info;
  const read = finishEntry(circle, env, o);
  if (addressNumber === o.before.info.addressNumber) return read;
  const logSeed = exportLogSeed(env.mls, circle.mls, {
    circleId,
    addressNumber,
  });
  const [relay] = relaysOf(circle);
  assertInvariant(relay !== undefined, "a circle has a relay");
  const { relayPub } = relay;
  const address = { addressNumber, part: 0, relayPub, logSeed };
  const rotated = moveTo({ ...read.circle, log: circle.log }, address);
  return { ...read, ...rotated };
}

function isIn(list: readonly MemberRef[], { memberKey }: MemberRef): boolean {
  return list.some((one) => equalBytes(one.memberKey, memberKey));
}

/** Whoever goes and comes with one commit is repaired: that lets nobody in, and takes nobody out. */
function changesBy(
  effect: CommitEffect,
): Pick<ReadCommit, "added" | "removed" | "repaired"> {
  const added = addedBy(effect);
  const removed = removedBy(effect);
  return {
    added: added.filter((one) => !isIn(removed, one)),
    removed: removed.filter((one) => !isIn(added, one)),
    repaired: added.filter((one) => isIn(removed, one)),
  };
}

/** A further device is nobody new, and a device that goes takes nobody out. */
function peopleOf(
  changes: Pick<ReadCommit, "added" | "removed" | "repaired">,
  o: {
    readonly before: readonly RosterLeaf[];
    readonly after: readonly RosterLeaf[];
  },
): Pick<ReadCommit, "added" | "removed" | "repaired"> {
  const { added, removed, repaired } = changes;
  return {
    added: added.filter(
      ({ memberKey }) => leavesOf(o.before, memberKey).length === 0,
    ),
    removed: removed.filter(
      ({ memberKey }) => leavesOf(o.after, memberKey).length === 0,
    ),
    repaired,
  };
}

function addedBy({ added }: CommitEffect): readonly AddedMember[] {
  return added.flatMap(({ leafIndex, leaf }) => {
    const facts = factsOf(leaf);
    if (facts === undefined) return [];
    const { name, invitePub } = facts.info;
    const { memberKey } = facts.credential;
    return [{ memberKey, name, leaf: leafIndex, invitePub }];
  });
}

function removedBy(effect: CommitEffect): readonly RemovedMember[] {
  const asked = askedToLeave(effect);
  const members = new Map<string, RemovedMember>();
  for (const { leafIndex, leaf } of effect.removed) {
    const facts = factsOf(leaf);
    if (facts === undefined) continue;
    const { memberKey } = facts.credential;
    const key = encodeHex(memberKey);
    const before = members.get(key);
    const isOwnWish = before?.isOwnWish === true || asked.has(leafIndex);
    const name = before?.name ?? facts.info.name;
    members.set(key, { memberKey, name, isOwnWish });
  }
  return [...members.values()];
}

/** By reference V lets members remove nobody but themselves. */
function askedToLeave({ proposals }: CommitEffect): ReadonlySet<number> {
  return new Set(
    proposals.flatMap(({ proposal, byReference }) =>
      byReference && proposal.kind === "remove" ? [proposal.removed] : [],
    ),
  );
}

/** MLS tells that a pending commit of ours won, not which: the one without which it could not follow. */
function findWon(
  circle: Circle,
  env: CircleEnv,
  { message, pendings }: WonCommit,
): PendingAct | undefined {
  if (pendings.length === 1) return pendings[0];
  const groupEnv = groupEnvOf(circle, env);
  return pendings.find(({ commit }) => {
    const outcome = env.mls.processMessage(circle.mls, groupEnv, {
      message,
      pending: [commit],
    });
    return outcome.kind === "applied";
  });
}
