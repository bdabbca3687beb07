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
import { MAX_ADDS } from "./limits.ts";
import { groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import type { JoinRequest } from "./join-request.ts";
import { hasKey, toKeySet, withoutKeys } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { renewedLeaf } from "./own-leaf.ts";
import type { JoinerAddress, PendingAct } from "./pending-act.ts";
import type { NewDevice } from "./new-device.ts";
import type { PlanFault } from "./plan-fault.ts";
import type { RebuildAnswer } from "./rebuild-answer.ts";
import { relaysOf, termOf } from "./relay-term.ts";
import type { RepairRequest } from "./repair-request.ts";
import { isRecorded, planInfo } from "./plan-info.ts";
import type { InfoWish } from "./plan-info.ts";
import { areStewards, proposedRemovals } from "./removal-wishes.ts";
import { isSteward, rosterOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";
import { sealMessage } from "./seal-content.ts";
import { sealFragments } from "./seal-fragments.ts";
import type { EntryToAppend, SealedFragments } from "./seal-fragments.ts";

export interface PlannedCommit {
  /** Store it, and `pending`, before the entry leaves. */
  readonly circle: Circle;
  readonly pending: PendingAct;
  /** Where the commit fits no entry: what leaves before `body`, each when the log has shown the one before. */
  readonly before?: readonly EntryToAppend[];
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
  o: Revoking & {
    readonly memberKeys: KeySet;
    /** They stay known, and come back only when a steward lets them. */
    readonly isHeld?: boolean;
  },
): Result<PlannedCommit, PlanFault> {
  if (hasKey(o.memberKeys, circle.memberKey)) return err({ kind: "own" });
  const members = memberKeysOf(rosterOf(env.mls, circle.mls.tree));
  const removes = members.filter((key) => hasKey(o.memberKeys, key));
  if (removes.length === 0) return err({ kind: "done" });
  const hold = o.isHeld === true ? removes : [];
  if (hold.length > 0 && circle.info.settings.kind === "direct")
    return err({ kind: "direct" });
  return planCommit(circle, env, { ...o, requests: [], removes, hold });
}

/** Removes one device of a member who has others. Whoever took it knows what a steward's devices know of invites. */
export function planDrop(
  circle: Circle,
  env: CircleEnv,
  o: Revoking & { readonly leaf: number },
): Result<PlannedCommit, PlanFault> {
  const { leaf, revoke } = o;
  const wish = { requests: [], removes: [], drops: [leaf] };
  return planCommit(
    circle,
    env,
    revoke === undefined ? wish : { ...wish, revoke },
  );
}

/** Changes the name or the stewards, takes invites back, or goes to a new address. */
export function planChange(
  circle: Circle,
  env: CircleEnv,
  o: Omit<InfoWish, "invite">,
): Result<PlannedCommit, PlanFault> {
  return planCommit(circle, env, { ...o, requests: [], removes: [] });
}

/** Lets those into a circle that was built anew who answered its call. */
export function planReturn(
  circle: Circle,
  env: CircleEnv,
  o: { readonly answers: readonly RebuildAnswer[]; readonly now: number },
): Result<PlannedCommit, PlanFault> {
  const roster = rosterOf(env.mls, circle.mls.tree);
  const answers = chooseRequests(circle.info, roster, o.answers);
  if (!answers.ok) return answers;
  if (answers.value.length === 0) return err({ kind: "done" });
  const { now } = o;
  const wish = { requests: answers.value, removes: [], now };
  return planCommit(circle, env, wish);
}

/** Lets devices in again in their own place. `now` is in seconds since 1970. */
export function planRepair(
  circle: Circle,
  env: CircleEnv,
  o: { readonly repairs: readonly RepairRequest[]; readonly now: number },
): Result<PlannedCommit, PlanFault> {
  const { repairs, now } = o;
  if (repairs.length === 0) return err({ kind: "done" });
  if (repairs.length > MAX_ADDS) return err({ kind: "too-many" });
  return planCommit(circle, env, { repairs, now, requests: [], removes: [] });
}

interface Wish extends InfoWish {
  readonly requests: readonly NewDevice[];
  readonly repairs?: readonly RepairRequest[];
  readonly removes: KeySet;
  /** Leaves of members who stay. */
  readonly drops?: readonly number[];
  readonly now?: number;
}

function planCommit(
  circle: Circle,
  env: CircleEnv,
  wish: Wish,
): Result<PlannedCommit, PlanFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  if (circle.info.isClosed) return err({ kind: "closed" });
  if (!isSteward(circle)) return err({ kind: "not-a-steward" });
  const roster = rosterOf(env.mls, circle.mls.tree);
  const gone = toKeySet([...wish.removes, ...leaving(circle, roster, wish)]);
  const members = withoutKeys(memberKeysOf(roster), gone);
  const joining = wish.requests.map(({ memberKey }) => memberKey);
  const dropped = droppedLeaves(circle, roster, { gone, wish });
  const asked = withDrops(
    circle,
    [...dropped, ...lostLeaves(roster, wish)],
    wish,
  );
  const info = planInfo(recorded(circle), asked, { members, gone, joining });
  if (!info.ok) return info;
  // Whoever asked to leave is let go, not let in again.
  const repairs = (wish.repairs ?? []).filter(
    ({ memberKey, replaces }) =>
      !hasKey(gone, memberKey) &&
      !dropped.some(({ leaf }) => leaf === replaces),
  );
  const requests = [...wish.requests, ...repairs];
  const proposals = proposalsFor(circle, {
    info: info.value,
    leaves: [
      ...leavesToRemove(circle, roster, gone),
      ...(wish.drops ?? []).filter((leaf) => !isProposed(circle, leaf)),
      ...repairs.map(({ replaces }) => replaces),
    ],
    requests,
  });
  const isIdle =
    proposals.length === 0 && gone.length === 0 && wish.tidy !== true;
  if (isIdle) return err({ kind: "done" });
  return makeCommit(circle, env, { ...wish, requests, proposals });
}

/** MV-4: where the word of many has moved the log, the next commit of a steward writes it down. */
function recorded(circle: Circle): CircleInfo {
  return {
    ...circle.info,
    relays: relaysOf(circle),
    relayTerm: termOf(circle),
  };
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
    const isLeaving = proposedRemovals(circle).own.has(leaf);
    const isOwn = equalBytes(memberKey, circle.memberKey);
    return isLeaving && !isOwn && !waits ? [memberKey] : [];
  });
}

