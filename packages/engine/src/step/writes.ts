/**
 * What a job changed, as writes of one transaction (docs/spec/engine.md, EN-11): every part of the durable state is compared
 * with what it was before, so that no job can forget to store what it changed, and none writes what it left alone.
 */
import { equalBytes } from "@halqa/bytes";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import {
  encodeCircleDelta,
  encodeCircleParts,
  encodeMessagesOf,
  isOnlyProgress,
} from "../circle/circle-codec.ts";
import type { Write } from "../ports/store.ts";
import { encodeDraft } from "./draft.ts";
import type { CircleRecord, Durable } from "./durable.ts";
import { MAX_DELTAS } from "./limits.ts";
import {
  CIRCLE_STORES,
  circleRef,
  commitPartRef,
  deliveryRef,
  deltaRef,
  linkingRef,
  messagePartRef,
  outboxItemRef,
  rootRef,
} from "./records.ts";
import type { CircleStore } from "./records.ts";
import {
  encodeDelivery,
  encodeDeliveryList,
  encodeIntents,
  encodeInvites,
  encodePlanned,
  encodeRequests,
  encodeSettled,
} from "./stored-acts.ts";
import { presenceRefs, writePresence } from "./presence/presence-writes.ts";
import { none } from "./none.ts";
import { encodeDesk, encodeRoot } from "./stored-desk.ts";
import { encodeJoiningRecord } from "./stored-joining.ts";
import { encodeEnteringRecord, encodeLinking } from "./stored-linking.ts";
import { emptyRepairDesk } from "./repair-record.ts";
import {
  encodeRebuild,
  encodeRepair,
  encodeRepairDesk,
} from "./stored-repair.ts";
import { encodeOutboxItem, encodeOutboxList } from "./stored-outbox.ts";
import { encodeMoves } from "./side/stored-moves.ts";
import { encodePetitions, encodeProposed } from "./stored-upkeep.ts";
import { encodeVerified } from "./stored-verified.ts";
import { erasedParts, writeFiles } from "./files/file-writes.ts";

export interface Settled {
  /** `durable` with the number of its deltas. */
  readonly durable: Durable;
  readonly writes: readonly Write[];
}

/** The writes that lead from one durable state to the next. */
export function settleWrites(
  env: CircleEnv,
  before: Durable,
  after: Durable,
): Settled {
  if (before === after) return { durable: after, writes: [] };
  const writes: Write[] = [];
  if (before.root !== after.root)
    writes.push({ ref: rootRef, value: encodeRoot(after.root) });
  const { linking } = after;
  if (before.linking !== linking)
    writes.push({
      ref: linkingRef,
      value: linking && encodeLinking(linking),
      // Keys and nonces of the session are used up.
      renews: true,
    });
  const circles = new Map<string, CircleRecord>();
  for (const [id, record] of after.circles) {
    const old = before.circles.get(id);
    const settled =
      old === record ? record : settleKeys(env, { old, record, writes });
    circles.set(id, settled);
    if (old !== record) writeParts(env, { old, record: settled, writes });
  }
  for (const [id, old] of before.circles) {
    if (!after.circles.has(id)) eraseCircle(old, writes);
  }
  return { durable: { ...after, circles }, writes };
}

interface Change {
  readonly old: CircleRecord | undefined;
  readonly record: CircleRecord;
  readonly writes: Write[];
}

/**
 * The keys: a small change where that is possible; both parts after a commit and when the changes have become many. A piece of a
 * commit in several entries changes the message part alone: the tree of a large circle is not written for each of them.
 */
function settleKeys(
  env: CircleEnv,
  { old, record, writes }: Change,
): CircleRecord {
  const { id, circle } = record;
  const oldDeltas = old?.deltas ?? 0;
  if (circle === old?.circle) return { ...record, deltas: oldDeltas };
  const small =
    oldDeltas < MAX_DELTAS ? smallChange(env, old?.circle, circle) : undefined;
  if (small?.delta !== undefined) {
    writes.push({ ref: deltaRef(id, oldDeltas), value: small.delta });
    return { ...record, deltas: oldDeltas + 1 };
  }
  // EN-14: changes that the parts contain now hold keys that were used up, and go.
  for (let index = 0; index < oldDeltas; index++)
    writes.push({ ref: deltaRef(id, index), value: undefined });
  if (small === undefined) writeKeys(env, { id, circle, writes });
  else writes.push({ ref: messagePartRef(id), value: small.messagePart });
  return { ...record, deltas: 0 };
}

type SmallChange =
  | { readonly delta: Uint8Array; readonly messagePart?: undefined }
  | { readonly delta?: undefined; readonly messagePart: Uint8Array };

/** Where the commit part stays as it is: what is written instead of both. */
function smallChange(
  env: CircleEnv,
  before: Circle | undefined,
  after: Circle | undefined,
): SmallChange | undefined {
  if (before === undefined || after === undefined) return undefined;
  const delta = encodeCircleDelta(env, before, after);
  if (delta !== undefined) return { delta };
  return isOnlyProgress(before, after)
    ? { messagePart: encodeMessagesOf(env, after) }
    : undefined;
}

function writeKeys(
  env: CircleEnv,
  o: {
    readonly id: string;
    readonly circle: Circle | undefined;
    readonly writes: Write[];
  },
): void {
  const parts = o.circle && encodeCircleParts(env, o.circle);
  o.writes.push(
    // EN-90: the keys that stood here are used up.
    { ref: commitPartRef(o.id), value: parts?.commitPart, renews: true },
    { ref: messagePartRef(o.id), value: parts?.messagePart },
  );
}

