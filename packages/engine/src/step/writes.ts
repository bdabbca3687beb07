/**
 * What a job changed, as writes of one transaction (docs/spec/engine.md, EN-11): every part of the durable state is compared
 * with what it was before, so that no job can forget to store what it changed, and none writes what it left alone.
 */
import { equalBytes } from "@halqa/bytes";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import {
  encodeCircleDelta,
  encodeCircleParts,
} from "../circle/circle-codec.ts";
import type { Write } from "../ports/store.ts";
import type { CircleRecord, Durable } from "./durable.ts";
import { MAX_DELTAS } from "./limits.ts";
import {
  CIRCLE_STORES,
  circleRef,
  commitPartRef,
  deliveryRef,
  deltaRef,
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
import { encodeDesk, encodeRoot } from "./stored-desk.ts";
import { encodeJoiningRecord } from "./stored-joining.ts";
import { encodeOutboxItem, encodeOutboxList } from "./stored-outbox.ts";

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

/** The keys: a small change where that is possible, both parts after a commit and when the changes have become many. */
function settleKeys(
  env: CircleEnv,
  { old, record, writes }: Change,
): CircleRecord {
  const { id, circle } = record;
  const oldDeltas = old?.deltas ?? 0;
  if (circle === old?.circle) return { ...record, deltas: oldDeltas };
  const delta =
    old?.circle !== undefined && circle !== undefined && oldDeltas < MAX_DELTAS
      ? encodeCircleDelta(env, old.circle, circle)
      : undefined;
  if (delta !== undefined) {
    writes.push({ ref: deltaRef(id, oldDeltas), value: delta });
    return { ...record, deltas: oldDeltas + 1 };
  }
  // EN-14: changes that the parts contain now hold keys that were used up, and go.
  for (let index = 0; index < oldDeltas; index++)
    writes.push({ ref: deltaRef(id, index), value: undefined });
  writeKeys(env, { id, circle, writes });
  return { ...record, deltas: 0 };
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
    { ref: commitPartRef(o.id), value: parts?.commitPart },
    { ref: messagePartRef(o.id), value: parts?.messagePart },
  );
}

function writeParts(env: CircleEnv, change: Change): void {
  const { old, record, writes } = change;
  const { id, desk, joining } = record;
  if (desk !== old?.desk)
    writes.push({ ref: circleRef("desk", id), value: encodeDesk(desk) });
  if (joining !== old?.joining)
    writes.push({
      ref: circleRef("joining", id),
      value: joining && encodeJoiningRecord(env, joining),
    });
  writeActs(env, change);
  writeOutbox(change);
  writeDeliveries(change);
}

function writeActs(env: CircleEnv, { old, record, writes }: Change): void {
  const before = old ?? nothing;
  const { id, intents, invites, requests, settled, planned } = record;
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
  ].map((ref) => ({ ref, value: undefined }));
  writes.push(...gone);
}

/** The list that every record begins with: nothing is stored for it. */
export const none: readonly never[] = [];

const nothing = {
  intents: none,
  invites: none,
  requests: none,
  settled: none,
  planned: undefined,
};

function orNone<T>(
  list: readonly T[],
  encode: (list: readonly T[]) => Uint8Array,
): Uint8Array | undefined {
  return list.length === 0 ? undefined : encode(list);
}
