// A commit of an open vault (docs/spec/vault.md, "Groups" and "Renewal"): archives under their keys, state under the key of its
// group, and where a group is renewed, all that is alive in it under a new one.

import { assertInvariant } from "@halqa/bytes";
import {
  applyWrites,
  directoryRef,
  encodeDirectory,
  encodeEntry,
  groupOf,
  journalRef,
  nameOf,
} from "./group-ledger.ts";
import { putPage, type KeyPage } from "./key-page.ts";
import {
  MAX_DAYS,
  MAX_GROUP_RECORDS,
  MAX_GROUPS,
  RENEW_AFTER_COMMITS,
} from "./limits.ts";
import type { RawWrite } from "./raw-store.ts";
import {
  expiringBody,
  lastingBody,
  openRecord,
  sealRecord,
  type Body,
} from "./record.ts";
import { commitRenewed } from "./renewal.ts";
import {
  groupRun,
  loadGroups,
  newGroup,
  type GroupRun,
  type Session,
} from "./session.ts";
import { StoreFault } from "./store-fault.ts";
import type { RecordRef, RecordWrite } from "./store.ts";
import { groupStoreKey, OWN_STORE } from "./vault-keys.ts";

const KEY_LENGTH = 32;
const MAX_DAY = 0xffff_ffff;

/** The next page while a commit is put together. */
interface Draft {
  readonly groups: Map<string, Uint8Array>;
  readonly days: Map<number, Uint8Array>;
  readonly today: number;
  isChanged: boolean;
}

interface GroupCommit {
  readonly raw: readonly RawWrite[];
  readonly run: GroupRun | undefined;
}

/** All writes or none; `renewed` are groups that get a new key with it. */
export async function commitRecords(
  session: Session,
  o: {
    readonly writes: readonly RecordWrite[];
    readonly renewed?: Iterable<string>;
    readonly today?: number;
  },
): Promise<void> {
  const writes = lastOfEach(o.writes);
  for (const write of writes) assertWritable(write);
  const archived = writes.filter(({ ref }) => session.isArchive(ref.store));
  const byGroup = Map.groupBy(
    writes.filter(({ ref }) => !session.isArchive(ref.store)),
    ({ ref }) => groupOf(ref),
  );
  await loadGroups(session, byGroup.keys());
  const renewed = new Set(o.renewed);
  for (const [group, own] of byGroup) {
    if (isToBeRenewed(groupRun(session, group), own)) renewed.add(group);
  }
  const draft = draftOf(session.page, o.today);
  const raw = archived.map((write) => archiveWrite(session, draft, write));
  const runs = new Map<string, GroupRun | undefined>();
  for (const group of new Set([...byGroup.keys(), ...renewed])) {
    const own = byGroup.get(group) ?? [];
    const made = renewed.has(group)
      ? await renewGroup(session, draft, { group, writes: own })
      : writeGroup(session, draft, { group, writes: own });
    raw.push(...made.raw);
    runs.set(group, made.run);
  }
  assertInvariant(draft.groups.size <= MAX_GROUPS, "too many groups");
  await commitRaw(session, { draft, raw, isRenewed: renewed.size > 0 });
  for (const [group, run] of runs) session.groups.set(group, run ?? newGroup);
}

async function commitRaw(
  session: Session,
  o: {
    readonly draft: Draft;
    readonly raw: readonly RawWrite[];
    readonly isRenewed: boolean;
  },
): Promise<void> {
  const { groups, days, today, isChanged } = o.draft;
  const page: KeyPage = { groups, days, today };
  const isOver = [...session.page.days.keys()].some((day) => !days.has(day));
  if (o.isRenewed || isOver) {
    await commitRenewed(session, page, o.raw);
    return;
  }
  const { keys, stateSecret, random } = session;
  // More keys under the same secret: what the page before held, this one holds too.
  const put = isChanged ? [putPage({ page, keys, stateSecret, random })] : [];
  await session.raw.commit([...o.raw, ...put]);
  session.page = page;
}

