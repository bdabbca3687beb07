// Two logs of one person, or two addresses of one circle, have nothing in common on a disk, and logs with equal histories
// differ in nothing but noise (docs/spec/forensics.md).

import { afterAll, describe, expect, it } from "vitest";
import { gatherCrowd } from "./support/crowd.ts";
import { blobsIn, readRows, type StoredRow } from "./support/disk.ts";
import { simulate } from "./support/population.ts";
import { sharedShingles } from "./support/shingles.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

/** The rows that name each of these ids; a row that names two of them ties them together. */
interface Owned {
  readonly rowsById: ReadonlyMap<string, readonly StoredRow[]>;
  readonly ties: readonly StoredRow[];
}

async function crowdOnDisk(leak?: string, connections = 16): Promise<Owned> {
  const relay = await startWatchedRelay({ leak });
  relays.push(relay);
  const crowd = { connections, logsEach: 8, entriesEach: 2 };
  const { logs } = await gatherCrowd(relay.port, crowd);
  await relay.stop();
  return assign(
    readRows(relay.dataFolder),
    logs.map(({ id }) => id),
  );
}

async function populationOnDisk(): Promise<Owned> {
  const relay = await startWatchedRelay();
  relays.push(relay);
  const world = await simulate(relay.port, { users: 8, circles: 5, blobs: 3 });
  await world.close();
  await relay.stop();
  const { logs, inboxes, blobIds } = world;
  const ids = [...[...logs, ...inboxes].map(({ id }) => id), ...blobIds];
  return assign(readRows(relay.dataFolder), ids);
}

function assign(rows: readonly StoredRow[], ids: readonly Uint8Array[]): Owned {
  const names = new Set(ids.map(hex));
  const rowsById = new Map<string, StoredRow[]>();
  const ties: StoredRow[] = [];
  for (const row of rows) {
    const owners = ownersOf(row, names);
    if (owners.length > 1) ties.push(row);
    for (const owner of owners) {
      rowsById.set(owner, [...(rowsById.get(owner) ?? []), row]);
    }
  }
  return { rowsById, ties };
}

function ownersOf(row: StoredRow, names: ReadonlySet<string>): string[] {
  const found = blobsIn(row)
    .map(hex)
    .filter((name) => names.has(name));
  // A list of ids in one value.
  const lists = blobsIn(row).filter((b) => b.length > 32 && b.length < 3_840);
  for (const list of lists) {
    const text = hex(list);
    for (const name of names) if (text.includes(name)) found.push(name);
  }
  return [...new Set(found)];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Bytes and texts of the rows of each id. */
function contents({ rowsById }: Owned): readonly (readonly Uint8Array[])[] {
  return [...rowsById.values()].map((rows) =>
    rows.flatMap((row) => [
      ...blobsIn(row),
      ...Object.values(row.values)
        .filter((value) => typeof value === "string")
        .map((text) => Buffer.from(text)),
    ]),
  );
}

/** What a row says apart from its noise: its table, its numbers and texts, the lengths of the rest. */
function plainPart({ table, values }: StoredRow): string {
  const said = Object.entries(values).map(([column, value]) => {
    if (value instanceof Uint8Array) return `${column}: ${value.length} bytes`;
    // Drawn for each body: order.test.ts looks at what places tell.
    return column === "place" ? column : `${column}: ${value}`;
  });
  return [table, ...said].join(", ");
}

function histories({ rowsById }: Owned): readonly string[] {
  const all = [...rowsById.values()].map((rows) =>
    rows.map(plainPart).toSorted().join("\n"),
  );
  return [...new Set(all)];
}

describe("the disk of a relay", () => {
  it("[FO-7] shares no eight octets between logs, inboxes, blobs and addresses", async () => {
    const world = await populationOnDisk();
    expect(world.rowsById.size).toBeGreaterThan(15);
    expect(world.ties).toEqual([]);
    expect(sharedShingles(contents(world))).toEqual([]);
  });

  it("[FO-8] tells logs with equal histories apart by noise alone", async () => {
    const crowd = await crowdOnDisk();
    expect(crowd.rowsById.size).toBe(128);
    expect(crowd.ties).toEqual([]);
    expect(sharedShingles(contents(crowd))).toEqual([]);
    expect(histories(crowd)).toHaveLength(1);
  });
});

describe("a leak", () => {
  it("[FO-7] of who is connected, in bodies, is found", async () => {
    const crowd = await crowdOnDisk("connection-in-bodies", 2);
    expect(sharedShingles(contents(crowd)).length).toBeGreaterThanOrEqual(2);
  });

  it.each(["connection-in-columns", "milliseconds-on-disk"])(
    "[FO-8] of %s is found",
    async (leak) => {
      expect((await crowdOnDisk(leak, 2)).rowsById.size).toBe(16);
      expect(histories(await crowdOnDisk(leak, 2)).length).toBeGreaterThan(1);
    },
  );
});
