/**
 * Welcomes on their way (docs/spec/engine.md, EN-75): the tree as a blob, part by part, then the box into the joiner's inbox.
 * Each is stored with the commit that it belongs to and dropped when the relay has all of it; saying any of it twice is no fault.
 */
import { sha256 } from "@halqa/crypto";
import { blobIdOf } from "@halqa/protocol";
import type { RefusalCode } from "@halqa/protocol";
import type { CircleRecord } from "./durable.ts";
import type { Delivery } from "./mail.ts";
import { MAX_BOX_TRIES, REFUSED_RETRY_MS } from "./limits.ts";
import { hasRoom, request } from "./link.ts";
import { LINKING } from "./linking-record.ts";
import { proveAccess, signProof } from "./proof.ts";
import { relayKey } from "./relays.ts";
import type { DeliveryRun, RequestOwner } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

type Owner = Extract<RequestOwner, { for: "delivery" }>;

function setRun(turn: Turn, id: string, run: DeliveryRun | undefined): void {
  update(turn, { deliveries: withEntry(turn.state.deliveries, id, run) });
}

/** EN-75: what is delivered, or given up, is forgotten here too: a crash can make the same delivery be asked for once more. */
export function endDelivered(turn: Turn): void {
  const { deliveries, durable } = turn.state;
  if (deliveries.size === 0) return;
  const stored = [...durable.circles.values()].flatMap(
    (record) => record.deliveries,
  );
  const waiting = new Set(
    [...stored, ...(durable.linking?.out ?? [])].map(({ id }) => id),
  );
  const left = [...deliveries].filter(([id]) => waiting.has(id));
  if (left.length < deliveries.size)
    update(turn, { deliveries: new Map(left) });
}

/** Sends the next piece of each delivery of a circle. */
export function pumpDeliveries(turn: Turn, record: CircleRecord): void {
  for (const delivery of record.deliveries)
    pumpDelivery(turn, record.id, delivery);
}

/** `circle` is whose it is; a linking session has deliveries of its own. */
export function pumpDelivery(
  turn: Turn,
  circle: string,
  delivery: Delivery,
): void {
  const link = turn.state.links.get(relayKey(delivery.relay));
  if (link?.phase.phase !== "ready") return;
  const { conn } = link.phase;
  const old = turn.state.deliveries.get(delivery.id);
  const isCurrent = old?.link === link.key && old.conn === conn;
  const run: DeliveryRun = isCurrent
    ? old
    : {
        link: link.key,
        conn,
        // A box without a tree has no blob to announce.
        taken: delivery.parts.length === 0 ? 1 : 0,
        refusals: 0,
        isUnsigned: false,
        state: "idle",
      };
  if (run.state !== "idle") return;
  if (!hasRoom(link, sizeOfPiece(delivery, run.taken))) return;
  setRun(turn, delivery.id, { ...run, state: "asked" });
  sendPiece(turn, circle, { delivery, run });
}

/** Piece 0 announces the blob, then come its parts, and at last the boxes. */
function sendPiece(
  turn: Turn,
  circle: string,
  { delivery, run }: { readonly delivery: Delivery; readonly run: DeliveryRun },
): void {
  const { id, parts, boxes, relay } = delivery;
  const link = turn.state.links.get(run.link);
  if (link === undefined) return;
  const owner: Owner = { for: "delivery", delivery: id, circle };
  const partHashes = parts.map((part) => sha256(part));
  const blobId = blobIdOf(sha256, partHashes);
  const index = run.taken - 1;
  const part = parts[index];
  const box = boxes[index - parts.length];
  if (run.taken === 0) {
    const operation = "blob-create";
    const access = proveAccess(link, relay, { operation, id: blobId });
    const type = "blob-create";
    request(turn, { link: link.key, owner }, { type, partHashes, access });
  } else if (part !== undefined) {
    const type = "blob-part";
    request(
      turn,
      { link: link.key, owner },
      { type, blobId, index, bytes: part },
    );
  } else if (box !== undefined) {
    const { sendId, box: body, memberSeed: seed } = box;
    const signs = seed !== undefined && !run.isUnsigned;
    const proof = { operation: "inbox-send", id: sendId } as const;
    const memberSignature = signs
      ? signProof(link, { ...proof, seed, args: sha256(body) })
      : undefined;
    request(
      turn,
      { link: link.key, owner },
      { type: "inbox-send", sendId, memberSignature, body },
    );
  }
}

function sizeOfPiece({ parts, boxes }: Delivery, taken: number): number {
  const index = taken - 1;
  const piece = parts[index] ?? boxes[index - parts.length]?.box;
  return piece?.length ?? 0;
}

/** True when that was the last piece: the delivery is done. */
export function hearDelivered(turn: Turn, owner: Owner): boolean {
  const run = turn.state.deliveries.get(owner.delivery);
  const delivery = findDelivery(turn, owner);
  if (run === undefined || delivery === undefined) return false;
  const taken = run.taken + 1;
  const isDone = taken > delivery.parts.length + delivery.boxes.length;
  // After the last piece nothing more is sent: the note that it is done is on its way to the store.
  const state = isDone ? "asked" : "idle";
  const next: DeliveryRun = {
    ...run,
    taken,
    refusals: 0,
    isUnsigned: false,
    state,
  };
  setRun(turn, owner.delivery, next);
  return isDone;
}

/**
 * True when the delivery is done because what is left is given up: a joiner can name an inbox that takes nothing, and must not
 * keep a steward from letting in others (EN-76).
 */
export function hearDeliveryRefusal(
  turn: Turn,
  owner: Owner,
  code: RefusalCode,
): boolean {
  const run = turn.state.deliveries.get(owner.delivery);
  const delivery = findDelivery(turn, owner);
  if (run === undefined || delivery === undefined) return false;
  const isBox = run.taken > delivery.parts.length;
  if (isBox && mayGoUnsigned(run, delivery, code)) {
    setRun(turn, owner.delivery, { ...run, isUnsigned: true, state: "idle" });
    return false;
  }
  if (isBox && run.refusals + 1 >= MAX_BOX_TRIES)
    return hearDelivered(turn, owner);
  const refusals = run.refusals + 1;
  setRun(turn, owner.delivery, { ...run, refusals, state: "refused" });
  emit(turn, {
    type: "timer",
    id: `delivery ${owner.delivery}`,
    afterMs: REFUSED_RETRY_MS,
  });
  return false;
}

/** EN-146: the inbox knows another key of members, or their share is full: then the box goes as anybody's. */
function mayGoUnsigned(
  run: DeliveryRun,
  { boxes, parts }: Delivery,
  code: RefusalCode,
): boolean {
  const box = boxes[run.taken - 1 - parts.length];
  const isRefused = code === "unavailable" || code === "quota";
  return box?.memberSeed !== undefined && !run.isUnsigned && isRefused;
}

function findDelivery(turn: Turn, owner: Owner): Delivery | undefined {
  const { circles, linking } = turn.state.durable;
  const deliveries =
    owner.circle === LINKING
      ? linking?.out
      : circles.get(owner.circle)?.deliveries;
  return deliveries?.find(({ id }) => id === owner.delivery);
}

/** Tries again what was refused. */
export function retryDelivery(turn: Turn, id: string): void {
  const run = turn.state.deliveries.get(id);
  if (run?.state === "refused") setRun(turn, id, { ...run, state: "idle" });
}
