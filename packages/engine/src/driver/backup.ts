/**
 * A backup of a device, as a file that comes piece by piece while the engine goes on (docs/spec/backup.md, BK-14). It is sealed here,
 * beside the store: neither the identity nor a text leaves for an interface.
 */
import { createBackupWriter } from "@halqa/backup";
import type { BackupEntry, BackupKey } from "@halqa/backup";
import type { RandomBytes } from "@halqa/crypto";
import { encodeItem, expireItem } from "@halqa/model";
import type { MlsPort } from "../ports/mls.ts";
import type { Store } from "../ports/store.ts";
import {
  circleEntries,
  circlesOf,
  rootEntries,
} from "../step/backup-entries.ts";
import type { CircleRecord, Durable } from "../step/durable.ts";
import { readItem } from "../step/entries.ts";
import { itemRef } from "../step/records.ts";

export interface BackupSource {
  /** What is stored now. */
  readonly durable: Durable;
  /** Runs something on the store, behind what is under way there. */
  readonly useStore: <T>(use: (store: Store) => Promise<T>) => Promise<T>;
  readonly random: RandomBytes;
  readonly mls: MlsPort;
}

/** Items that are read at once. */
const PAGE = 200;

/** Later than any item can expire. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The pieces of a file for whoever has the key: the person with everything, or another device of the person without the identity.
 * Rejects when the engine stops meanwhile; a file without its last piece opens for nobody.
 */
export async function* writeBackup(
  source: BackupSource,
  key: BackupKey,
): AsyncGenerator<Uint8Array> {
  const writer = createBackupWriter({ key, random: source.random });
  for await (const entry of entriesOf(source, key)) yield* writer.push(entry);
  yield* writer.finish();
}

async function* entriesOf(
  source: BackupSource,
  key: BackupKey,
): AsyncGenerator<BackupEntry> {
  const { durable } = source;
  const o = { withIdentity: key.by !== "device" };
  yield* rootEntries(durable.root, o);
  for (const record of circlesOf(durable)) {
    yield* circleEntries(source, record, o);
    yield* itemsOf(source, record);
  }
}

async function* itemsOf(
  { useStore }: BackupSource,
  { id, desk }: CircleRecord,
): AsyncGenerator<BackupEntry> {
  const end = desk.summary.nextOrdinal;
  for (let from = 0; from < end; from += PAGE) {
    const count = Math.min(PAGE, end - from);
    const refs = Array.from({ length: count }, (_, i) => itemRef(id, from + i));
    const page = await useStore(async (store) => ({
      lasting: await (store.readLasting ?? store.read)(refs),
      all: await store.read(refs),
    }));
    for (const [i, bytes] of page.all.entries()) {
      const item = itemFor(page.lasting[i], bytes);
      if (item !== undefined) yield { entry: "item", ordinal: from + i, item };
    }
  }
}

/** Of what expires, a backup has that it was there and nothing of it. */
function itemFor(
  lasting: Uint8Array | undefined,
  bytes: Uint8Array | undefined,
): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  const gone = expireItem(readItem(bytes), NEVER);
  return gone === undefined ? lasting : encodeItem(gone);
}
