import { createSystemRandom, ready } from "@halqa/crypto";
import { createMemoryDisk } from "@halqa/testkit/storage";
import { beforeAll, describe, expect, it } from "vitest";
import {
  openQuickUnlock,
  putQuickUnlock,
  readQuickKey,
  removeQuickUnlock,
} from "./quick-unlock.ts";

beforeAll(() => ready);
const random = createSystemRandom();

async function world(passphrase: string) {
  const disk = createMemoryDisk();
  const raw = disk.openRaw();
  const key = { credential: random(20), salt: random(32) };
  const output = random(32);
  await putQuickUnlock(raw, { key, output, passphrase, random });
  return { disk, raw, key, output };
}

describe("quick unlock", () => {
  it("[AP-75] gives the passphrase to the authenticator's answer and to nothing else", async () => {
    const { raw, key, output } = await world("three old bridges");
    expect(await readQuickKey(raw)).toEqual(key);
    expect(await openQuickUnlock(raw, output)).toBe("three old bridges");
    expect(await openQuickUnlock(raw, random(32))).toBeUndefined();
    expect(await openQuickUnlock(raw, output.slice(1))).toBeUndefined();
  });

  it("[AP-75] is of one size and shows nothing of the passphrase", async () => {
    const sizes = await Promise.all(
      ["three old bridges", "x".repeat(1_024)].map(async (passphrase) => {
        const { disk } = await world(passphrase);
        const written = Buffer.concat(disk.everWritten());
        expect(written.includes(passphrase)).toBe(false);
        return written.length;
      }),
    );
    expect(new Set(sizes).size).toBe(1);
  });

  it("[AP-75] is gone when it is taken away", async () => {
    const { raw, output } = await world("three old bridges");
    await removeQuickUnlock(raw);
    expect(await readQuickKey(raw)).toBeUndefined();
    expect(await openQuickUnlock(raw, output)).toBeUndefined();
  });
});
