// What the disk gives away after a scripted history: everything that was ever written to it is searched.

import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { createSeededRandom, findCanaries } from "@halqa/testkit";
import type { VaultStore } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import {
  createVaultWorld,
  valueOf,
  type VaultWorld,
} from "../testing/vault-world.ts";

const words = {
  passphrase: "gökyüzü-yedi-kanarya",
  nextPassphrase: "ثماني-حمامات-بيضاء",
  message: "نلتقي عند الطاحونة القديمة",
  name: "Rojîn Canary",
  circle: "KanaryaCircleId0123456789",
  store: "canary-items",
};

async function live(vault: VaultStore): Promise<void> {
  const random = createSeededRandom("life");
  const { circle, store, message, name } = words;
  for (let i = 0; i < 40; i++) {
    const ref = { store, id: `${circle}/${i}` };
    const value = concatBytes(
      random.bytes(random.int(600)),
      encodeUtf8(`${message} ${name}`),
    );
    await vault.commit([
      { ref, value },
      { ref: { store, id: circle }, value: encodeUtf8(name.repeat(i)) },
    ]);
    if (i % 3 === 0) await vault.commit([{ ref, value: undefined }]);
    await vault.read([ref]);
  }
}

async function history(): Promise<VaultWorld> {
  const world = createVaultWorld("leaks");
  const { passphrase, nextPassphrase } = words;
  await live(valueOf(await world.open(passphrase)));
  valueOf(await world.change(passphrase, nextPassphrase));
  await live(valueOf(await world.open(nextPassphrase)));
  return world;
}

const canaries = Object.values(words);

describe("everything ever written", () => {
  it("[VA-34] (N46) holds no text, no name, no id and no passphrase in any form", async () => {
    const { disk } = await history();
    const image = concatBytes(...disk.everWritten());
    expect(image.length).toBeGreaterThan(50_000);
    expect(findCanaries(image, canaries)).toEqual([]);
  });

  it("[VA-34] (N47) holds the data key nowhere, and the slot's secret in the slot only", async () => {
    const { disk, drawn } = await history();
    const [dataKey, slotSecret] = drawn.filter((bytes) => bytes.length === 32);
    const store = concatBytes(...disk.everWritten().slice(0, -1));
    expect(findCanaries(store, [dataKey!, slotSecret!])).toEqual([]);
    expect(findCanaries(disk.image().slot!, [dataKey!])).toEqual([]);
    // The search would have found them.
    const early = createVaultWorld("early");
    valueOf(await early.open());
    const [, secret] = early.drawn.filter((bytes) => bytes.length === 32);
    expect(findCanaries(early.disk.image().slot!, [secret!])).not.toEqual([]);
  });

  it("[VA-34] would be found out if it held them", async () => {
    const { disk } = await history();
    const raw = disk.openRaw();
    const leaks = [
      encodeUtf8(words.message),
      Buffer.from(words.name, "utf16le"),
      encodeUtf8(Buffer.from(words.passphrase).toString("base64")),
      encodeUtf8(Buffer.from(words.circle).toString("hex")),
    ];
    for (const [i, value] of leaks.entries()) {
      const key = new Uint8Array(32).fill(i);
      await raw.commit([{ key, value: Uint8Array.from(value) }]);
    }
    const found = findCanaries(concatBytes(...disk.everWritten()), canaries);
    expect(new Set(found.map(({ canary }) => canary))).toEqual(
      new Set([words.message, words.name, words.passphrase, words.circle]),
    );
  });
});
