/** The lists of one device on another one of the same person, which is linked afterwards (docs/spec/linking.md, LK-60). */
import { createMemoryDisk } from "@halqa/testkit/storage";
import { createSeededRandom } from "@halqa/testkit";
import * as mls from "@halqa/mls";
import { describe, expect, it } from "vitest";
import {
  createDrivenWorld,
  foundBy,
  hears,
  must,
  openStore,
  say,
  startDevice,
  viewWhere,
} from "../testing/driven-device.ts";
import type { DrivenDevice } from "../testing/driven-device.ts";
import { restoreHistory } from "./restore.ts";

const { bytes: random } = createSeededRandom("history");

async function link(
  existing: DrivenDevice,
  newDevice: DrivenDevice,
): Promise<void> {
  const made = await must(newDevice, { command: "start-linking" });
  if (made.kind !== "device-link") throw new Error("a link was made");
  await must(existing, { command: "link-device", link: made.link });
  for (const device of [existing, newDevice]) {
    await viewWhere(
      device,
      { query: "app" },
      ({ linking }) => linking?.state === "comparing",
    );
    await must(device, { command: "confirm-linking" });
  }
  await viewWhere(
    newDevice,
    { query: "app" },
    ({ linking }) => linking?.state === "done",
  );
}

describe("a history", () => {
  it("[LK-60] is on the new device before it is linked, and goes on with it", async () => {
    const world = createDrivenWorld();
    const alice = await startDevice(world);
    const circle = await foundBy(alice, "alice");
    for (const text of ["one", "two"]) await say(alice, circle, text);
    const disk = createMemoryDisk();
    const first = await startDevice(world, { disk });
    await must(first, { command: "set-profile", name: "alice" });
    await first.engine.stop();
    const key = { by: "device", key: random(32) } as const;
    const store = await openStore(disk);
    const restored = await restoreHistory({
      store,
      file: await pieces(alice, key),
      key,
      random,
      now: () => world.now,
      mls,
    });
    expect(restored).toMatchObject({ ok: true, value: { circles: 1 } });
    await store.close();
    const phone = await startDevice(world, { disk });
    const query = { query: "circle", circle } as const;
    await viewWhere(phone, query, (v) => v.summary.standing === "restored");
    await link(alice, phone);
    await viewWhere(phone, query, (v) => v.summary.standing === "member");
    await say(alice, circle, "three");
    for (const text of ["one", "two", "three"])
      await hears(phone, circle, text);
    await say(phone, circle, "four");
    await hears(alice, circle, "four");
    for (const device of [alice, phone]) await device.engine.stop();
  });
});

async function pieces(
  { engine }: DrivenDevice,
  key: { readonly by: "device"; readonly key: Uint8Array },
): Promise<readonly Uint8Array[]> {
  const file: Uint8Array[] = [];
  for await (const piece of engine.backup(key)) file.push(piece);
  return file;
}
