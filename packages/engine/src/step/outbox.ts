/**
 * The outbox (docs/spec/engine.md, EN-40 to EN-49). An item waits as plain content in the vault until this device has caught up
 * with the log; then it is sealed, stored and appended; and it stays until the log shows it. It is sealed anew, under the
 * same message id, when the log it was sealed for was closed or its epoch is over.
 */
import { equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import {
  decodeContent,
  isSignal,
  itemIdOf,
  overlayPending,
} from "@halqa/model";
import type { Content } from "@halqa/model";
import type { Circle, CircleEnv } from "../circle/circle.ts";
import { mayPost } from "../circle/roles.ts";
import { sealContent } from "../circle/seal-content.ts";
import { openForStewards, sealAgain } from "../circle/sealed-content.ts";
import type { CircleRecord, OutboxItem } from "./durable.ts";
import { isUploading } from "./files/stored-file.ts";
import { MAX_SEALED, MAX_SEALS } from "./limits.ts";
import { entryKey, isCaughtUp } from "./log-run.ts";
import type { LogRun } from "./state.ts";
import { none } from "./writes.ts";

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
    counted: undefined,
    failure: undefined,
  };
}

/** What the items say. They were encoded here, so each one decodes. */
export function contentOf(item: OutboxItem): Content | undefined {
  const content = decodeContent(item.content);
  return content.ok ? content.value : undefined;
}

/** Of a content that is sealed to stewards: what this device can open of it. */
export function insideOf(
  circle: Circle | undefined,
  o: { readonly author: Uint8Array; readonly content: Content },
): Content | undefined {
  const { author, content } = o;
  return circle === undefined || content.kind !== "sealed"
    ? undefined
    : openForStewards(circle, { author, content });
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
  if (circle.info.isClosed) return false;
  if (!isCaughtUp(run, circle)) return false;
  if (outbox.some((item) => isUncounted(circle, item))) return true;
  return nextToSeal({ ...record, circle, outbox }, run) !== undefined;
}

/** Seals what is due, as far as the limit goes. */
export function sealDue(
  env: CircleEnv,
  record: CircleRecord,
  run: Pick<LogRun, "appends">,
): CircleRecord {
  let { circle } = record;
  if (circle === undefined) return record;
  let outbox = failUncounted(circle, record.outbox);
  for (;;) {
    const item = nextToSeal({ ...record, circle, outbox }, run);
    if (item === undefined) break;
    const sealed = sealItem(env, circle, item);
    ({ circle } = sealed);
    outbox = outbox.map((one) => (one === item ? sealed.item : one));
  }
  return { ...record, circle, outbox };
}

const noAppends: Pick<LogRun, "appends"> = { appends: new Map() };

/** Whether something waits that is not sealed for the last known epoch (docs/spec/relays-of-a-circle.md, MV-25, MV-30). */
export function canSealAway(record: CircleRecord): boolean {
  const { circle, outbox } = record;
  if (circle === undefined || outbox.length === 0 || circle.info.isClosed)
    return false;
  return nextToSeal({ ...record, circle, outbox }, noAppends) !== undefined;
}

/** Seals in the last known epoch, without having caught up: for mirrors, and for a bundle that a person wants. */
export function sealAway(env: CircleEnv, record: CircleRecord): CircleRecord {
  return canSealAway(record) ? sealDue(env, record, noAppends) : record;
}

/** The first item that may be sealed and needs to be. Items leave in their order. */
function nextToSeal(
  {
    circle,
    outbox,
    files,
  }: Pick<CircleRecord, "outbox" | "files"> & { readonly circle: Circle },
  run: Pick<LogRun, "appends">,
): OutboxItem | undefined {
  let underWay = 0;
  for (const item of outbox) {
    if (item.failure !== undefined || !maySend(circle, item)) continue;
    // FI-22: others do not wait for it.
    if (isWaitingForFiles(circle, files, item)) continue;
    if (needsSeal(circle, item, run)) return item;
    underWay += 1;
    if (underWay >= MAX_SEALED) return undefined;
  }
  return undefined;
}

/** Whether the relay does not have all files yet that go with an item. */
function isWaitingForFiles(
  { memberKey }: Circle,
  files: CircleRecord["files"],
  { messageId }: OutboxItem,
): boolean {
  if (!files.some(isUploading)) return false;
  const id = itemIdOf(sha256, memberKey, messageId);
  return files.some(
    (one) =>
      isUploading(one) &&
      one.purpose.for === "attachment" &&
      equalBytes(one.purpose.item, id),
  );
}

/** EN-66: until the steward whom the invite names was heard inside, only the joiner's signals leave, unless it has `auto`. */
function maySend(circle: Circle, item: OutboxItem): boolean {
  if (isUncounted(circle, item)) return false;
  if (circle.awaits === undefined || !circle.awaits.isSilent) return true;
  return isSignalItem(item);
}

/** CI-110: what everybody would skip. */
function isUncounted(circle: Circle, item: OutboxItem): boolean {
  if (item.failure !== undefined || mayPost(circle.info, circle.memberKey))
    return false;
  return !isSignalItem(item);
}

/** EN-126: who may not post any more said this for nobody. */
function failUncounted(
  circle: Circle,
  outbox: readonly OutboxItem[],
): readonly OutboxItem[] {
  const isSound = !outbox.some((item) => isUncounted(circle, item));
  return isSound
    ? outbox
    : giveUpAll(outbox, "read-only", (item) => isUncounted(circle, item));
}

function isSignalItem(item: OutboxItem): boolean {
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
  run: Pick<LogRun, "appends">,
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
  const { messageId, minute } = item;
  const content = sealAgain(circle, env, item.content);
  const { counted: before } = item;
  const made = sealContent(circle, env, {
    messageId,
    minute,
    content,
    counted: before,
  });
  if (!made.ok) return { circle, item: { ...item, failure: made.error.kind } };
  const { body, entryId, message, counted } = made.value;
  const sealed = {
    logId: circle.log.logId,
    epoch: circle.mls.context.epoch,
    entryId,
    body,
    message,
  };
  const sent = { ...item, content, sealed, earlier, counted };
  return { circle: made.value.circle, item: sent };
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

/** The others said that it does not count: it waits for its person to try again or to discard it. */
export function failItem(
  outbox: readonly OutboxItem[],
  item: OutboxItem,
): readonly OutboxItem[] {
  return giveUpAll(outbox, "read-only", (one) => one === item);
}

/** What has a line of its own in the list stays there as failed; an act on another line has nowhere to stay, and is undone. */
export function giveUpAll(
  outbox: readonly OutboxItem[],
  failure: string,
  isLost: (item: OutboxItem) => boolean = () => true,
): readonly OutboxItem[] {
  const left = outbox.flatMap((item) => {
    if (!isLost(item)) return [item];
    return hasLine(item) ? [{ ...unseal(item), failure }] : [];
  });
  return left.length === 0 ? none : left;
}

const NOBODY = { memberKey: new Uint8Array(32), name: "" };

function hasLine({ messageId: id, minute, ...item }: OutboxItem): boolean {
  const decoded = decodeContent(item.content);
  const content = decoded.ok ? decoded.value : undefined;
  if (content === undefined || content.kind === "unknown" || isSignal(content))
    return false;
  return overlayPending([], [{ content, id, minute }], NOBODY).length > 0;
}