/** CI-160: devices that go while their members stay, by this act or because another device of the member asked. */
function droppedLeaves(
  circle: Circle,
  roster: readonly RosterLeaf[],
  { gone, wish }: { readonly gone: KeySet; readonly wish: Wish },
): readonly RosterLeaf[] {
  const { siblings } = proposedRemovals(circle);
  return roster.filter(
    ({ leaf, credential }) =>
      (siblings.has(leaf) || wish.drops?.includes(leaf) === true) &&
      !hasKey(gone, credential.memberKey),
  );
}

/** RP-33: devices in whose place one comes that began again out of a backup. Whoever has the old one knows what it knew. */
function lostLeaves(
  roster: readonly RosterLeaf[],
  { repairs = [] }: Wish,
): readonly RosterLeaf[] {
  return roster.filter(({ leaf }) =>
    repairs.some((one) => one.cause === "restored" && one.replaces === leaf),
  );
}

/** What a lost device knows ends with it: the address, open doors, and, of a steward's, every invite. */
function withDrops(
  circle: Circle,
  dropped: readonly RosterLeaf[],
  wish: Wish,
): Wish {
  if (dropped.length === 0) return wish;
  const ends = circle.info.invites.filter(
    ({ auto }) => auto !== undefined || areStewards(circle, dropped),
  );
  const revoke = ends.map(({ invitePub }) => invitePub);
  return {
    ...wish,
    rotate: true,
    revoke: [...(wish.revoke ?? []), ...revoke],
  };
}

function isProposed(circle: Circle, leaf: number): boolean {
  const { own, siblings } = proposedRemovals(circle);
  return own.has(leaf) || siblings.has(leaf);
}

/** By value: a member goes with all devices, whichever of them asked. */
function leavesToRemove(
  circle: Circle,
  roster: readonly RosterLeaf[],
  gone: KeySet,
): readonly number[] {
  return roster
    .filter(({ credential }) => hasKey(gone, credential.memberKey))
    .map(({ leaf }) => leaf)
    .filter((leaf) => !isProposed(circle, leaf));
}

function proposalsFor(
  circle: Circle,
  o: {
    readonly info: CircleInfo;
    readonly leaves: readonly number[];
    readonly requests: readonly NewDevice[];
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

type CommitWish = Omit<Wish, "requests"> & {
  readonly requests: readonly NewDevice[];
  readonly proposals: readonly Proposal[];
};

function makeCommit(
  circle: Circle,
  env: CircleEnv,
  wish: CommitWish,
): Result<PlannedCommit, PlanFault> {
  const options = commitOptions(circle, env, wish);
  return sealCommit(circle, env, { options, requests: wish.requests });
}

/** A commit as it will leave, or the reason why the others would refuse it. */
export function sealCommit(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly options: CommitOptions;
    readonly requests: readonly NewDevice[];
  },
): Result<PlannedCommit, PlanFault> {
  const groupEnv = groupEnvOf(circle, env);
  const made = env.mls.createCommit(circle.mls, groupEnv, o.options);
  if (!made.ok) {
    const { code, detail } = made.error;
    return err({
      kind: "refused",
      detail: detail === undefined ? code : `${code}: ${detail}`,
    });
  }
  const { state, pending, message } = made.value;
  const entries = sealWhole(circle, env, message);
  if (!entries.ok) return entries;
  const { before, last } = entries.value;
  const { body, entryId } = last;
  const joiners = joinersOf(pending, o.requests);
  return ok({
    circle: { ...circle, mls: state },
    pending: { commit: pending, entryId, joiners },
    before,
    body,
  });
}

/** CI-145: in one entry where that is possible, in several where it is not. */
function sealWhole(
  circle: Circle,
  env: CircleEnv,
  message: Uint8Array,
): Result<SealedFragments, { readonly kind: "too-large" }> {
  const entry = sealMessage(circle, env, message);
  if (entry.ok) return ok({ before: [], last: entry.value });
  return sealFragments(circle, env, message);
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

/** Where the Welcomes go, in the order of the requests. */
export function joinersOf(
  { joiners }: PendingCommit,
  requests: readonly NewDevice[],
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
