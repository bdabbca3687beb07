// What the core relies on in a store, at the one in memory. The suite that every store runs is in
// testing/log-store-contract.ts.

import { nextChainHead } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import {
  append,
  body,
  createLog,
  describeLogStore,
  id,
  read,
  send,
} from "../testing/log-store-contract.ts";
import { sha256 } from "../testing/relay-world.ts";
import { createMemoryStore } from "./index.ts";

describeLogStore("memory", () =>
  Promise.resolve({
    ...createMemoryStore(sha256),
    close: () => Promise.resolve(),
  }),
);

describe("a store", () => {
  it("[RL-41] works in order, and goes on beside what it refuses", async () => {
    const store = createMemoryStore(sha256);
    const made = createLog(1);
    const results = await store.run([
      append(1, body(1)),
      made,
      append(1, body(1)),
      append(1, body(2), { expectedHead: 0 }),
      append(1, body(3), { expectedHead: 1 }),
      send(1, body(1)),
      read(1),
    ]);
    expect(
      results.map((result) => (result.t === "refused" ? result.why : result.t)),
    ).toEqual([
      "absent",
      "done",
      "appended",
      "head-moved",
      "appended",
      "absent",
      "entries",
    ]);
    let at = { seq: 0, head: made.head };
    for (const n of [1, 3]) at = nextChainHead(sha256, at, sha256(body(n)));
    expect(results.at(-1)).toEqual({
      t: "entries",
      entries: [
        { seq: 1, body: body(1) },
        { seq: 2, body: body(3) },
      ],
      ...at,
      gone: { seq: 0, head: made.head },
    });
  });

  it("[RL-42] reads what fits, one at least, and tells the true head", async () => {
    const store = createMemoryStore(sha256);
    await store.run([
      createLog(1),
      ...[1, 2, 3, 4].map((n) => append(1, body(n))),
    ]);
    const seqsOf = async (bounds: object): Promise<readonly number[]> => {
      const [result] = await store.run([{ ...read(1), ...bounds }]);
      if (result?.t !== "entries") throw new Error("no entries");
      expect(result.seq).toBe(4);
      return result.entries.map(({ seq }) => seq);
    };
    const { length } = body(1);
    expect(await seqsOf({ fromSeq: 2, maxEntries: 2 })).toEqual([2, 3]);
    expect(await seqsOf({ fromSeq: 2, maxBytes: 2 * length })).toEqual([2, 3]);
    expect(await seqsOf({ fromSeq: 2, maxBytes: 1 })).toEqual([2]);
    expect(await seqsOf({ fromSeq: 2, maxEntries: 0 })).toEqual([]);
    expect(await seqsOf({ fromSeq: 5 })).toEqual([]);
  });

  it("[RL-41] does not answer for what is elsewhere", async () => {
    const store = createMemoryStore(sha256);
    await store.run([createLog(1), createLog(2), append(1, body(1))]);
    const [entries, same] = await store.run([read(2), append(2, body(1))]);
    expect(entries).toMatchObject({ entries: [], seq: 0 });
    expect(same).toMatchObject({ seq: 1, isNew: true });
    expect(id(1)).not.toEqual(id(2));
  });
});
