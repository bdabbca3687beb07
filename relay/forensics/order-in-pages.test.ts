// What the store puts on a disk in waves, with everything in its place in between, tells no order inside a page or between
// pages, for bodies of every size and for what is small (docs/spec/forensics.md). Without the relay around it, because it
// takes thousands of each to tell a tau of 0.1 from chance.

import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compareBytes } from "@halqa/bytes";
import { BODY_SIZES } from "@halqa/protocol";
import type { StoreRequest } from "../src/core/store.ts";
import { sha256 } from "../src/node/node-crypto.ts";
import { openDatabase, STORE_FILE } from "../src/node/store/sqlite-database.ts";
import {
  mergeAll,
  prepareTables,
  runTogether,
} from "../src/node/store/transactions.ts";
import { placesOf } from "./support/search.ts";
import {
  kendallDeviation,
  kendallTau,
  type Placed,
} from "./support/statistics.ts";

const planted = vi.hoisted(() => ({ isInOrder: false }));
vi.mock(import("node:crypto"), async (load) => {
  const real = await load();
  // The last place instead of one that is drawn.
  const randomInt = (most: number): number =>
    planted.isInOrder ? most - 1 : real.randomInt(most);
  return { ...real, randomInt };
});

const PAGE = 4_096;
const MOST = 0.1;
const WAVES = 5;
const DAY = 20_000;

const random = (length: number): Uint8Array =>
  new Uint8Array(randomBytes(length));
// In memory where there is such a place: what is looked at is the file, and not how it gets to a disk.
const MEMORY = "/dev/shm";
const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(parent, "halqa-order-"));
});

afterEach(() => {
  planted.isInOrder = false;
  rmSync(folder, { recursive: true, force: true });
});

interface Telling {
  readonly inPages: number;
  readonly overall: number;
}

/** What the places of these, in the order in which they came, tell of it. */
function tell(file: Uint8Array, needles: readonly Uint8Array[]): Telling {
  const places = placesOf(file, needles);
  const all = places.map(([place], rank): Placed => {
    if (place === undefined) throw new Error("not found");
    return { group: String(rank), rank, place };
  });
  const pages = Map.groupBy(all, ({ place }) => Math.floor(place / PAGE));
  const [sum, pairs] = [...pages.values()]
    .map((page) => {
      const count = (page.length * (page.length - 1)) / 2;
      return [kendallTau(page).tau * count, count] as const;
    })
    .reduce(([a, b], [c, d]) => [a + c, b + d] as const, [0, 0] as const);
  const inPages = pairs === 0 ? 0 : sum / pairs;
  return { inPages, overall: kendallTau(all).tau };
}

/** Of each kind, what lies in the file in the order in which it came. */
type Kinds = Record<string, Uint8Array[]>;

/** The store after so many of everything came in waves. */
function liveInWaves(count: number, size: number): Record<string, Telling> {
  const file = join(folder, STORE_FILE);
  const db = openDatabase(file, random(32));
  if (!db.ok) throw new Error(db.error.why);
  const tables = prepareTables(db.value);
  const kinds: Kinds = {};
  for (let wave = 0; wave < WAVES; wave += 1) {
    const made = Array.from({ length: count / WAVES }, () => make(size));
    const runs = made.map(({ requests }) => requests);
    expect(runTogether(tables, runs)).not.toContain("failed");
    for (const { found } of made) {
      for (const [kind, bytes] of Object.entries(found)) {
        (kinds[kind] ??= []).push(bytes);
      }
    }
    mergeAll(tables);
  }
  db.value.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  db.value.close();
  const bytes = readFileSync(file);
  const told = Object.entries(kinds).map(
    ([kind, needles]) => [kind, tell(bytes, needles)] as const,
  );
  return Object.fromEntries(told);
}