function draftOf(page: KeyPage, today = page.today): Draft {
  const day = Math.max(today, page.today);
  const days = [...page.days].filter(([one]) => one >= day);
  return {
    groups: new Map(page.groups),
    days: new Map(days),
    today: day,
    isChanged: false,
  };
}

function isToBeRenewed(run: GroupRun, writes: readonly RecordWrite[]): boolean {
  return (
    run.isOfEarlierSession ||
    run.commits + 1 >= RENEW_AFTER_COMMITS ||
    writes.some(({ renews }) => renews === true)
  );
}

function lastOfEach(writes: readonly RecordWrite[]): readonly RecordWrite[] {
  const last = new Map<string, RecordWrite>();
  for (const write of writes) {
    const name = nameOf(write.ref);
    const renews = write.renews === true || last.get(name)?.renews === true;
    last.set(name, { ...write, renews });
  }
  return [...last.values()];
}

function assertWritable({ ref, expires }: RecordWrite): void {
  assertInvariant(ref.store !== OWN_STORE, "a store has a name");
  assertInvariant(
    expires === undefined ||
      (Number.isInteger(expires) && expires >= 0 && expires <= MAX_DAY),
    "a day is a whole number",
  );
}

function archiveWrite(
  session: Session,
  draft: Draft,
  write: RecordWrite,
): RawWrite {
  const { keys, random } = session;
  const { ref } = write;
  const key = keys.placeOf(ref);
  const body = bodyOf(session, draft, write);
  if (body === undefined) return { key, value: undefined };
  const sealed = { key: keys.storeKey(ref.store), ref, body, random };
  return { key, value: sealRecord(sealed) };
}

/** What is to stand in the record; undefined where nothing is, because it is deleted or its day is over. */
function bodyOf(
  { random }: Session,
  draft: Draft,
  { ref, value, expires }: RecordWrite,
): Body | undefined {
  if (value === undefined) return undefined;
  if (expires === undefined) return lastingBody(value);
  if (expires < draft.today) return undefined;
  const day = dayFor(draft, expires);
  let dayKey = draft.days.get(day);
  if (dayKey === undefined) {
    dayKey = random(KEY_LENGTH);
    draft.days.set(day, dayKey);
    draft.isChanged = true;
  }
  return expiringBody({ dayKey, day, ref, value, random });
}

/**
 * The day under whose key it stands: its own, unless the page is full, as when somebody sends messages of very many days. Then it
 * is the last of the known days before it, or the first: rather too early than never.
 */
function dayFor({ days }: Draft, expires: number): number {
  if (days.has(expires) || days.size < MAX_DAYS) return expires;
  const known = [...days.keys()].toSorted((a, b) => a - b);
  const day = known.findLast((one) => one < expires) ?? known[0];
  assertInvariant(day !== undefined, "a full page has days");
  return day;
}

/** The writes of a group that keeps its key, and the entry of its journal. */
function writeGroup(
  session: Session,
  draft: Draft,
  o: { readonly group: string; readonly writes: readonly RecordWrite[] },
): GroupCommit {
  const run = groupRun(session, o.group);
  const key = draft.groups.get(o.group);
  if (key === undefined) return startGroup(session, draft, o);
  const sealed = sealAll(session, draft, { key, writes: o.writes });
  const { living, entry } = applyWrites(run.living, sealed.kept);
  const isSame = entry.added.length === 0 && entry.removed.length === 0;
  // The first commit after a renewal says that there was one: the next session then knows what to renew.
  const isNoted = !isSame || run.journal === 0;
  const note = ownWrite(session, key, {
    ref: journalRef(o.group, run.journal),
    bytes: encodeEntry(entry),
  });
  const next = {
    ...run,
    living,
    journal: run.journal + (isNoted ? 1 : 0),
    commits: run.commits + 1,
  };
  return { raw: isNoted ? [...sealed.raw, note] : sealed.raw, run: next };
}

