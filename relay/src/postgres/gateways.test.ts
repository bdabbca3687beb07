// Several gateways over one database, and a database that dies under them.

import { readdirSync } from "node:fs";
import { assertInvariant, encodeHex } from "@halqa/bytes";
import { Client } from "pg";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "vitest";
import type { LogStore, StoreRequest, StoreResult } from "../core/index.ts";
import { sha256 } from "../node/node-crypto.ts";
import {
  append,
  createBlob,
  createInbox,
  createLog,
  id,
  putPart,
  read,
  send,
} from "../testing/log-store-contract.ts";
import {
  findPostgres,
  startPostgres,
  type PostgresCluster,
} from "../testing/postgres-cluster.ts";
import {
  createPostgresStores,
  type PostgresStores,
} from "../testing/postgres-stores.ts";

const bin = findPostgres();

describe.skipIf(bin === undefined)("PostgreSQL (needs postgresql)", () => {
  let cluster: PostgresCluster;
  let url: string;
  let stores: PostgresStores;
  beforeAll(async () => {
    cluster = await startPostgres(bin!);
  }, 60_000);
  afterAll(() => cluster.end());
  beforeEach(async () => {
    url = await cluster.createDatabase();
    stores = createPostgresStores(url);
  });
  afterEach(() => stores.end());

  const ask = async (question: string): Promise<readonly unknown[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ answer: unknown }>(question);
    await client.end();
    return rows.map(({ answer }) => answer);
  };

  it("[PG-3] gateways that begin at once make the tables once", async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => stores.open()));
    expect(opened.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await ask("SELECT layout AS answer FROM halqa_record")).toEqual([1]);
  });

  it("[PG-3] serves one relay key, and refuses a newer layout", async () => {
    await stores.opened();
    expect(await stores.open(1)).toEqual({
      ok: false,
      error: { kind: "other-relay" },
    });
    await ask("UPDATE halqa_record SET layout = 99 RETURNING 0 AS answer");
    expect(await stores.open()).toEqual({
      ok: false,
      error: { kind: "newer-layout", layout: 99 },
    });
  });

  it("[PG-2] eight writers on two gateways race on one log: one order", async () => {
    const gateways = [await stores.opened(), await stores.opened()];
    await one(gateways[0]!, createLog(1));
    const logs = [1, 2, 3].map((n) => createLog(n));
    // The same logs in different orders, so that they wait for each other.
    await Promise.all([
      gateways[0]!.run(logs),
      gateways[1]!.run(logs.toReversed()),
    ]);
    const writers = Array.from({ length: 8 }, (_, writer) =>
      race(gateways[writer % 2]!, writer),
    );
    const won = (await Promise.all(writers)).flat();
    const page = await one(gateways[1]!, { ...read(1), maxBytes: 1e9 });
    assertInvariant(page.t === "entries", "the log is there");
    expect(page.entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: won.length }, (_, n) => n + 1),
    );
    expect(won.length).toBeGreaterThan(7);
    expect(new Set(won.map(({ seq }) => seq)).size).toBe(won.length);
    for (const { seq, name } of won) {
      expect(encodeHex(sha256(page.entries[seq - 1]!.body))).toBe(name);
    }
  }, 60_000);

  it("[PG-2] gateways that make the same things at once make them once", async () => {
    const gateways = await Promise.all([1, 2].map(() => stores.opened()));
    const requests = (n: number): StoreRequest[] => [
      createLog(n, 40),
      append(n),
      createInbox(n, n, 40),
      send(n, Uint8Array.of(n)),
      createBlob(n, 1, 40),
      putPart(n, 0),
    ];
    for (let n = 1; n <= 20; n++) {
      const answers = await Promise.all(
        gateways.map((gateway) => gateway.run(requests(n))),
      );
      const kinds = answers.map((results) => results.map(({ t }) => t));
      const wanted = ["done", "appended", "done", "sent", "done", "done"];
      expect(kinds).toEqual([wanted, wanted]);
    }
    expect(
      await ask("SELECT n::int AS answer FROM halqa_totals ORDER BY name"),
    ).toEqual([20, 20, 20]);
    expect(
      await ask("SELECT count(*)::int AS answer FROM halqa_entries"),
    ).toEqual([20]);
  }, 60_000);

  it("[PG-1] what was acknowledged is there once after the server was killed, and gateways go on", async () => {
    const gateways = [await stores.opened(), await stores.opened()];
    await one(gateways[0]!, createLog(1));
    const state = { isOver: false };
    const acknowledged = new Map<string, number>();
    const write = async (gateway: LogStore, writer: number) => {
      for (let n = 0; !state.isOver; n++) {
        const request = append(1, bodyOf(writer, n), { maxSeq: 1e6 });
        // As a client does: the same entry until it is answered.
        for (let answer; answer === undefined && !state.isOver;) {
          answer = await one(gateway, request).catch(() => undefined);
          if (answer?.t !== "appended") await pause(20);
          else acknowledged.set(encodeHex(request.entryId), answer.seq);
        }
      }
    };
    const writers = [0, 1, 2, 3].map((n) => write(gateways[n % 2]!, n));
    for (let round = 0; round < 3; round++) {
      await pause(300);
      await cluster.killAndRestart();
    }
    const before = acknowledged.size;
    await pause(500);
    state.isOver = true;
    await Promise.all(writers);
    expect(before).toBeGreaterThan(0);
    expect(acknowledged.size).toBeGreaterThan(before);
    const names = await ask(
      "SELECT encode(entry_id, 'hex') AS answer FROM halqa_entries ORDER BY seq",
    );
    const seqs = await ask(
      "SELECT seq::int AS answer FROM halqa_entries ORDER BY seq",
    );
    expect(seqs).toEqual(names.map((_, n) => n + 1));
    expect(new Set(names).size).toBe(names.length);
    for (const [name, seq] of acknowledged) {
      expect(names[seq - 1]).toBe(name);
    }
  }, 120_000);

  it("[PG-4] keeps a table for a day, and drops it when the day is over", async () => {
    const store = await stores.opened();
    const day = 20_000;
    const tables = () =>
      ask(
        "SELECT relname AS answer FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname",
      );
    await store.run([
      createLog(1),
      append(1, Uint8Array.of(1), { day }),
      append(1, Uint8Array.of(2), { day: day + 1 }),
      // A clock that went back: of the day of the entry before.
      append(1, Uint8Array.of(3), { day }),
    ]);
    expect(await tables()).toEqual([
      "halqa_entries_20000",
      "halqa_entries_20001",
    ]);
    const nothing = {
      logsBefore: 0,
      messagesBefore: 0,
      inboxesBefore: 0,
      blobsBefore: 0,
      unfinishedBefore: 0,
    };
    const sweep = { t: "sweep", ...nothing, maxRows: 100 } as const;
    await one(store, { ...sweep, entriesBefore: day + 1 });
    await one(store, read(1));
    expect(await tables()).toEqual(["halqa_entries_20001"]);
    expect(await one(store, read(1))).toMatchObject({
      entries: [{ seq: 2 }, { seq: 3 }],
      gone: { seq: 1 },
    });
    // Whoever still has an entry of the day that is gone gets a table again.
    await store.run([createLog(2), append(2, Uint8Array.of(1), { day })]);
    expect(await one(store, read(2))).toMatchObject({ seq: 1 });
  });

  it("[PG-5] parts of a blob that is gone leave the folder, and no name comes back", async () => {
    const store = await stores.opened();
    const names = () =>
      readdirSync(stores.folder, { recursive: true, encoding: "utf8" }).filter(
        (name) => name.includes("-"),
      );
    await store.run([createBlob(1, 4), putPart(1, 0), putPart(1, 2)]);
    const first = names();
    expect(first).toHaveLength(2);
    const sweep = {
      t: "sweep",
      entriesBefore: 0,
      logsBefore: 0,
      messagesBefore: 0,
      inboxesBefore: 0,
      blobsBefore: 0,
      unfinishedBefore: 20_001,
      maxRows: 100,
    } as const;
    await one(store, sweep);
    await one(store, read(1));
    expect(names()).toEqual([]);
    await store.run([createBlob(1, 4), putPart(1, 0)]);
    expect(names()).toHaveLength(1);
    expect(first).not.toContain(names()[0]);
  });

  it("[PG-6] a part that is on its way holds up nobody", async () => {
    const way = Promise.withResolvers<void>();
    const slow = await stores.opened((folder) => ({
      ...folder,
      put: async (name, bytes) => {
        await way.promise;
        await folder.put(name, bytes);
      },
    }));
    const other = await stores.opened();
    await other.run([createBlob(1, 4)]);
    const put = one(slow, putPart(1, 0));
    // The same blob's row is free for everybody else.
    expect(await other.run([createBlob(1, 4), putPart(1, 2)])).toEqual([
      { t: "done" },
      { t: "done" },
    ]);
    way.resolve();
    expect(await put).toEqual({ t: "done" });
    const get = { t: "get-part", blobId: id(1) } as const;
    expect(
      await other.run([0, 1, 2].map((index) => ({ ...get, index }))),
    ).toMatchObject([{ t: "part" }, { t: "absent" }, { t: "part" }]);
  });
});

async function one(
  store: LogStore,
  request: StoreRequest,
): Promise<StoreResult> {
  const [result] = await store.run([request]);
  assertInvariant(result !== undefined, "one result for each request");
  return result;
}

interface Won {
  readonly seq: number;
  readonly name: string;
}

/** Appends with an expected head, as members who commit do: who loses looks again. */
async function race(store: LogStore, writer: number): Promise<readonly Won[]> {
  const won: Won[] = [];
  let expectedHead = 0;
  for (let n = 0; n < 40; n++) {
    const request = append(1, bodyOf(writer, n), {
      expectedHead,
      maxSeq: 1_000,
    });
    const result = await one(store, request);
    if (result.t === "appended") {
      won.push({ seq: result.seq, name: encodeHex(request.entryId) });
      expectedHead = result.seq;
    } else {
      const head = await one(store, { ...read(1), maxEntries: 0 });
      assertInvariant(head.t === "entries", "the log is there");
      expectedHead = head.seq;
    }
  }
  return won;
}

function bodyOf(writer: number, n: number): Uint8Array {
  return new TextEncoder().encode(`${writer} ${n}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
