// The open vault: names and values go down sealed, and come up opened (docs/spec/vault.md). It keeps no value in memory, and does
// one thing after the other.

import { commitRecords } from "./commit-records.ts";
import { groupOf, nameOf } from "./group-ledger.ts";
import { MAX_RENEWED_TOGETHER } from "./limits.ts";
import { openExpiring, openRecord, type Body } from "./record.ts";
import { wipeWhereItMust } from "./renewal.ts";
import { loadGroups, type Session } from "./session.ts";
import { StoreFault } from "./store-fault.ts";
import type { RecordRef, VaultStore } from "./store.ts";
import { groupStoreKey } from "./vault-keys.ts";

export interface OpenVault extends VaultStore {
  /** Runs something when everything before it has ended, and before anything after it begins. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The store of a vault whose keys are known. */
export function createVaultStore(session: Session): OpenVault {
  let tail: Promise<unknown> = Promise.resolve();
  let isOpen = true;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work, work);
    tail = run.catch(() => undefined);
    return run;
  };
  const whileOpen = <T>(work: () => Promise<T>): Promise<T> =>
    isOpen ? inTurn(work) : Promise.reject(new StoreFault("unavailable"));
  return {
    inTurn: whileOpen,
    read: (refs) => whileOpen(() => readAll(session, refs, "all")),
    readLasting: (refs) => whileOpen(() => readAll(session, refs, "lasting")),
    commit: (writes) => {
      const copies = writes.map(({ value, ...rest }) => ({
        ...rest,
        value: value?.slice(),
      }));
      return whileOpen(async () => {
        if (copies.length > 0) await commitRecords(session, { writes: copies });
        await wipeWhereItMust(session);
      });
    },
    renew: (today) => whileOpen(() => renewAll(session, today)),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await inTurn(() => closeSession(session));
    },
  };
}

async function closeSession(session: Session): Promise<void> {
  try {
    await renewAll(session, session.page.today);
  } catch (fault) {
    // What could not be renewed is as it was, and the next session renews it.
    if (!(fault instanceof StoreFault)) throw fault;
  } finally {
    await session.raw.close();
  }
}

async function renewAll(session: Session, today: number): Promise<void> {
  await wipeWhereItMust(session);
  await loadGroups(session, session.page.groups.keys());
  const touched = [...session.page.groups.keys()].filter((group) => {
    const run = session.groups.get(group);
    return run !== undefined && (run.journal > 0 || run.commits > 0);
  });
  for (let at = 0; at < touched.length; at += MAX_RENEWED_TOGETHER) {
    const renewed = touched.slice(at, at + MAX_RENEWED_TOGETHER);
    await commitRecords(session, { writes: [], renewed, today });
  }
  // Nothing was touched, and a day may be over all the same.
  if (today > session.page.today)
    await commitRecords(session, { writes: [], today });
}

async function readAll(
  session: Session,
  refs: readonly RecordRef[],
  which: "all" | "lasting",
): Promise<readonly (Uint8Array | undefined)[]> {
  const { keys, raw, isArchive } = session;
  const state = refs.filter(({ store }) => !isArchive(store));
  await loadGroups(session, state.map(groupOf));
  const records = await raw.read(refs.map((ref) => keys.placeOf(ref)));
  return refs.map((ref, i) => {
    const body = openAt(session, ref, records[i]);
    return body && valueOf(session, { ref, body, which });
  });
}

function openAt(
  session: Session,
  ref: RecordRef,
  record: Uint8Array | undefined,
): Body | undefined {
  if (record === undefined) {
    const group = session.isArchive(ref.store) ? undefined : groupOf(ref);
    const run = group === undefined ? undefined : session.groups.get(group);
    // To answer "not there" would make the engine begin anew over what an attacker wants forgotten.
    if (run?.living.has(nameOf(ref)) === true) throw new StoreFault("tampered");
    return undefined;
  }
  const key = keyOf(session, ref);
  const opened = key && openRecord({ key, ref, record });
  if (!opened?.ok) throw new StoreFault("tampered");
  return opened.value;
}

function keyOf(session: Session, ref: RecordRef): Uint8Array | undefined {
  const { keys, page, isArchive } = session;
  if (isArchive(ref.store)) return keys.storeKey(ref.store);
  const groupKey = page.groups.get(groupOf(ref));
  return groupKey && groupStoreKey(groupKey, ref.store);
}

function valueOf(
  { page }: Session,
  o: {
    readonly ref: RecordRef;
    readonly body: Body;
    readonly which: "all" | "lasting";
  },
): Uint8Array | undefined {
  const { body, ref, which } = o;
  if (body.body === "value") return body.value;
  const dayKey = page.days.get(body.day);
  if (dayKey === undefined || which === "lasting") return undefined;
  const opened = openExpiring(body, ref, dayKey);
  if (!opened.ok) throw new StoreFault("tampered");
  return opened.value;
}