/** A group's first records: a key, and a directory instead of a journal. */
function startGroup(
  session: Session,
  draft: Draft,
  o: { readonly group: string; readonly writes: readonly RecordWrite[] },
): GroupCommit {
  const key = session.random(KEY_LENGTH);
  const sealed = sealAll(session, draft, { key, writes: o.writes });
  const { living } = applyWrites(new Map(), sealed.kept);
  if (living.size === 0) return { raw: sealed.raw, run: undefined };
  draft.groups.set(o.group, key);
  draft.isChanged = true;
  const directory = ownWrite(session, key, {
    ref: directoryRef(o.group),
    bytes: encodeDirectory(living),
  });
  const run = { ...newGroup, living, commits: 1 };
  return { raw: [...sealed.raw, directory], run };
}

/** Everything that is alive in a group under a new key; nothing else opens with it. */
async function renewGroup(
  session: Session,
  draft: Draft,
  o: { readonly group: string; readonly writes: readonly RecordWrite[] },
): Promise<GroupCommit> {
  const { group, writes } = o;
  const run = groupRun(session, group);
  const oldKey = draft.groups.get(group);
  if (oldKey === undefined) return startGroup(session, draft, o);
  const key = session.random(KEY_LENGTH);
  const sealed = sealAll(session, draft, { key, writes });
  const { living } = applyWrites(run.living, sealed.kept);
  assertInvariant(
    living.size <= MAX_GROUP_RECORDS,
    "an archive does not stand among the state",
  );
  const written = new Set(writes.map(({ ref }) => nameOf(ref)));
  const rest = [...living]
    .filter(([name]) => !written.has(name))
    .map(([, ref]) => ref);
  const moved = await moveAll(session, rest, { oldKey, key });
  const journal = Array.from({ length: run.journal }, (_, index) => ({
    key: session.keys.placeOf(journalRef(group, index)),
    value: undefined,
  }));
  const ref = directoryRef(group);
  const isEmpty = living.size === 0;
  const directory = isEmpty
    ? { key: session.keys.placeOf(ref), value: undefined }
    : ownWrite(session, key, { ref, bytes: encodeDirectory(living) });
  if (isEmpty) draft.groups.delete(group);
  else draft.groups.set(group, key);
  draft.isChanged = true;
  return {
    raw: [...sealed.raw, ...moved, ...journal, directory],
    run: isEmpty ? undefined : { ...newGroup, living },
  };
}

function sealAll(
  session: Session,
  draft: Draft,
  o: { readonly key: Uint8Array; readonly writes: readonly RecordWrite[] },
): {
  readonly raw: readonly RawWrite[];
  readonly kept: readonly RecordWrite[];
} {
  const raw: RawWrite[] = [];
  const kept: RecordWrite[] = [];
  for (const write of o.writes) {
    const { ref } = write;
    const body = bodyOf(session, draft, write);
    kept.push(body === undefined ? { ref, value: undefined } : write);
    raw.push(sealInGroup(session, o.key, { ref, body }));
  }
  return { raw, kept };
}

async function moveAll(
  session: Session,
  refs: readonly RecordRef[],
  o: { readonly oldKey: Uint8Array; readonly key: Uint8Array },
): Promise<readonly RawWrite[]> {
  const places = refs.map((ref) => session.keys.placeOf(ref));
  const records = await session.raw.read(places);
  return refs.map((ref, i) => {
    const record = records[i];
    const key = groupStoreKey(o.oldKey, ref.store);
    const opened = record && openRecord({ key, ref, record });
    if (!opened?.ok) throw new StoreFault("tampered");
    return sealInGroup(session, o.key, { ref, body: opened.value });
  });
}

function ownWrite(
  session: Session,
  key: Uint8Array,
  { ref, bytes }: { readonly ref: RecordRef; readonly bytes: Uint8Array },
): RawWrite {
  return sealInGroup(session, key, { ref, body: lastingBody(bytes) });
}

function sealInGroup(
  { keys, random }: Session,
  groupKey: Uint8Array,
  { ref, body }: { readonly ref: RecordRef; readonly body: Body | undefined },
): RawWrite {
  const place = keys.placeOf(ref);
  if (body === undefined) return { key: place, value: undefined };
  const key = groupStoreKey(groupKey, ref.store);
  return { key: place, value: sealRecord({ key, ref, body, random }) };
}
