/** The names of everything that is stored (docs/spec/engine.md, EN-10). A circle's id stands in front of what belongs to it. */
import { encodeBase64url } from "@halqa/bytes";
import type { RecordRef } from "../ports/store.ts";

export const rootRef: RecordRef = { store: "root", id: "root" };

/** What a circle has one of each of. */
export const CIRCLE_STORES = [
  "desk",
  "outbox",
  "intents",
  "planned",
  "invites",
  "requests",
  "settled",
  "deliveries",
  "joining",
] as const;

export type CircleStore = (typeof CIRCLE_STORES)[number];

export function circleRef(store: CircleStore, circle: string): RecordRef {
  return { store, id: circle };
}

export function commitPartRef(circle: string): RecordRef {
  return { store: "circle", id: `${circle}/commit` };
}

export function messagePartRef(circle: string): RecordRef {
  return { store: "circle", id: `${circle}/message` };
}

/** Changes since the message part was written, from 0 on. */
export function deltaRef(circle: string, index: number): RecordRef {
  return { store: "delta", id: `${circle}/${index}` };
}

export function outboxItemRef(
  circle: string,
  messageId: Uint8Array,
): RecordRef {
  return {
    store: "outbox-item",
    id: `${circle}/${encodeBase64url(messageId)}`,
  };
}

export function deliveryRef(circle: string, delivery: string): RecordRef {
  return { store: "delivery", id: `${circle}/${delivery}` };
}

/** An item by its place in the list. */
export function itemRef(circle: string, ordinal: number): RecordRef {
  return { store: "item", id: `${circle}/${ordinal}` };
}

/** That an id has counted, and the ordinal of its item where it has one. */
export function itemOfRef(circle: string, itemId: Uint8Array): RecordRef {
  return { store: "item-of", id: `${circle}/${encodeBase64url(itemId)}` };
}
