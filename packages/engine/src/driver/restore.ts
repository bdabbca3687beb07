/**
 * A device out of a backup, before an engine runs on it (docs/spec/backup.md, BK-15 to BK-19). Lists are written as they come; what
 * makes a device of them, its root and the desks of circles, is one transaction behind the last byte of the file.
 */
import { encodeBase64url, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { createBackupReader } from "@halqa/backup";
import type { BackupEntry, BackupError, BackupKey } from "@halqa/backup";
import type { RandomBytes } from "@halqa/crypto";
import { decodeItem, foldSummary, markRead } from "@halqa/model";
import type { Item } from "@halqa/model";
import type { RelayRecord } from "../circle/relay-record.ts";
import type { MlsPort } from "../ports/mls.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Now } from "../ports/timers.ts";
import {
  homeIn,
  restoredCircle,
  rootOf,
  withMark,
  withSetting,
} from "../step/backup-entries.ts";
import { withDesk } from "../step/circle-record.ts";
import type { CircleRecord, Root } from "../step/durable.ts";
import { indexWrite, itemWrite } from "../step/entries.ts";
import { expiredItem } from "../step/expired-item.ts";
import { MAX_CIRCLES } from "../step/limits.ts";
import { rootRef } from "../step/records.ts";
import { decodeRoot } from "../step/stored-desk.ts";
import { settleWrites } from "../step/writes.ts";

export interface RestoreOptions {
  readonly store: Store;
  readonly file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly key: BackupKey;
  readonly random: RandomBytes;
  readonly now: Now;
  readonly mls: MlsPort;
}

/**
 * Beside the refusals of a file: `not-empty`: somebody exists on this device already. `no-device`: nobody does, and history is for
 * a device that does.
 */
export interface RestoreFault {
  readonly kind:
    BackupError["kind"] | "not-empty" | "no-device" | "storage-failed";
}

export interface Restored {
  readonly circles: number;
  readonly items: number;
  /** Where the person founded circles, or else where the first one is; undefined where the file names none. */
  readonly relay: RelayRecord | undefined;
}

/** Makes a device of a person's backup in an empty store. Refused or cut off, it leaves no device, and can be begun again. */
export function restoreBackup(
  options: RestoreOptions,
): Promise<Result<Restored, RestoreFault>> {
  return restore(options, "person");
}

/** Adds to a device the circles of another one of the same person, where it does not have them yet. */
export function restoreHistory(
  options: RestoreOptions,
): Promise<Result<Restored, RestoreFault>> {
  return restore(options, "history");
}

/** Writes that one transaction takes. */
const BATCH = 400;

const MINUTE_MS = 60_000;

/** Items in a row that a backup may leave out: more than a circle expires before somebody looks. */
const MAX_GAP = 100_000;

interface Restoring {
  readonly options: RestoreOptions;
  /** Where the file begins: undefined until a person's identity was read. */
  root: Root | undefined;
  readonly before: Root | undefined;
  readonly circles: Map<string, CircleRecord>;
  /** The circle to which marks and items belong; undefined where they are passed over. */
  circle: CircleRecord | undefined;
  /** The list of this circle since its last transaction. */
  items: Item[];
  writes: Write[];
  count: number;
}

async function restore(
  options: RestoreOptions,
  what: "person" | "history",
): Promise<Result<Restored, RestoreFault>> {
  try {
    const before = await readRoot(options.store);
    if (what === "person" && before !== undefined)
      return err({ kind: "not-empty" });
    if (what === "history" && before === undefined)
      return err({ kind: "no-device" });
    const restoring: Restoring = {
      options,
      root: before,
      before,
      circles: new Map(),
      circle: undefined,
      items: [],
      writes: [],
      count: 0,
    };
    return await readFile(restoring);
  } catch (fault) {
    if (fault instanceof StoreRefusal) return err({ kind: "storage-failed" });
    throw fault;
  }
}

/** What a store rejects with, told apart from what a file's source rejects with. */
class StoreRefusal extends Error {
  override readonly name = "StoreRefusal";
}

async function readRoot(store: Store): Promise<Root | undefined> {
  const [bytes] = await onStore(() => store.read([rootRef]));
  if (bytes === undefined) return undefined;
  const root = decodeRoot(bytes);
  if (!root.ok) throw new StoreRefusal();
  return root.value;
}

async function onStore<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch {
    throw new StoreRefusal();
  }
}

async function readFile(
  restoring: Restoring,
): Promise<Result<Restored, RestoreFault>> {
  const { file, key } = restoring.options;
  const reader = createBackupReader(key);
  for await (const piece of file) {
    const read = reader.push(piece);
    if (!read.ok) return read;
    if (!(await takeAll(restoring, read.value))) return malformed;
  }
  const rest = reader.finish();
  if (!rest.ok) return rest;
  const isTaken = await takeAll(restoring, rest.value);
  // Only here is the file known to be whole.
  return isTaken && restoring.root !== undefined
    ? finish(restoring, restoring.root)
    : malformed;
}

