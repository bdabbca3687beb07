/**
 * Commits that a steward makes (docs/spec/circle.md, CI-53 to CI-59). Each is planned from what is wished and the circle as
 * it is; when it loses the race it is planned anew, never sent again. What V demands with it is added here, and what the
 * others proposed is taken along.
 */
import { assertInvariant, encodeHex, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { CommitOptions, PendingCommit, Proposal } from "../ports/mls.ts";
import { chooseRequests } from "./choose-requests.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { CIRCLE_EXTENSION, encodeCircleInfo } from "./circle-info.ts";
import type { CircleInfo, InviteRecord } from "./circle-info.ts";
import { groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import type { JoinRequest } from "./join-request.ts";
import { hasKey, toKeySet, withoutKeys } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { renewedLeaf } from "./own-leaf.ts";
import type { JoinerAddress, PendingAct } from "./pending-act.ts";
import type { PlanFault } from "./plan-fault.ts";
import { isRecorded, planInfo } from "./plan-info.ts";
import type { InfoWish } from "./plan-info.ts";
import { isSteward, rosterOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";
import { sealMessage } from "./seal-content.ts";

export interface PlannedCommit {
  /** Store it, and `pending`, before the entry leaves. */
  readonly circle: Circle;
  readonly pending: PendingAct;
  readonly body: Uint8Array;
}

/** Invites that end with this commit, by their keys. Any act can carry that. */
export interface Revoking {
  readonly revoke?: KeySet;
}

/** Records an invite, from which moment on it lets people in. */
export function planInvite(
  circle: Circle,
  env: CircleEnv,
  o: Revoking & { readonly invite: InviteRecord },
): Result<PlannedCommit, PlanFault> {
  if (isRecorded(circle.info, o.invite)) return err({ kind: "done" });
  return planCommit(circle, env, { ...o, requests: [], removes: [] });
}

/** Lets those in who asked and are not in yet. `now` is in seconds since 1970. */
export function planAdd(
  circle: Circle,
  env: CircleEnv,
  o: Revoking & {
    readonly requests: readonly JoinRequest[];
    readonly now: number;
  },
): Result<PlannedCommit, PlanFault> {
  const roster = rosterOf(env.mls, circle.mls.tree);
  const requests = chooseRequests(circle.info, roster, o.requests);
  if (!requests.ok) return requests;
  if (requests.value.length === 0) return err({ kind: "done" });
  const wish = { ...o, requests: requests.value, removes: [] };
  return planCommit(circle, env, wish);
}

/** Removes all devices of the members, with new keys and a new address for the others. */
export function planRemove(
  circle: Circle,
  env: CircleEnv,
  o: Revoking & { readonly memberKeys: KeySet },
): Result<PlannedCommit, PlanFault> {
  if (hasKey(o.memberKeys, circle.memberKey)) return err({ kind: "own" });
  const members = memberKeysOf(rosterOf(env.mls, circle.mls.tree));
  const removes = members.filter((key) => hasKey(o.memberKeys, key));
  if (removes.length === 0) return err({ kind: "done" });
  return planCommit(circle, env, { ...o, requests: [], removes });
}

/** Changes the name or the stewards, takes invites back, or goes to a new address. */
export function planChange(
  circle: Circle,
  env: CircleEnv,
  o: Omit<InfoWish, "invite">,
): Result<PlannedCommit, PlanFault> {
  return planCommit(circle, env, { ...o, requests: [], removes: [] });
}

interface Wish extends InfoWish {
  readonly requests: readonly JoinRequest[];
  readonly removes: KeySet;
  readonly now?: number;
}

function planCommit(
  circle: Circle,
  env: CircleEnv,
  wish: Wish,
): Result<PlannedCommit, PlanFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  if (!isSteward(circle)) return err({ kind: "not-a-steward" });
  const roster = rosterOf(env.mls, circle.mls.tree);
  const gone = toKeySet([...wish.removes, ...leaving(circle, roster, wish)]);
  const members = withoutKeys(memberKeysOf(roster), gone);
  const info = planInfo(circle.info, wish, { members, gone });
  if (!info.ok) return info;
  const proposals = proposalsFor(circle, {
    info: info.value,
    leaves: leavesToRemove(circle, roster, gone),
    requests: wish.requests,
  });
  const isIdle = proposals.length === 0 && gone.length === 0;
  if (isIdle) return err({ kind: "done" });
  return makeCommit(circle, env, { ...wish, proposals });
}

/**
 * Members who asked to leave. A steward among them ends all invites, so an act that records one leaves that steward to the
 * next commit.
 */
function leaving(
  circle: Circle,
  roster: readonly RosterLeaf[],
  { invite }: Wish,
): KeySet {
  const { stewards } = circle.info;
  return roster.flatMap(({ leaf, credential: { memberKey } }) => {
    const waits = invite !== undefined && hasKey(stewards, memberKey);
    const isLeaving = proposedRemovals(circle).has(leaf);
    const isOwn = equalBytes(memberKey, circle.memberKey);
    return isLeaving && !isOwn && !waits ? [memberKey] : [];
  });
}

function proposedRemovals(circle: Circle): ReadonlySet<number> {
  const cached = [...circle.mls.proposals.values()];
  return new Set(
    cached.flatMap(({ proposal }) =>
      proposal.kind === "remove" ? [proposal.removed] : [],
    ),
  );
}

/** By value: a member goes with all devices, whichever of them asked. */
function leavesToRemove(
  circle: Circle,
  roster: readonly RosterLeaf[],
  gone: KeySet,
): readonly number[] {
  const proposed = proposedRemovals(circle);
  return roster
    .filter(({ credential }) => hasKey(gone, credential.memberKey))
    .map(({ leaf }) => leaf)
    .filter((leaf) => !proposed.has(leaf));
}

function proposalsFor(
  circle: Circle,
  o: {
    readonly info: CircleInfo;
    readonly leaves: readonly number[];
    readonly requests: readonly JoinRequest[];
  },
): readonly Proposal[] {
  const data = encodeCircleInfo(o.info);
  const isChanged = !equalBytes(data, encodeCircleInfo(circle.info));
  const extensions = [{ type: CIRCLE_EXTENSION, data }];
  return [
    ...(isChanged
      ? [{ kind: "group-context-extensions" as const, extensions }]
      : []),
    ...o.leaves.map((removed) => ({ kind: "remove" as const, removed })),
    ...o.requests.map(({ keyPackage }) => ({
      kind: "add" as const,
      keyPackage,
    })),
  ];
}

type CommitWish = Wish & { readonly proposals: readonly Proposal[] };

function makeCommit(
  circle: Circle,
  env: CircleEnv,
  wish: CommitWish,
): Result<PlannedCommit, PlanFault> {
  const made = env.mls.createCommit(
    circle.mls,
    groupEnvOf(circle, env),
    commitOptions(circle, env, wish),
  );
  if (!made.ok) {
    const { code, detail } = made.error;
    return err({
      kind: "refused",
      detail: detail === undefined ? code : `${code}: ${detail}`,
    });
  }
  const { state, pending, message } = made.value;
  const entry = sealMessage(circle, env, message);
  if (!entry.ok) return entry;
  const { body, entryId } = entry.value;
  const joiners = joinersOf(pending, wish.requests);
  return ok({
    circle: { ...circle, mls: state },
    pending: { commit: pending, entryId, joiners },
    body,
  });
}

/**
 * An Add alone goes without a path, and costs the others nothing; any other commit has one, and renews our leaf's keys. A
 * proposal that waits may need a path, so then there is one as well.
 */
function commitOptions(
  circle: Circle,
  env: CircleEnv,
  { proposals, now }: CommitWish,
): CommitOptions {
  const options = {
    proposals,
    authenticatedData: ownAuthenticatedData(circle),
    ...(now === undefined ? {} : { now: BigInt(now) }),
  };
  const isAddOnly = proposals.every(({ kind }) => kind === "add");
  if (isAddOnly && circle.mls.proposals.size === 0) return options;
  return { ...options, leaf: { extensions: [renewedLeaf(circle, env)] } };
}

function joinersOf(
  { joiners }: PendingCommit,
  requests: readonly JoinRequest[],
): readonly JoinerAddress[] {
  assertInvariant(joiners.length === requests.length, "one Add a request");
  return requests.flatMap((request, index) => {
    const joiner = joiners[index];
    if (joiner === undefined) return [];
    const { memberKey, sealingKey, relay, inbox } = request;
    const leaf = joiner.leafIndex;
    const { sendId } = inbox;
    return [{ leaf, memberKey, sealingKey, relay, sendId }];
  });
}

function memberKeysOf(roster: readonly RosterLeaf[]): KeySet {
  const keys = new Map(
    roster.map(({ credential: { memberKey } }) => [
      encodeHex(memberKey),
      memberKey,
    ]),
  );
  return [...keys.values()];
}
