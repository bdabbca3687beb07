// The store on a disk that is full, fails or has been tampered with, and what the operating system is asked for.

import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  append,
  body,
  createLog,
  id,
  read,
} from "../../testing/log-store-contract.ts";
import {
  createStoreFolder,
  openTestStore,
} from "../../testing/store-folder.ts";
import { hasStrace, traceAppends } from "../../testing/traced-process.ts";
import type { OpenStore } from "./open-store.ts";
import { STORE_FILE } from "./sqlite-database.ts";

const MEGABYTE = 1_048_576;

/** A body that is no other's. */
function large(n: number): Uint8Array {
  return new Uint8Array(65_280).fill(n);
}

async function isAppended(store: OpenStore, n: number): Promise<boolean> {
  return store.run([append(1, large(n))]).then(
    () => true,
    () => false,
  );
}

async function seqsIn(store: OpenStore): Promise<readonly number[]> {
  const [result] = await store.run([{ ...read(1), maxBytes: 1e9 }]);
  if (result?.t !== "entries") throw new Error("not read");
  return result.entries.map(({ seq }) => seq);
}

const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--mount", "true"]).status === 0;

/** A disk of 8 MiB of its own. */
function mountSmallDisk(): string {
  const folder = createStoreFolder();
  const mounted = spawnSync("mount", [
    "-t",
    "tmpfs",
    "-o",
    "size=8m,mode=700",
    "tmpfs",
    folder,
  ]);
  if (mounted.status !== 0) throw new Error(String(mounted.stderr));
  onTestFinished(() => {
    spawnSync("umount", ["--lazy", folder]);
  });
  return folder;
}