function writeParts(env: CircleEnv, change: Change): void {
  const { old, record, writes } = change;
  const { id, desk, draft, joining, entering } = record;
  if (desk !== old?.desk)
    writes.push({ ref: circleRef("desk", id), value: encodeDesk(desk) });
  if (draft !== old?.draft)
    writes.push({
      ref: circleRef("draft", id),
      value: draft && encodeDraft(draft),
    });
  if (joining !== old?.joining)
    writes.push({
      ref: circleRef("joining", id),
      value: joining && encodeJoiningRecord(env, joining),
    });
  if (entering !== old?.entering)
    writes.push({
      ref: circleRef("entering", id),
      value: entering && encodeEnteringRecord(env, entering),
      renews: true,
    });
  writeRepair(env, change);
  writeActs(env, change);
  writePresence(change);
  writeMoves(change);
  writeOutbox(change);
  writeDeliveries(change);
  writeFiles(change);
}

function writeRepair(env: CircleEnv, { old, record, writes }: Change): void {
  const { id, repair, rebuild, repairDesk } = record;
  if (rebuild !== old?.rebuild)
    writes.push({
      ref: circleRef("rebuild", id),
      value: rebuild && encodeRebuild(rebuild),
    });
  if (repair !== old?.repair)
    writes.push({
      ref: circleRef("repair", id),
      value: repair && encodeRepair(env, repair),
    });
  if (repairDesk !== (old?.repairDesk ?? emptyRepairDesk))
    writes.push({
      ref: circleRef("repair-desk", id),
      value: encodeRepairDesk(repairDesk),
    });
}

function writeActs(env: CircleEnv, { old, record, writes }: Change): void {
  const before = old ?? nothing;
  const { id, intents, invites, requests, settled, planned } = record;
  const { proposed, petitions, verified } = record;
  const put = (store: CircleStore, value: Uint8Array | undefined): void => {
    writes.push({ ref: circleRef(store, id), value });
  };
  if (intents !== before.intents)
    put("intents", orNone(intents, encodeIntents));
  if (invites !== before.invites)
    put("invites", orNone(invites, encodeInvites));
  if (requests !== before.requests)
    put("requests", orNone(requests, encodeRequests));
  if (settled !== before.settled)
    put("settled", orNone(settled, encodeSettled));
  if (planned !== before.planned)
    put("planned", planned && encodePlanned(env, planned));
  if (proposed !== before.proposed)
    put("proposed", proposed && encodeProposed(proposed));
  if (petitions !== before.petitions)
    put("petitions", orNone(petitions, encodePetitions));
  if (verified !== before.verified)
    put("verified", orNone(verified, encodeVerified));
}

function writeMoves({ old, record, writes }: Change): void {
  const { id, moves } = record;
  if (moves !== (old?.moves ?? none))
    writes.push({
      ref: circleRef("moves", id),
      value: orNone(moves, encodeMoves),
    });
}

function writeOutbox({ old, record, writes }: Change): void {
  const { id, outbox } = record;
  const before = old?.outbox ?? none;
  if (outbox === before) return;
  writes.push({
    ref: circleRef("outbox", id),
    value: orNone(outbox, encodeOutboxList),
  });
  for (const item of outbox) {
    if (!before.includes(item))
      writes.push({
        ref: outboxItemRef(id, item.messageId),
        value: encodeOutboxItem(item),
      });
  }
  for (const item of before) {
    const isKept = outbox.some(({ messageId }) =>
      equalBytes(messageId, item.messageId),
    );
    if (!isKept)
      writes.push({ ref: outboxItemRef(id, item.messageId), value: undefined });
  }
}

function writeDeliveries({ old, record, writes }: Change): void {
  const { id, deliveries } = record;
  const before = old?.deliveries ?? none;
  if (deliveries === before) return;
  writes.push({
    ref: circleRef("deliveries", id),
    value: orNone(deliveries, encodeDeliveryList),
  });
  for (const one of deliveries) {
    if (!before.includes(one))
      writes.push({ ref: deliveryRef(id, one.id), value: encodeDelivery(one) });
  }
  for (const one of before) {
    if (!deliveries.some((kept) => kept.id === one.id))
      writes.push({ ref: deliveryRef(id, one.id), value: undefined });
  }
}

/** EN-15: a circle that is forgotten leaves no record of its keys; its items are deleted with it (`forget.ts`). */
function eraseCircle(old: CircleRecord, writes: Write[]): void {
  const { id } = old;
  const gone: Write[] = [
    ...CIRCLE_STORES.map((store) => circleRef(store, id)),
    commitPartRef(id),
    messagePartRef(id),
    ...Array.from({ length: old.deltas }, (_, index) => deltaRef(id, index)),
    ...old.outbox.map(({ messageId }) => outboxItemRef(id, messageId)),
    ...old.deliveries.map((one) => deliveryRef(id, one.id)),
    ...presenceRefs(old),
  ].map((ref) => ({ ref, value: undefined, renews: true }));
  writes.push(...gone, ...erasedParts(id, old.files));
}

export { none };

const nothing = {
  intents: none,
  invites: none,
  requests: none,
  settled: none,
  planned: undefined,
  proposed: undefined,
  petitions: none,
  verified: none,
};

function orNone<T>(
  list: readonly T[],
  encode: (list: readonly T[]) => Uint8Array,
): Uint8Array | undefined {
  return list.length === 0 ? undefined : encode(list);
}
