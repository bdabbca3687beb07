/** The names of everything that is stored (docs/spec/engine.md, EN-10). A circle's id stands in front of what belongs to it. */
import { encodeBase64url } from "@halqa/bytes";
import type { RecordRef } from "../ports/store.ts";

export const rootRef: RecordRef = { store: "root", id: "root" };

/** Another device of the person is being linked. */
export const linkingRef: RecordRef = { store: "linking", id: "linking" };

/**
 * What a vault has to know of these names. Archives hold many records that stay; everything else is state, which the vault seals
 * anew with every change of keys: a store with a record for each message belongs to the archives. Without the root there is no
 * device.
 */
export const storeLayout = {
  archives: ["item", "item-of", "search", "file", "expiring"],
  expects: [rootRef],
} as const;

/** What a circle has one of each of. */
export const CIRCLE_STORES = [
  "desk",
  "draft",
  "outbox",
  "intents",
  "planned",
  "proposed",
  "petitions",
  "moves",
  "verified",
  "invites",
  "requests",
  "settled",
  "deliveries",
  "joining",
  "entering",
  "repair",
  "rebuild",
  "repair-desk",
  "presence",
  "gaps",
  "sent",
  "files",
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

/** A part of a file, as it is at the relay. */
export function filePartRef(
  circle: string,
  file: string,
  index: number,
): RecordRef {
  return { store: "file", id: `${circle}/${file}/${index}` };
}

/** Ordinals of the items that disappear in an hour. */
export function expiringRef(circle: string, hour: number): RecordRef {
  return { store: "expiring", id: `${circle}/${hour}` };
}

/** Presence of devices, so many of them by their leaves. */
export function leafPageRef(circle: string, page: number): RecordRef {
  return { store: "heard", id: `${circle}/${page}` };
}

/** A message of ours that can be said again. */
export function sentItemRef(circle: string, messageId: Uint8Array): RecordRef {
  return { store: "sent-item", id: `${circle}/${encodeBase64url(messageId)}` };
}

/** A record of the index of a circle's list, by the name that it has there. */
export function searchRef(circle: string, name: string): RecordRef {
  return { store: "search", id: `${circle}/${name}` };
}

/** An item by its place in the list. */
export function itemRef(circle: string, ordinal: number): RecordRef {
  return { store: "item", id: `${circle}/${ordinal}` };
}

/** That an id has counted, and the ordinal of its item where it has one. */
export function itemOfRef(circle: string, itemId: Uint8Array): RecordRef {
  return { store: "item-of", id: `${circle}/${encodeBase64url(itemId)}` };
}
