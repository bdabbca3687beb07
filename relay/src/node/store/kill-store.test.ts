// The store's process killed in the middle of appending, merging and folding.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { encodeHex } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { read } from "../../testing/log-store-contract.ts";
import {
  createStoreFolder,
  openTestStore,
} from "../../testing/store-folder.ts";
import { sha256 } from "../node-crypto.ts";
import type { OpenStore } from "./open-store.ts";

const ROUNDS = 10;
const LOGS = 8;
const script = join(
  import.meta.dirname,
  "..",
  "..",
  "testing",
  "load-script.ts",
);

/** Runs the script until some moment after it has begun; answers with what it was told. */
async function killUnderLoad(
  folder: string,
  seed: string,
  afterMs: number,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [script, folder, seed], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("ready")) resolve();
    });
    void ended.then(() => resolve());
  });
  await setTimeout(afterMs);
  child.kill("SIGKILL");
  await ended;
  // The last line may be half a line.
  return said.split("\n").slice(1, -1);
}

/** Every entry of a log: its id by its sequence. */
async function idsIn(store: OpenStore, n: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const fromSeq = ids.length + 1;
    const [page] = await store.run([{ ...read(n), fromSeq, maxBytes: 1e6 }]);
    if (page?.t !== "entries" || page.entries.length === 0) return ids;
    for (const [i, { seq, body }] of page.entries.entries()) {
      expect(seq).toBe(fromSeq + i);
      ids.push(encodeHex(sha256(body)));
    }
  }
}

describe("a store that is killed", { timeout: 60_000 }, () => {
  it("[RN-11] [RN-23] has every acknowledged entry once, wherever the end met it", async () => {
    const folder = createStoreFolder();
    const random = createSeededRandom("kill a store");
    const said: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const seed = `round ${round}`;
      said.push(...(await killUnderLoad(folder, seed, random.int(200))));
    }
    expect(said.length).toBeGreaterThan(100);
    const store = await openTestStore(folder);
    const stored = await Promise.all(
      Array.from({ length: LOGS }, (_, n) => idsIn(store, n)),
    );
    for (const line of said) {
      const [n, seq, entryId] = line.split(" ");
      expect(stored[Number(n)]?.[Number(seq) - 1]).toBe(entryId);
    }
    const all = stored.flat();
    expect(new Set(all).size).toBe(all.length);
    await store.close();
  });
});
