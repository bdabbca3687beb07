/** What a commit that won brings beside new keys (docs/spec/engine.md, EN-53, EN-56): changes for the list, Welcomes, ended wishes. */
import { concatBytes, encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { encodeContent, ID_BYTES } from "@halqa/model";
import type { ListEvent } from "@halqa/model";
import type { Circle, MemberRef } from "../circle/circle.ts";
import type { EntryOutcome } from "../circle/entry-outcome.ts";
import { sealInvite } from "../circle/invite.ts";
import { factsOf } from "../circle/leaf-facts.ts";
import type { PendingAct } from "../circle/pending-act.ts";
import { relaysOf } from "../circle/relay-term.ts";
import { buildJoinerWelcome } from "../circle/welcome.ts";
import type { Act } from "./act.ts";
import { adoptAutoInvites } from "./auto-invites.ts";
import { setBy } from "./commit-changes.ts";
import type { CommitChange } from "./commit-changes.ts";
import type { CircleRecord } from "./durable.ts";
import type { Delivery } from "./mail.ts";
import type { StepEnv } from "./env.ts";
import { closeJoined, dropActs, unplan } from "./intents.ts";
import { MAX_OUTBOX } from "./limits.ts";
import { createOutboxItem, giveUpAll } from "./outbox.ts";
import { restoreRoles } from "./rebuild.ts";
import { noteEpoch } from "./repair-keys.ts";
import { closeRepaired } from "./repair-plan.ts";
import { noteRepaired } from "./repair-requests.ts";
import { freshPetitions } from "./petitions.ts";
import { closeDropped } from "./proposals.ts";
import { relayOf } from "./relays.ts";
import { rehome } from "./side/rehome.ts";
import { nextUpkeep } from "./upkeep-clock.ts";

type Commit = Extract<EntryOutcome, { kind: "commit" }>;

export function afterCommit(
  env: StepEnv,
  record: CircleRecord,
  { before, outcome }: { readonly before: Circle; readonly outcome: Commit },
): { readonly record: CircleRecord; readonly events: readonly ListEvent[] } {
  const { circle, commit } = outcome;
  const { won } = commit;
  let next = record;
  if (won !== undefined) next = finishActs(env, next, { circle, won });
  // EN-53: whatever else was made in the epoch that is over cannot win any more.
  if (before.mls.context.epoch !== circle.mls.context.epoch)
    next = freshPetitions(env, { ...unplan(next), proposed: undefined });
  if (commit.added.length > 0) next = closeJoined(env, next);
  next = closeDropped(env, next);
  next = noteRepaired(env, next, commit.repaired);
  if (commit.added.length > 0) next = restoreRoles(next, commit.added);
  next = noteEpoch(env, closeRepaired(env, next));
  next = adoptAutoInvites(dropInvites(next, circle));
  if (circle.info.isClosed) next = dropAll(next);
  const desk = renewDesk(env, next.desk, { before, after: circle });
  if (desk !== next.desk) next = { ...next, desk };
  return {
    record: rehome(env, next),
    events: changesOf(env, outcome),
  };
}

/** CI-108: nothing that waits can count any more. What its person wrote stays, as given up. */
function dropAll(record: CircleRecord): CircleRecord {
  const { intents, outbox } = record;
  const acts = intents.map(({ act }) => act);
  const dropped = dropActs({ ...record, planned: undefined }, acts);
  return { ...dropped, outbox: giveUpAll(outbox, "closed") };
}

/** The name as it is now, and another week from what has just been renewed (EN-120). */
function renewDesk(
  env: StepEnv,
  desk: CircleRecord["desk"],
  { before, after }: { readonly before: Circle; readonly after: Circle },
): CircleRecord["desk"] {
  const { name, addressNumber } = after.info;
  const isMoved = before.info.addressNumber !== addressNumber;
  const isRenewed = ownPathEpoch(env, before) !== ownPathEpoch(env, after);
  if (desk.name === name && !isMoved && !isRenewed) return desk;
  const next = nextUpkeep(env.now);
  const upkeep = {
    ...desk.upkeep,
    ...(isMoved ? { rotateAt: next } : {}),
    ...(isRenewed ? { renewAt: next } : {}),
  };
  return { ...desk, name, upkeep };
}

function ownPathEpoch(env: StepEnv, { mls }: Circle): bigint | undefined {
  const leaf = env.mls.leafAt(mls.tree, mls.own.leafIndex);
  return leaf && factsOf(leaf)?.info.lastPathEpoch;
}

/** EN-56: our act won. Its Welcomes are built now, from this state and no later one, and stored with it. */
function finishActs(
  env: StepEnv,
  record: CircleRecord,
  o: { readonly circle: Circle; readonly won: PendingAct },
): CircleRecord {
  const { planned } = record;
  if (planned === undefined) return record;
  const { circle, won } = o;
  const done = dropActs({ ...record, planned: undefined }, planned.acts);
  const welcomed =
    won.joiners.length === 0
      ? done
      : {
          ...done,
          deliveries: [...done.deliveries, ...welcome(env, circle, won)],
        };
  return planned.acts.reduce(
    (next, act) => shareAfter(env, next, act),
    welcomed,
  );
}

function welcome(
  env: StepEnv,
  circle: Circle,
  won: PendingAct,
): readonly Delivery[] {
  const built = buildJoinerWelcome(circle, env, won);
  // Too large a tree: the joiners are in, and ask to be added again.
  if (!built.ok) return [];
  const { blob, boxes } = built.value;
  return relaysOf(circle).flatMap((relay, index) => {
    // EN-72: a Welcome goes to relays of the circle and to no other, whatever the joiner names.
    const here = boxes.filter(
      ({ joiner }) =>
        relayOf(relaysOf(circle), joiner.relay.relayPub) === relay,
    );
    if (here.length === 0) return [];
    const id = `${encodeBase64url(won.entryId)}-${index}`;
    const sendTo = here.map(({ joiner, box }) => ({
      sendId: joiner.sendId,
      box,
    }));
    return [{ id, relay, parts: blob.parts, boxes: sendTo }];
  });
}

/** EN-57: a new invite goes to all stewards, and a new steward gets all invites. */
function shareAfter(
  env: StepEnv,
  record: CircleRecord,
  act: Act,
): CircleRecord {
  if (act.act === "invite") return shareInvite(env, record, act.invitePub);
  // LK-33: a further device of a steward is one that has to know them.
  if (act.act !== "promote" && act.act !== "link") return record;
  return record.invites.reduce(
    (next, { invitePub }) => shareInvite(env, next, invitePub),
    record,
  );
}

/** EN-57: the other stewards get the invite's secret. */
function shareInvite(
  env: StepEnv,
  record: CircleRecord,
  invitePub: Uint8Array,
): CircleRecord {
  const { circle, invites, outbox } = record;
  const made = invites.find((one) => equalBytes(one.invitePub, invitePub));
  // One with `auto` stands in the circle for all to read.
  if (circle === undefined || made === undefined || made.isAuto) return record;
  const boxes = sealInvite(circle, env, made.invite);
  if (boxes.length === 0 || outbox.length >= MAX_OUTBOX) return record;
  const content = encodeContent({ kind: "invite-secret", invitePub, boxes });
  return { ...record, outbox: [...outbox, createOutboxItem(env, content)] };
}

/** Secrets of invites that the circle has ended, and of which no commit of ours is under way, are erased. */
function dropInvites(record: CircleRecord, { info }: Circle): CircleRecord {
  const isWanted = (invitePub: Uint8Array): boolean =>
    info.invites.some((one) => equalBytes(one.invitePub, invitePub)) ||
    record.intents.some(
      ({ act }) => act.act === "invite" && equalBytes(act.invitePub, invitePub),
    );
  if (record.invites.every(({ invitePub }) => isWanted(invitePub)))
    return record;
  return {
    ...record,
    invites: record.invites.filter(({ invitePub }) => isWanted(invitePub)),
    requests: record.requests.filter(({ invitePub }) => isWanted(invitePub)),
  };
}

function changesOf(env: StepEnv, outcome: Commit): readonly ListEvent[] {
  const { circle, commit, entryId } = outcome;
  const { committer, added, removed } = commit;
  const changes: readonly CommitChange[] = [
    ...removed.map((who): CommitChange => ({
      change: who.isOwnWish ? "left" : "removed",
      who,
    })),
    ...added.map((who): CommitChange => ({ change: "joined", who })),
    ...setBy(env, outcome),
  ];
  return changes.map(({ change, who, text }, index) => ({
    event: "change",
    id: changeId(entryId, index),
    position: circle.log.entriesRead,
    minute: Math.floor(env.now / 60_000),
    change,
    by: authorOf(committer),
    who: who && authorOf(who),
    text,
  }));
}

function authorOf({ memberKey, name }: MemberRef): MemberRef {
  return { memberKey, name };
}

/** No member can choose it: it follows from the entry and the place in it. */
export function changeId(entryId: Uint8Array, index: number): Uint8Array {
  const name = concatBytes(entryId, new Uint8Array([index >> 8, index & 255]));
  return sha256(name).slice(0, ID_BYTES);
}
