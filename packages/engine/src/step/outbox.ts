/**
 * The outbox (docs/spec/engine.md, EN-40 to EN-49). An item waits as plain content in the vault until this device has caught up
 * with the log; then it is sealed, stored and appended; and it stays until the log shows it. It is sealed anew, under the
 * same message id, when the log it was sealed for was closed or its epoch is over.
 */
import { equalBytes } from "@halqa/bytes";
import { decodeContent, isSignal } from "@halqa/model";
import type { Content } from "@halqa/model";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import { sealContent } from "../circle/seal-content.ts";
import type { CircleRecord, OutboxItem } from "./durable.ts";
import { MAX_SEALED, MAX_SEALS } from "./limits.ts";
import { entryKey, isCaughtUp } from "./log-run.ts";
import type { LogRun } from "./state.ts";

const MESSAGE_ID_LENGTH = 16;
const MINUTE_MS = 60_000;

/** A content that waits to be sent. */
export function createOutboxItem(
  env: { readonly random: CircleEnv["random"]; readonly now: number },
  content: Uint8Array,
): OutboxItem {
  return {
    messageId: env.random(MESSAGE_ID_LENGTH),
    minute: Math.floor(env.now / MINUTE_MS),
    content,
    sealed: undefined,
    earlier: [],
    distrusted: [],
    failure: undefined,
  };
}

/** What the items say. They were encoded here, so each one decodes. */
export function contentOf(item: OutboxItem): Content | undefined {
  const content = decodeContent(item.content);
  return content.ok ? content.value : undefined;
}

/** The item whose entry this is, by its present seal or an earlier one. */
export function findByEntry(
  outbox: readonly OutboxItem[],
  entryId: Uint8Array,
): OutboxItem | undefined {
  return outbox.find(({ sealed, earlier }) =>
    [...(sealed ? [sealed.entryId] : []), ...earlier].some((id) =>
      equalBytes(id, entryId),
    ),
  );
}

/** Whether sealing would change anything now. */
export function canSeal(
  record: CircleRecord,
  run: LogRun | undefined,
): boolean {
  const { circle, outbox } = record;
  if (circle === undefined || outbox.length === 0) return false;
  if (!isCaughtUp(run, circle)) return false;
  return nextToSeal(circle, outbox, run) !== undefined;
}

/** Seals what is due, as far as the limit goes. */
export function sealDue(
  env: CircleEnv,
  record: CircleRecord,
  run: LogRun,
): CircleRecord {
  let { circle, outbox } = record;
  if (circle === undefined) return record;
  for (;;) {
    const item = nextToSeal(circle, outbox, run);
    if (item === undefined) break;
    const sealed = sealItem(env, circle, item);
    ({ circle } = sealed);
    outbox = outbox.map((one) => (one === item ? sealed.item : one));
  }
  return { ...record, circle, outbox };
}

/** The first item that may be sealed and needs to be. Items leave in their order. */
function nextToSeal(
  circle: Circle,
  outbox: readonly OutboxItem[],
  run: LogRun,
): OutboxItem | undefined {
  let underWay = 0;
  for (const item of outbox) {
    if (item.failure !== undefined || !maySend(circle, item)) continue;
    if (needsSeal(circle, item, run)) return item;
    underWay += 1;
    if (underWay >= MAX_SEALED) return undefined;
  }
  return undefined;
}

/** EN-66: until the steward whom the invite names was heard inside, only the joiner's signals leave. */
function maySend(circle: Circle, item: OutboxItem): boolean {
  if (circle.awaits === undefined) return true;
  const content = contentOf(item);
  return content !== undefined && isSignal(content);
}

/**
 * EN-43: what is on its way on this connection is left alone while others can still read it; what is not is sealed again
 * as soon as the epoch it was sealed in is over.
 */
function needsSeal(
  circle: Circle,
  { sealed }: OutboxItem,
  run: LogRun,
): boolean {
  if (sealed === undefined) return true;
  if (!equalBytes(sealed.logId, circle.log.logId)) return true;
  const isOld = sealed.epoch !== circle.mls.context.epoch;
  return isOld && !run.appends.has(entryKey(sealed.entryId));
}

function sealItem(
  env: CircleEnv,
  circle: Circle,
  item: OutboxItem,
): { readonly circle: Circle; readonly item: OutboxItem } {
  const earlier =
    item.sealed === undefined
      ? item.earlier
      : [...item.earlier, item.sealed.entryId];
  if (earlier.length >= MAX_SEALS)
    return { circle, item: { ...item, failure: "not-accepted" } };
  const { messageId, minute, content } = item;
  const made = sealContent(circle, env, { messageId, minute, content });
  if (!made.ok) return { circle, item: { ...item, failure: made.error.kind } };
  const { body, entryId } = made.value;
  const sealed = {
    logId: circle.log.logId,
    epoch: circle.mls.context.epoch,
    entryId,
    body,
  };
  return { circle: made.value.circle, item: { ...item, sealed, earlier } };
}

/**
 * EN-47: others may have lost the key of this seal, so another one is made. The entry is remembered: it may be on its way, and
 * taken for one more copy it would make every next seal distrusted, without end.
 */
export function distrustSeal(item: OutboxItem): OutboxItem {
  const { sealed, distrusted } = item;
  if (sealed === undefined) return item;
  return {
    ...item,
    sealed: undefined,
    distrusted: [...distrusted, sealed.entryId].slice(-MAX_SEALS),
  };
}

/** Whether the entry is one that was given up for another seal of its item. */
export function isDistrusted(
  outbox: readonly OutboxItem[],
  entryId: Uint8Array,
): boolean {
  return outbox.some(({ distrusted }) =>
    distrusted.some((id) => equalBytes(id, entryId)),
  );
}

/** The others did not read this seal, so the item takes another one. */
export function unseal(item: OutboxItem): OutboxItem {
  const { sealed, earlier } = item;
  if (sealed === undefined) return item;
  return { ...item, sealed: undefined, earlier: [...earlier, sealed.entryId] };
}
