import { describe, expect, it } from "vitest";
import type { StoreRequest, StoreResult } from "../core/index.ts";
import { createTally } from "./tally.ts";
import { watchStore } from "./watched-store.ts";

const id = new Uint8Array(32);
const body = new Uint8Array(3_840);

const appended = (isNew: boolean): StoreResult => ({
  t: "appended",
  seq: 1,
  head: id,
  isNew,
});

const put: StoreRequest = {
  t: "put-part",
  blobId: id,
  index: 0,
  partHash: id,
  bytes: body,
};

const find: StoreRequest = { t: "find-log", logId: id };

describe("a store that is watched", () => {
  it("[HT-24] counts what is new and what failed, and answers as the store does", async () => {
    const tally = createTally();
    const results: readonly StoreResult[] = [
      appended(true),
      appended(false),
      { t: "sent", inboxId: id, seq: 1, isNew: true },
      { t: "done" },
      { t: "absent" },
      { t: "failed" },
    ];
    const store = watchStore({ run: () => Promise.resolve(results) }, tally);
    const requests = [find, find, find, put, put, put];
    expect(await store.run(requests)).toBe(results);
    expect(tally.sums.get("halqa_stored_total")).toEqual(
      new Map([
        ["entry", 1],
        ["message", 1],
        ["part", 1],
      ]),
    );
    expect(tally.sums.get("halqa_store_failures_total")?.get("")).toBe(1);
    expect(store.isReadOnly()).toBe(true);
  });

  it("[HT-24] counts every request of a transaction that failed, and lets the failure through", async () => {
    const tally = createTally();
    const fault = new Error("no disk");
    const store = watchStore({ run: () => Promise.reject(fault) }, tally);
    await expect(store.run([put, put, find])).rejects.toBe(fault);
    expect(tally.sums.get("halqa_store_failures_total")?.get("")).toBe(3);
    expect(store.isReadOnly()).toBe(true);
  });
});
