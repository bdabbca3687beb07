// The store beside plain layouts, which hide no order, and beside files. `npm run bench -- store`.
//
// Each sample of an append begins with a file that was closed, so that no layout pays for another one's work, and ends with
// one that is closed, so that no thread is left.

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
import { assertInvariant, compareBytes } from "@halqa/bytes";
import {
  createSeededRandom,
  type Bench,
  type BenchCase,
  type BenchSubject,
} from "@halqa/testkit";
import { sha256 } from "../src/node/node-crypto.ts";
import { LAYOUT, LAYOUT_VERSION, LOGS } from "../src/node/store/layout.ts";
import { openRecords } from "../src/node/store/record.ts";
import { STORE_FILE } from "../src/node/store/sqlite-database.ts";
import {
  allClosed,
  appendAll,
  closeLater,
  createAppends,
  createLogs,
  newFolder,
  openHiding,
  openPlain,
  RELAY_PUB,
  type Contestant,
} from "./store-appends.ts";

const WRITERS = 512;
const LOG_COUNT = 1_000;
const APPENDS = 8_192;
const SUSTAINED = 24 * APPENDS;
const PART = 65_280;
const random = createSeededRandom("store bench");

export const bench: Bench = {
  name: "store",
  setup: async () => [
    ...(await appending(1_024)),
    ...(await appending(3_840)),
    ...(await sustained(1_024)),
    parts(),
    openingAMillion(),
  ],
};

type Open = (folder: string) => Contestant | Promise<Contestant>;

const LAYOUTS: Readonly<Record<string, Open>> = {
  // Merges when it is closed, or when so much waits that it may not wait longer.
  halqa: (folder) => openHiding(folder, 600_000),
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
  const first = await open(folder);
  const logIds = await createLogs(first, LOG_COUNT);
  await first.close();
  let contestant: Contestant | undefined;
  let appends = createAppends(logIds, { count: 0, bytes });
  return {
    name,
    before: async () => {
      await allClosed();
      contestant = await open(folder);
      appends = createAppends(logIds, { count: APPENDS, bytes });
    },
    run: async () => {
      assertInvariant(contestant !== undefined, "it is open");
      await appendAll(contestant, appends, WRITERS);
      if (isClosed) await contestant.close();
      else closeLater(contestant);
    },
  };
}

/** Many more appends than may wait, so that each layout has to do its whole work meanwhile: figures for one of them. */
async function sustained(bytes: number): Promise<readonly BenchCase[]> {
  const layouts = { ...LAYOUTS, halqa: (folder: string) => openHiding(folder) };
  const time: BenchSubject[] = [];
  const cpu: BenchSubject[] = [];
  for (const [name, open] of Object.entries(layouts)) {
    const spent = await appendMany(open, bytes);
    time.push({ name, value: spent.us });
    cpu.push({ name, value: spent.cpuUs });
  }
  const what = `one of ${SUSTAINED} appends of ${bytes} B, ${WRITERS} writers`;
  return [
    {
      case: `${what}: time until all lies in its place`,
      unit: "us",
      subjects: time,
    },
    { case: `${what}: CPU of all threads`, unit: "us", subjects: cpu },
  ];
}

async function appendMany(
  open: Open,
  bytes: number,
): Promise<{ readonly us: number; readonly cpuUs: number }> {
  const contestant = await open(newFolder());
  const logIds = await createLogs(contestant, LOG_COUNT);
  const spent = { us: 0, cpuUs: 0 };
  const spend = async (work: () => Promise<void>): Promise<void> => {
    const [before, start] = [process.cpuUsage(), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(before);
    spent.us += ((performance.now() - start) * 1_000) / SUSTAINED;
    spent.cpuUs += (user + system) / SUSTAINED;
  };
  for (let done = 0; done < SUSTAINED; done += APPENDS) {
    // What makes them is not counted.
    const appends = createAppends(logIds, { count: APPENDS, bytes });
    await spend(() => appendAll(contestant, appends, WRITERS));
  }
  await spend(() => contestant.close());
  return spent;
}

/** A part of a blob: a row of the store, or a file that is written beside, synced and renamed. */
function parts(): BenchCase {
  const stored = newFolder();
  const folder = newFolder();
  let bytes = random.bytes(PART);
  let files = 0;
  let opened: Contestant | undefined;
  const before = async (): Promise<void> => {
    await allClosed();
    opened = await openHiding(stored, 600_000);
    // The first request of a thread loads what it needs.
    await opened.store.run([{ t: "find-log", logId: RELAY_PUB }]);
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
          assertInvariant(opened !== undefined, "it is open");
          const { store } = opened;
          const partHash = sha256(bytes);
          const blob = { blobId: partHash, index: 0 };
          const day = 20_000;
          const more = { maxParts: Number.MAX_SAFE_INTEGER };
          await store.run([
            { t: "create-blob", ...blob, partHashes: [partHash], day, ...more },
            { t: "put-part", ...blob, partHash, bytes },
          ]);
          await store.run([{ t: "get-part", ...blob }]);
          closeLater(opened);
        },
      },
      {
        name: "file",
        before: () => {
          bytes = random.bytes(PART);
        },
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
  return {
    case: "a store of a million logs opened",
    unit: "ms",
    runs: 7,
    subjects: [
      {
        name: "halqa",
        before: allClosed,
        run: async () => {
          const opened = await openHiding(folder, 600_000);
          await opened.store.run([{ t: "find-log", logId: RELAY_PUB }]);
          closeLater(opened);
        },
      },
    ],
  };
}

/** Leaf by leaf, in order, as the store writes them: through it, a million would take minutes. */
function writeLogs(file: string, count: number): void {
  const db = new DatabaseSync(file);
  db.exec(LAYOUT);
  db.prepare("INSERT INTO relay VALUES (?)").run(RELAY_PUB);
  db.exec(`PRAGMA user_version = ${LAYOUT_VERSION}; BEGIN`);
  const { leaves } = openRecords(db, LOGS);
  const records = Array.from({ length: count }, () =>
    random.bytes(LOGS.width),
  ).toSorted(compareBytes);
  for (let from = 0; from < count; from += 4_096) {
    leaves.put(records.slice(from, from + 4_096));
  }
  db.exec(`UPDATE totals SET count = ${count} WHERE kind = 'logs'; COMMIT`);
  db.close();
}