/** A log with an entry, an inbox with a message, a blob with a part; and how each is found. */
function make(size: number): {
  readonly requests: readonly StoreRequest[];
  readonly found: Readonly<Record<string, Uint8Array>>;
} {
  const id = (): Uint8Array => random(32);
  const [logId, writePub, inboxId, ownerPub] = [id(), id(), id(), id()];
  const [sendId, blobId, body, letter] = [
    id(),
    id(),
    random(size),
    random(size),
  ];
  const [entryId, messageId] = [sha256(body), sha256(letter)];
  const most = Number.MAX_SAFE_INTEGER;
  const partHash = id();
  const head = random(32);
  return {
    requests: [
      {
        t: "create-log",
        logId,
        writePub,
        readPub: id(),
        head,
        day: DAY,
        maxLogs: most,
      },
      {
        t: "append",
        logId,
        entryId,
        body,
        expectedHead: 0,
        day: DAY,
        maxSeq: most,
      },
      {
        t: "create-inbox",
        inboxId,
        ownerPub,
        sendId,
        day: DAY,
        maxInboxes: most,
      },
      {
        t: "send",
        sendId,
        messageId,
        body: letter,
        sender: "open",
        day: DAY,
        maxMessages: 9,
      },
      {
        t: "create-blob",
        blobId,
        partHashes: [partHash],
        day: DAY,
        maxParts: most,
      },
    ],
    found: {
      log: writePub,
      entry: entryId,
      "entry, first octets": body.subarray(0, 24),
      "entry, last octets": body.subarray(-24),
      inbox: ownerPub,
      message: messageId,
      "message, first octets": letter.subarray(0, 24),
      "message, last octets": letter.subarray(-24),
      part: partHash,
      blob: blobId,
    },
  };
}

function beyond(all: Readonly<Record<string, Telling>>): readonly string[] {
  return Object.entries(all).flatMap(([kind, { inPages, overall }]) => [
    ...(Math.abs(inPages) < MOST ? [] : [`${kind}, in pages`]),
    ...(Math.abs(overall) < MOST ? [] : [`${kind}, overall`]),
  ]);
}

describe("the pages of the store", { timeout: 300_000 }, () => {
  it.each([
    // Of these bodies no two share a page.
    ...BODY_SIZES.map((size) => [1_000, size]),
    [3_000, 1_000],
  ])(
    "[FO-16] tell no order of %d that came, with bodies of %d octets",
    (count, size) => {
      // Five standard deviations of chance are within the bound.
      expect(4.7 * kendallDeviation(count)).toBeLessThan(MOST);
      const all = liveInWaves(count, size);
      expect({ all, beyond: beyond(all) }).toMatchObject({ beyond: [] });
    },
  );

  it("[FO-16] a leak of places that are given out in order is found", () => {
    planted.isInOrder = true;
    expect(beyond(liveInWaves(1_000, 3_840))).toEqual(
      expect.arrayContaining([
        "entry, first octets, overall",
        "message, last octets, overall",
      ]),
    );
  });

  it("[FO-16] a leak of rows that lie as a database puts them is found", () => {
    const file = join(folder, "plain.db");
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE logs (id BLOB PRIMARY KEY, more BLOB) WITHOUT ROWID");
    const insert = db.prepare("INSERT INTO logs VALUES (?, ?)");
    const ids = Array.from({ length: 3_000 }, () => random(32));
    const FIRST = 2_000;
    for (const wave of [ids.slice(0, FIRST), ids.slice(FIRST)]) {
      db.exec("BEGIN");
      for (const id of wave.toSorted(compareBytes)) insert.run(id, random(100));
      db.exec("COMMIT");
      // Pages that are full: what comes next parts them.
      if (wave.length === FIRST) db.exec("VACUUM");
    }
    db.close();
    const { inPages, overall } = tell(readFileSync(file), ids);
    expect(inPages).toBeLessThan(-MOST);
    // And nobody saw it who looked at the whole file alone.
    expect(Math.abs(overall)).toBeLessThan(MOST);
  });
});