describe("the store on a disk", { timeout: 60_000 }, () => {
  it.skipIf(!canMount)(
    "[RN-24] turns read-only when the disk is full, and back when there is room, without a restart (needs the right to mount)",
    async () => {
      const folder = mountSmallDisk();
      const ballast = join(folder, "ballast");
      writeFileSync(ballast, new Uint8Array(5 * MEGABYTE));
      const store = await openTestStore(folder, 500);
      await store.run([createLog(1)]);
      let stored = 0;
      while (stored < 200 && (await isAppended(store, stored))) stored += 1;
      expect(stored).toBeLessThan(200);
      await expect.poll(() => store.isReadOnly()).toBe(true);
      // What is there is served, and a write is refused at once.
      expect(await seqsIn(store)).toHaveLength(stored);
      expect(await isAppended(store, 250)).toBe(false);
      // Long enough for what the store does on its own to meet the full disk as well.
      await setTimeout(2_500);
      rmSync(ballast);
      await expect
        .poll(() => store.isReadOnly(), { timeout: 5_000 })
        .toBe(false);
      expect(await isAppended(store, 251)).toBe(true);
      const seqs = await seqsIn(store);
      expect(seqs).toEqual(Array.from({ length: stored + 1 }, (_, i) => i + 1));
      await store.close();
      const again = await openTestStore(folder);
      expect(await seqsIn(again)).toEqual(seqs);
      await again.close();
    },
  );

  it.skipIf(!hasStrace)(
    "[RN-11] waits for the disk once for each commit (needs strace)",
    () => {
      const { calls } = traceAppends(createStoreFolder(), 6);
      const answers = calls.flatMap((call, i) =>
        call.includes('"appended') ? [i] : [],
      );
      expect(answers).toHaveLength(6);
      for (const [i, at] of answers.entries()) {
        const before = answers[i - 1];
        // What opening the file asks for comes before the first.
        if (before === undefined) continue;
        const syncs = calls
          .slice(before, at)
          .filter((call) => /\bf(data)?sync\(/.test(call));
        expect(syncs).toHaveLength(1);
      }
    },
  );

  it.skipIf(!hasStrace)(
    "[RN-24] refuses what a failing disk does not take, reads meanwhile, and goes on when it does again (needs strace)",
    async () => {
      const folder = createStoreFolder();
      const { lines } = traceAppends(
        folder,
        6,
        "fsync,fdatasync:error=EIO:when=11",
      );
      expect(lines.filter((line) => line.startsWith("failed"))).toEqual([
        "failed readable true",
      ]);
      const appended = lines.filter((line) => line.startsWith("appended"));
      expect(appended).toHaveLength(5);
      // Back again: the last one was written to a disk that works.
      expect(lines.at(-1)).toBe("appended readable false");
      const store = await openTestStore(folder);
      expect(await seqsIn(store)).toEqual([1, 2, 3, 4, 5]);
      await store.close();
    },
  );

  it("[RN-26] hands over no damaged body, and everything beside it", async () => {
    const folder = createStoreFolder();
    const store = await openTestStore(folder);
    await store.run([createLog(1), createLog(2)]);
    for (const n of [1, 2, 3]) await store.run([append(1, large(n))]);
    await store.run([append(2, body(1))]);
    await store.close();
    flipIn(join(folder, STORE_FILE), large(2).subarray(0, 1_000));
    const again = await openTestStore(folder);
    const all = { ...read(1), maxBytes: 1e9 };
    expect(await again.run([all])).toMatchObject([
      { entries: [{ seq: 1 }], seq: 3 },
    ]);
    await expect(again.run([{ ...all, fromSeq: 2 }])).rejects.toThrow();
    expect(await again.run([{ ...all, fromSeq: 3 }])).toMatchObject([
      { entries: [{ seq: 3 }] },
    ]);
    expect(await again.run([read(2), append(1, body(9))])).toMatchObject([
      { entries: [{ seq: 1 }] },
      { seq: 4 },
    ]);
    expect(again.isReadOnly()).toBe(false);
    await again.close();
  });

  it("[RN-26] fails what lies on a damaged page, and nothing else", async () => {
    const folder = createStoreFolder();
    const store = await openTestStore(folder);
    const logs = Array.from({ length: 100 }, (_, n) => createLog(n, 200));
    await store.run(logs);
    await store.close();
    const file = join(folder, STORE_FILE);
    const bytes = readFileSync(file);
    const PAGE = 4_096;
    const at = bytes.indexOf(Buffer.from(id(150)));
    expect(at).toBeGreaterThan(0);
    // The header of the page: its kind.
    bytes[Math.floor(at / PAGE) * PAGE] = 0xff;
    writeFileSync(file, bytes);
    const again = await openTestStore(folder);
    const found = await Promise.allSettled(
      logs.map(({ logId }) => again.run([{ t: "find-log", logId }])),
    );
    const failed = found.filter(({ status }) => status === "rejected");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(logs.length);
    await again.close();
  });

  it("[RN-29] goes on from a snapshot that was put back: the chain tells that something is missing", async () => {
    const folder = createStoreFolder();
    const file = join(folder, STORE_FILE);
    const first = await openTestStore(folder);
    await first.run([createLog(1), append(1, body(1))]);
    await first.close();
    copyFileSync(file, `${file}.old`);
    const second = await openTestStore(folder);
    const [lost] = await second.run([append(1, body(2))]);
    await second.close();
    copyFileSync(`${file}.old`, file);
    const third = await openTestStore(folder);
    expect(await third.run([read(1)])).toMatchObject([{ seq: 1 }]);
    const [other] = await third.run([append(1, body(3))]);
    // The same sequence under another head: whoever holds the first knows.
    expect([lost, other]).toMatchObject([{ seq: 2 }, { seq: 2 }]);
    expect(lost?.t === "appended" && lost.head).not.toEqual(
      other?.t === "appended" && other.head,
    );
    // What was lost can be sent again.
    expect(await third.run([append(1, body(2))])).toMatchObject([{ seq: 3 }]);
    await third.close();
  });

  it("[RN-1] loses nothing that it acknowledged even where another opens the file past the lock", async () => {
    const folder = createStoreFolder();
    const one = await openTestStore(folder);
    await one.run([createLog(1), append(1, body(1))]);
    const two = await openTestStore(folder);
    const bodies = [2, 3, 4, 5].map((n) => body(n));
    // Neither knows of what the other has under way: what would take the place of another's entry fails.
    const outcomes = await Promise.allSettled(
      bodies.map((stored, i) => (i % 2 ? one : two).run([append(1, stored)])),
    );
    await two.close();
    await one.close();
    const again = await openTestStore(folder);
    const [found] = await again.run([read(1)]);
    if (found?.t !== "entries") throw new Error("not read");
    const acknowledged = outcomes.flatMap((outcome, i) => {
      if (outcome.status === "rejected") return [];
      const [result] = outcome.value;
      const seq = result?.t === "appended" ? result.seq : 0;
      return [{ seq, body: bodies[i] }];
    });
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(found.entries).toEqual(expect.arrayContaining(acknowledged));
    await again.close();
  });
});

/** Changes one byte where these bytes stand in the file. */
function flipIn(file: string, wanted: Uint8Array): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(Buffer.from(wanted));
  expect(at).toBeGreaterThan(0);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
