import { encodeHex } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { createSeededRandom, mutateBytes } from "./index.ts";

const original = Uint8Array.from({ length: 12 }, (_, i) => 0x10 + i);

const mutants = (bytes: Uint8Array, count: number): Uint8Array[] => {
  const random = createSeededRandom("mutants");
  return Array.from({ length: count }, () => mutateBytes(bytes, random));
};

/** One name for what was done to `original`; `other` where several kinds came together. */
function nameDamage(mutant: Uint8Array): string {
  if (mutant.length === 0) return "nothing left";
  if (mutant.length === original.length) return nameReplacement(mutant);
  const [text, hex] = [encodeHex(mutant), encodeHex(original)];
  if (hex.startsWith(text)) return "truncation";
  if (text.startsWith(hex)) return "extension";
  if (!text.endsWith(hex.slice(-4))) return "other";
  return mutant.length < original.length ? "cut" : "insertion";
}

function nameReplacement(mutant: Uint8Array): string {
  const changes = Array.from(original, (octet, i) => octet ^ mutant[i]!).filter(
    (bits) => bits !== 0,
  );
  if (changes.length > 1) return "splice";
  const [bits = 0] = changes;
  if ((bits & (bits - 1)) === 0) return "bit";
  return mutant.includes(0xff) ? "edge octet" : "other";
}

describe("mutateBytes", () => {
  it("always gives something else and leaves the bytes alone", () => {
    for (const length of [0, 1, 2, 12]) {
      const bytes = original.subarray(0, length);
      const before = encodeHex(original);
      for (const mutant of mutants(bytes, 500)) {
        expect(encodeHex(mutant)).not.toBe(encodeHex(bytes));
      }
      expect(encodeHex(original)).toBe(before);
    }
  });

  it("shares no memory with the bytes", () => {
    for (const mutant of mutants(original, 100)) {
      expect(mutant.buffer).not.toBe(original.buffer);
    }
  });

  it("changes constant bytes too, where copying from elsewhere changes nothing", () => {
    const zeros = new Uint8Array(8);
    for (const mutant of mutants(zeros, 500)) {
      expect(encodeHex(mutant)).not.toBe(encodeHex(zeros));
    }
  });

  it("repeats for one seed", () => {
    expect(mutants(original, 50)).toEqual(mutants(original, 50));
  });

  it("does every kind of damage", () => {
    const found = new Set(mutants(original, 2000).map(nameDamage));
    expect([...found].toSorted()).toEqual([
      "bit",
      "cut",
      "edge octet",
      "extension",
      "insertion",
      "nothing left",
      "other",
      "splice",
      "truncation",
    ]);
  });
});
