import { err } from "@halqa/bytes";
import { isStrongEnough } from "@halqa/vault";
import { describe, expect, it } from "vitest";
import { createVaultWorld, valueOf } from "../testing/vault-world.ts";

const weak = [
  "a",
  "lantern 1",
  "aaaaaaaaaaaaaaaa",
  "passpasspass",
  "abcdefghijklmnop",
  "9876543210",
  "12121212121212",
  "ABABABCABABABC",
  "١١١١١١١١١١١١",
];

const fair = [
  "seven candle",
  "نلتقي عند الطاحونة",
  "ئێوارە باش هەڤاڵان",
  "correct horse battery staple",
  "orbit velvet harbour lamp",
];

describe("a new passphrase", () => {
  it("[VA-54] is not one of the first that anybody tries, in any script", () => {
    expect(weak.filter((text) => isStrongEnough(text))).toEqual([]);
    expect(fair.filter((text) => !isStrongEnough(text))).toEqual([]);
  });

  it("[VA-54] that is weak is refused, and the vault stays as it was", async () => {
    const refused = err({ kind: "weak-passphrase" });
    const world = createVaultWorld("weak");
    for (const text of weak) expect(await world.open(text)).toEqual(refused);
    expect(world.disk.effects()).toBe(0);
    const vault = valueOf(await world.open("seven candle"));
    const image = world.disk.image();
    const change = { passphrase: "seven candle", nextPassphrase: "a" };
    expect(await vault.changePassphrase(change)).toEqual(refused);
    expect(world.disk.image()).toEqual(image);
    valueOf(await world.open("seven candle"));
  });
});
