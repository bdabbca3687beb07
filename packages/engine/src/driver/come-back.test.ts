import { createRecoveryKey } from "@halqa/backup";
import type { BackupKey } from "@halqa/backup";
import { createSeededRandom } from "@halqa/testkit";
import { createMemoryDisk } from "@halqa/testkit/storage";
import * as mls from "@halqa/mls";
import { describe, expect, it } from "vitest";
import {
  createDrivenWorld,
  foundBy,
  hears,
  letIn,
  must,
  openStore,
  say,
  startDevice,
  viewWhere,
} from "../testing/driven-device.ts";
import type { DrivenDevice, DrivenWorld } from "../testing/driven-device.ts";
import { restoreBackup } from "./restore.ts";

const { bytes: random } = createSeededRandom("come back");

/** A device that begins again out of a backup of another one, which goes off. */
async function restored(
  world: DrivenWorld,
  from: DrivenDevice,
): Promise<DrivenDevice> {
  const key: BackupKey = { by: "words", key: createRecoveryKey(random) };
  const file: Uint8Array[] = [];
  for await (const piece of from.engine.backup(key)) file.push(piece);
  await from.engine.stop();
  const disk = createMemoryDisk();
  const store = await openStore(disk);
  const options = { store, file, key, random, now: () => world.now, mls };
  const done = await restoreBackup(options);
  expect(done.ok).toBe(true);
  await store.close();
  return startDevice(world, { disk });
}

async function twoInACircle() {
  const world = createDrivenWorld();
  const alice = await startDevice(world);
  const bob = await startDevice(world);
  const circle = await foundBy(alice, "alice");
  await letIn(alice, bob, { circle, name: "bob" });
  await say(bob, circle, "before the backup");
  const query = { query: "circle", circle } as const;
  return { world, alice, bob, circle, query };
}

describe("a device that begins again out of a backup", () => {
  it("[RP-30] [RP-31] asks nobody before its person wants it, and knows whom to ask", async () => {
    const { world, alice, bob, circle, query } = await twoInACircle();
    const next = await restored(world, bob);
    const { summary } = await viewWhere(next, query, () => true);
    expect(summary.standing).toBe("restored");
    expect(summary.repair).toMatchObject({ cause: "restored", asked: 0 });
    expect(summary.repair?.stewards).toMatchObject([{ name: "alice" }]);
    expect((await viewWhere(alice, query, () => true)).repairs).toEqual([]);
    const app = await viewWhere(next, { query: "app" }, () => true);
    expect(app.relays).toEqual([]);
    await must(next, { command: "repair", circle });
    await viewWhere(alice, query, ({ repairs }) => repairs.length === 1);
    await next.engine.stop();
    await alice.engine.stop();
  });

  it("[RP-32] [RP-33] [RP-34] is shown to a steward with the safety number, comes in by the steward's word in its old place, and goes on behind its list", async () => {
    const { world, alice, bob, circle, query } = await twoInACircle();
    const next = await restored(world, bob);
    await say(alice, circle, "while bob was away");
    await must(next, { command: "repair", circle });
    const asked = await viewWhere(
      alice,
      query,
      ({ repairs }) => repairs.length === 1,
    );
    const before = asked.members.length;
    const [request] = asked.repairs;
    expect(request).toMatchObject({
      name: "bob",
      cause: "restored",
      state: "asking",
    });
    const own = await viewWhere(next, query, () => true);
    const [steward] = own.summary.repair?.stewards ?? [];
    expect(steward?.number).toBe(request?.number);
    const compared = await must(next, {
      command: "safety-number",
      circle,
      member: steward?.member ?? "",
    });
    expect(compared).toMatchObject({ number: request?.number });
    await must(alice, {
      command: "approve-repair",
      circle,
      request: request?.id ?? "",
    });
    await viewWhere(next, query, (v) => v.summary.standing === "member");
    await say(next, circle, "I am back");
    await hears(alice, circle, "I am back");
    await say(alice, circle, "welcome");
    await hears(next, circle, "welcome");
    const list = await viewWhere(
      next,
      { query: "timeline", circle, limit: 100 },
      () => true,
    );
    expect(
      list.items.flatMap((i) => (i.item === "message" ? [i.text] : [])),
    ).toEqual(["before the backup", "I am back", "welcome"]);
    const after = await viewWhere(alice, query, () => true);
    expect(after.members).toHaveLength(before);
    expect(after.repairs).toEqual([]);
    // The lost device may be in somebody's hands.
    const old = await startDevice(world, { disk: bob.disk });
    await viewWhere(old, query, (v) => v.summary.standing === "removed");
    for (const { engine, crashes } of [alice, next, old]) {
      await engine.stop();
      expect(crashes).toEqual([]);
    }
  });

  it("[RP-30] has nobody to ask where its person was the only steward", async () => {
    const { world, alice, circle, query } = await twoInACircle();
    const next = await restored(world, alice);
    const { summary } = await viewWhere(next, query, () => true);
    expect(summary.standing).toBe("restored");
    expect(summary.repair).toBeUndefined();
    const refused = await next.engine.run({ command: "repair", circle });
    expect(refused).toEqual({ ok: false, error: "nothing-to-do" });
    await next.engine.stop();
  });

  it("[BK-21] [MV-16] [VW-64] founds circles where its person chose, also out of a backup", async () => {
    const { world, alice } = await twoInACircle();
    const before = await viewWhere(alice, { query: "app" }, () => true);
    expect(before.home).toBe("wss://relay.example/");
    const url = "wss://other.example/";
    const relayPub = Buffer.from(random(32)).toString("base64url");
    await must(alice, { command: "set-home-relay", url, relayPub });
    await viewWhere(alice, { query: "app" }, ({ home }) => home === url);
    const next = await restored(world, alice);
    const app = await viewWhere(next, { query: "app" }, () => true);
    expect(app.home).toBe(url);
    await next.engine.stop();
  });

  it("[RP-30] can be backed up before it is let in, and asks from there", async () => {
    const { world, alice, bob, circle, query } = await twoInACircle();
    const next = await restored(world, bob);
    const third = await restored(world, next);
    await must(third, { command: "repair", circle });
    const asked = await viewWhere(
      alice,
      query,
      ({ repairs }) => repairs.length === 1,
    );
    const request = asked.repairs[0]?.id ?? "";
    await must(alice, { command: "approve-repair", circle, request });
    await viewWhere(third, query, (v) => v.summary.standing === "member");
    await third.engine.stop();
    await alice.engine.stop();
  });
});
