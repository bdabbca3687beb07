// The store beside plain layouts, which hide no order, and beside files. `npm run bench -- store`.
//
// Each sample of an append begins with a file that was closed, so that no layout pays for another one's work.

import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { assertInvariant } from "@halqa/bytes";
import {
  createSeededRandom,
  type Bench,
  type BenchCase,
  type BenchSubject,
} from "@halqa/testkit";
import { sha256 } from "../src/node/node-crypto.ts";
import { LAYOUT, LAYOUT_VERSION } from "../src/node/store/layout.ts";
import { STORE_FILE } from "../src/node/store/sqlite-database.ts";
import {
  appendAll,
  createAppends,
  createLogs,
  newFolder,
  openHiding,
  openPlain,
  RELAY_PUB,
  type Contestant,
} from "./store-appends.ts";

const WRITERS = 512;
const LOGS = 1_000;
const APPENDS = 8_192;
const PART = 65_280;
const random = createSeededRandom("store bench");

export const bench: Bench = {
  name: "store",
  setup: async () => [
    ...(await appending(1_024)),
    ...(await appending(3_840)),
    await parts(),
    openingAMillion(),
  ],
};

type Open = (folder: string) => Contestant | Promise<Contestant>;

const LAYOUTS: Readonly<Record<string, Open>> = {
  halqa: openHiding,
  "append+index": (folder) => openPlain(folder, "append+index"),
  "WITHOUT ROWID": (folder) => openPlain(folder, "without-rowid"),
};

/** Until all is answered, which is until it is durable; and until all is where it stays and the file is closed. */
async function appending(bytes: number): Promise<readonly BenchCase[]> {
  const subjects = async (isClosed: boolean): Promise<BenchSubject[]> => {
    const named = Object.entries(LAYOUTS);
    return Promise.all(
      named.map(([name, open]) => appendingTo(name, open, { bytes, isClosed })),
    );
  };
  const what = `${APPENDS} appends of ${bytes} B, ${WRITERS} writers`;
  return [
    { case: `${what}: answered`, isClosed: false },
    { case: `${what}: in their place`, isClosed: true },
  ].reduce<Promise<BenchCase[]>>(async (cases, { case: name, isClosed }) => {
    const before = await cases;
    const contestants = await subjects(isClosed);
    return [
      ...before,
      { case: name, unit: "ms", runs: 7, subjects: contestants },
    ];
  }, Promise.resolve([]));
}

async function appendingTo(
  name: string,
  open: Open,
  { bytes, isClosed }: { readonly bytes: number; readonly isClosed: boolean },
): Promise<BenchSubject> {
  const folder = newFolder();
  let contestant: Contestant | undefined = await open(folder);
  const logIds = await createLogs(contestant, LOGS);
  let appends = createAppends(logIds, { count: 0, bytes });
  const close = async (): Promise<void> => {
    await contestant?.close();
    contestant = undefined;
  };
  return {
    name,
    before: async () => {
      await close();
      contestant = await open(folder);
      appends = createAppends(logIds, { count: APPENDS, bytes });
    },
    run: async () => {
      assertInvariant(contestant !== undefined, "it is open");
      await appendAll(contestant, appends, WRITERS);
      if (isClosed) await close();
    },
  };
}

/** A part of a blob: a row of the store, or a file that is written beside, synced and renamed. */
async function parts(): Promise<BenchCase> {
  const { store } = await openHiding(newFolder());
  const folder = newFolder();
  let bytes = random.bytes(PART);
  let files = 0;
  const before = (): void => {
    bytes = random.bytes(PART);
  };
  return {
    case: "a part of 64 KiB put and got back, durable",
    unit: "ms",
    subjects: [
      {
        name: "halqa",
        before,
        run: async () => {
          const partHash = sha256(bytes);
          const blob = { blobId: partHash, index: 0 };
          const day = 20_000;
          const more = { maxParts: Number.MAX_SAFE_INTEGER };
          await store.run([
            { t: "create-blob", ...blob, partHashes: [partHash], day, ...more },
            { t: "put-part", ...blob, partHash, bytes },
          ]);
          return store.run([{ t: "get-part", ...blob }]);
        },
      },
      {
        name: "file",
        before,
        run: () => {
          files += 1;
          const path = join(folder, `${files}`);
          writeDurably(`${path}.new`, bytes);
          renameSync(`${path}.new`, path);
          sync(folder);
          return readFileSync(path);
        },
      },
    ],
  };
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const handle = openSync(path, "wx");
  writeSync(handle, bytes);
  fsyncSync(handle);
  closeSync(handle);
}

function sync(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

/** Until the store's thread answers its first request. */
function openingAMillion(): BenchCase {
  const folder = newFolder();
  writeLogs(join(folder, STORE_FILE), 1_000_000);
  let opened: Contestant | undefined;
  return {
    case: "a store of a million logs opened",
    unit: "ms",
    runs: 7,
    subjects: [
      {
        name: "halqa",
        before: () => opened?.close(),
        run: async () => {
          opened = await openHiding(folder);
          await opened.store.run([{ t: "find-log", logId: RELAY_PUB }]);
        },
      },
    ],
  };
}

function writeLogs(file: string, count: number): void {
  const db = new DatabaseSync(file);
  db.exec(LAYOUT);
  db.prepare("INSERT INTO relay VALUES (?)").run(RELAY_PUB);
  db.exec(`
    PRAGMA user_version = ${LAYOUT_VERSION};
    WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted LIMIT ${count})
    INSERT INTO logs
      SELECT randomblob(32), randomblob(32), randomblob(32), 0, randomblob(32), 0, randomblob(32), 20000
      FROM counted ORDER BY 1;
    UPDATE totals SET count = ${count} WHERE kind = 'logs';
  `);
  db.close();
}
