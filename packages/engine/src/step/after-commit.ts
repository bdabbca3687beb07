/** What a commit that won brings beside new keys (docs/spec/engine.md, EN-53, EN-56): changes for the list, Welcomes, ended wishes. */
import { concatBytes, encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { encodeContent, ID_BYTES } from "@halqa/model";
import type { Change, ListEvent } from "@halqa/model";
import type { Circle, MemberRef } from "../circle/circle.ts";
import type { EntryOutcome } from "../circle/entry-outcome.ts";
import { sealInvite } from "../circle/invite.ts";
import type { PendingAct } from "../circle/pending-act.ts";
import { buildJoinerWelcome } from "../circle/welcome.ts";
import type { CircleRecord, Delivery } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import { closeJoined, dropActs, unplan } from "./intents.ts";
import { MAX_OUTBOX } from "./limits.ts";
import { createOutboxItem } from "./outbox.ts";
import { relayOf } from "./relays.ts";

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
    next = unplan(next);
  if (commit.added.length > 0) next = closeJoined(env, next);
  next = dropInvites(next, circle);
  const desk = { ...next.desk, name: circle.info.name };
  return {
    record: desk.name === next.desk.name ? next : { ...next, desk },
    events: changesOf(env, outcome),
  };
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
    (next, act) =>
      act.act === "invite" ? shareInvite(env, next, act.invitePub) : next,
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
  return circle.info.relays.flatMap((relay, index) => {
    // EN-72: a Welcome goes to relays of the circle and to no other, whatever the joiner names.
    const here = boxes.filter(
      ({ joiner }) =>
        relayOf(circle.info.relays, joiner.relay.relayPub) === relay,
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

/** EN-57: the other stewards get the invite's secret. */
function shareInvite(
  env: StepEnv,
  record: CircleRecord,
  invitePub: Uint8Array,
): CircleRecord {
  const { circle, invites, outbox } = record;
  const made = invites.find((one) => equalBytes(one.invitePub, invitePub));
  if (circle === undefined || made === undefined) return record;
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

function changesOf(
  env: StepEnv,
  { circle, commit, entryId }: Commit,
): readonly ListEvent[] {
  const { committer, added, removed } = commit;
  const changes: readonly (readonly [Change, MemberRef])[] = [
    ...removed.map((who): readonly [Change, MemberRef] => [
      equalBytes(who.memberKey, committer.memberKey) ? "left" : "removed",
      who,
    ]),
    ...added.map((who): readonly [Change, MemberRef] => ["joined", who]),
  ];
  return changes.map(([change, { memberKey, name }], index) => ({
    event: "change",
    id: changeId(entryId, index),
    position: circle.log.entriesRead,
    minute: Math.floor(env.now / 60_000),
    change,
    by: { memberKey: committer.memberKey, name: committer.name },
    who: { memberKey, name },
  }));
}

/** No member can choose it: it follows from the entry and the place in it. */
export function changeId(entryId: Uint8Array, index: number): Uint8Array {
  const name = concatBytes(entryId, new Uint8Array([index >> 8, index & 255]));
  return sha256(name).slice(0, ID_BYTES);
}