const malformed = err({ kind: "malformed" } as const);

async function takeAll(
  restoring: Restoring,
  entries: readonly BackupEntry[],
): Promise<boolean> {
  for (const entry of entries) {
    if (!take(restoring, entry)) return false;
    if (restoring.writes.length >= BATCH) await flush(restoring);
  }
  return true;
}

/** Whether the entry belongs where it stands. */
function take(restoring: Restoring, entry: BackupEntry): boolean {
  if (entry.entry === "identity") {
    // A person's file is no history, and a device has one person.
    if (restoring.root !== undefined) return false;
    restoring.root = rootOf(entry);
    return true;
  }
  if (restoring.root === undefined) return false;
  switch (entry.entry) {
    case "setting": {
      const root = withSetting(restoring.root, entry);
      if (root !== undefined) restoring.root = root;
      return root !== undefined;
    }
    case "circle":
      return takeCircle(restoring, restoring.root, entry);
    case "mark":
      if (restoring.circle !== undefined)
        restoring.circle = withMark(restoring.circle, entry.member);
      return true;
    case "item":
      return takeItem(restoring, entry);
  }
}

function takeCircle(
  restoring: Restoring,
  root: Root,
  entry: Extract<BackupEntry, { entry: "circle" }>,
): boolean {
  endCircle(restoring);
  const id = encodeBase64url(entry.id);
  const isHere =
    root.circles.includes(id) ||
    root.erasing.some(({ circle }) => circle === id);
  restoring.circle = undefined;
  if (isHere) return true;
  const { options, circles } = restoring;
  const { random, now } = options;
  const record = restoredCircle({ random, now: now() }, entry);
  if (record === undefined) return false;
  const { summary } = record.desk;
  // Kept aside until the list is there: nobody has read what is not.
  restoring.circle = withDesk(record, {
    summary: { ...summary, readTo: entry.read - 1 },
  });
  return root.circles.length + circles.size < MAX_CIRCLES;
}

function takeItem(
  restoring: Restoring,
  entry: Extract<BackupEntry, { entry: "item" }>,
): boolean {
  const { circle } = restoring;
  if (circle === undefined) return true;
  const item = decodeItem(entry.item);
  if (!item.ok || item.value.ordinal !== entry.ordinal) return false;
  if (entry.ordinal - nextOrdinal(restoring, circle) > MAX_GAP) return false;
  // What expired is in no backup, and a list is dense.
  for (let at = nextOrdinal(restoring, circle); at < entry.ordinal; at++)
    putItem(restoring, circle, expiredItem(circle.id, at, item.value));
  putItem(restoring, circle, item.value);
  restoring.count += 1;
  return true;
}

function putItem(restoring: Restoring, { id }: CircleRecord, item: Item): void {
  restoring.items.push(item);
  restoring.writes.push(itemWrite(id, item), indexWrite(id, item.id, item));
}

function nextOrdinal({ items }: Restoring, { desk }: CircleRecord): number {
  return (items.at(-1)?.ordinal ?? desk.summary.nextOrdinal - 1) + 1;
}

/** The items so far become part of the circle's summary; then they are written. */
async function flush(restoring: Restoring): Promise<void> {
  foldItems(restoring);
  const writes = restoring.writes.splice(0);
  const { store } = restoring.options;
  if (writes.length > 0) await onStore(() => store.commit(writes));
}

function foldItems(restoring: Restoring): void {
  const { circle, options } = restoring;
  const items = restoring.items.splice(0);
  if (circle === undefined || items.length === 0) return;
  const { desk } = circle;
  const minute = Math.floor(options.now() / MINUTE_MS);
  const summary = foldSummary(desk.summary, items, {
    own: desk.memberKey,
    minute,
  });
  const positions = items.map(({ position }) => position + 1);
  const readBefore = Math.max(desk.readBefore, ...positions);
  restoring.circle = withDesk(circle, { summary, readBefore });
}

function endCircle(restoring: Restoring): void {
  foldItems(restoring);
  const { circle } = restoring;
  if (circle === undefined) return;
  const { summary } = circle.desk;
  const read = { ...summary, readTo: -1 };
  const whole = withDesk(circle, { summary: markRead(read, summary.readTo) });
  restoring.circles.set(circle.id, whole);
}

async function finish(
  restoring: Restoring,
  root: Root,
): Promise<Result<Restored, RestoreFault>> {
  endCircle(restoring);
  await flush(restoring);
  const { options, circles, before, count } = restoring;
  const { store, mls, random } = options;
  const listed = { ...root, circles: [...root.circles, ...circles.keys()] };
  const { writes } = settleWrites(
    { mls, random },
    { root: before ?? root, linking: undefined, circles: new Map() },
    { root: listed, linking: undefined, circles },
  );
  await onStore(() => store.commit(writes));
  const [first] = circles.values();
  const relay = homeIn(root) ?? first?.desk.inbox.relay;
  return ok({ circles: circles.size, items: count, relay });
}
