// What an open vault holds in memory: keys, the page, and which records of a group there are. It keeps no value.

import type { RandomBytes } from "@halqa/crypto";
import { assertInvariant } from "@halqa/bytes";
import {
  decodeDirectory,
  decodeEntry,
  directoryRef,
  applyEntry,
  journalRef,
  type Living,
} from "./group-ledger.ts";
import type { KeyPage } from "./key-page.ts";
import type { RawStore } from "./raw-store.ts";
import { openRecord } from "./record.ts";
import type { Slot } from "./slot.ts";
import { StoreFault } from "./store-fault.ts";
import type { RecordRef } from "./store.ts";
import { groupStoreKey, OWN_STORE, type VaultKeys } from "./vault-keys.ts";

export interface Session {
  readonly raw: RawStore;
  readonly slot: Slot;
  readonly random: RandomBytes;
  readonly keys: VaultKeys;
  readonly isArchive: (store: string) => boolean;
  /** The slot's secret under which the page stands. */
  stateSecret: Uint8Array;
  page: KeyPage;
  /** What was looked at so far, by name of the group. */
  readonly groups: Map<string, GroupRun>;
  /** The half of the slot with an earlier secret could not be destroyed yet. */
  mustWipe: boolean;
}

export interface GroupRun {
  readonly living: Living;
  /** Entries of the journal since the last renewal. */
  readonly journal: number;
  /** Commits since then; those of an earlier session are not known, and the next one renews. */
  readonly commits: number;
  readonly isOfEarlierSession: boolean;
}

const JOURNAL_STEP = 8;

/** A group before its first record. */
export const newGroup: GroupRun = {
  living: new Map(),
  journal: 0,
  commits: 0,
  isOfEarlierSession: false,
};

/** What is known of a group; it was loaded before. */
export function groupRun(session: Session, group: string): GroupRun {
  const run = session.groups.get(group);
  assertInvariant(run !== undefined, "a group is loaded before it is used");
  return run;
}

/** Loads the ledgers of groups that were not looked at yet. */
export async function loadGroups(
  session: Session,
  groups: Iterable<string>,
): Promise<void> {
  for (const group of new Set(groups)) {
    if (session.groups.has(group)) continue;
    const key = session.page.groups.get(group);
    const run =
      key === undefined ? newGroup : await loadGroup(session, group, key);
    session.groups.set(group, run);
  }
}

async function loadGroup(
  session: Session,
  group: string,
  key: Uint8Array,
): Promise<GroupRun> {
  const directory = directoryRef(group);
  const entries = journalRefs(group, 0);
  const [bytes, ...first] = await readOwn(session, key, [
    directory,
    ...entries,
  ]);
  // It is written with the group's first key and at each renewal.
  let living = bytes && decodeDirectory(bytes);
  if (living === undefined) throw new StoreFault("tampered");
  let journal = 0;
  for (let step: readonly (Uint8Array | undefined)[] = first; ;) {
    for (const entryBytes of step) {
      if (entryBytes === undefined) {
        const isOfEarlierSession = journal > 0;
        return { living, journal, commits: 0, isOfEarlierSession };
      }
      const entry = decodeEntry(entryBytes);
      if (entry === undefined) throw new StoreFault("tampered");
      living = applyEntry(living, entry);
      journal++;
    }
    step = await readOwn(session, key, journalRefs(group, journal));
  }
}

function journalRefs(group: string, from: number): readonly RecordRef[] {
  return Array.from({ length: JOURNAL_STEP }, (_, i) =>
    journalRef(group, from + i),
  );
}

async function readOwn(
  { raw, keys }: Session,
  groupKey: Uint8Array,
  refs: readonly RecordRef[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const key = groupStoreKey(groupKey, OWN_STORE);
  const records = await raw.read(refs.map((ref) => keys.placeOf(ref)));
  return refs.map((ref, i) => {
    const record = records[i];
    if (record === undefined) return undefined;
    const body = openRecord({ key, ref, record });
    if (!body.ok || body.value.body !== "value")
      throw new StoreFault("tampered");
    return body.value.value;
  });
}
