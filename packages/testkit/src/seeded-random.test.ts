import { encodeHex, InvariantError } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { createSeededRandom, type SeededRandom } from "./index.ts";

const draw = (random: SeededRandom): string => encodeHex(random.bytes(16));

const counts = (times: number, next: () => number): number[] => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) {
    const value = next();
    found[value] = (found[value] ?? 0) + 1;
  }
  return found;
};

describe("seeded randomness", () => {
  it("is the same on every platform and in every version: pinned draws", () => {
    expect(draw(createSeededRandom(0))).toBe(
      "387d28673e379e0ad47187d768f901d7",
    );
    expect(draw(createSeededRandom(1))).toBe(
      "424c57b881588fd23566950086e06d60",
    );
    expect(draw(createSeededRandom("حلقة"))).toBe(
      "d86e0ef15537c0b079df0a42da0032d3",
    );
    expect(draw(createSeededRandom(1).fork("relay"))).toBe(
      "67b6eba2e04bf78534056bc7030ddef8",
    );
    const random = createSeededRandom("mixed");
    expect([
      random.int(100),
      random.int(2 ** 32),
      random.bool(0.5),
      random.pick(["a", "b", "c"]),
      random.shuffle([1, 2, 3, 4, 5]),
    ]).toEqual([45, 117530912, false, "b", [1, 4, 3, 5, 2]]);
  });

  it("repeats for one seed and differs for others", () => {
    const seeds = [0, 1, -1, 0.5, 2 ** 53, "", "0", "1", "a", "b", "aa"];
    const draws = seeds.map((seed) => draw(createSeededRandom(seed)));
    expect(seeds.map((seed) => draw(createSeededRandom(seed)))).toEqual(draws);
    expect(new Set(draws).size).toBe(seeds.length);
  });

  it("differs from the first word on between neighbouring seeds", () => {
    const words = Array.from({ length: 1000 }, (_, seed) =>
      createSeededRandom(seed).int(2 ** 32),
    );
    expect(new Set(words).size).toBe(1000);
    const meanBits =
      words
        .slice(1)
        .map((word, i) =>
          (word ^ words[i]!).toString(2).replaceAll(/[^1]/g, ""),
        )
        .join("").length / 999;
    expect(meanBits).toBeGreaterThan(12);
  });

  it("gives as many bytes as asked for, no two alike", () => {
    const random = createSeededRandom("bytes");
    expect([0, 1, 3, 4, 5, 1000].map((n) => random.bytes(n).length)).toEqual([
      0, 1, 3, 4, 5, 1000,
    ]);
    expect(draw(random)).not.toBe(draw(random));
  });

  it("gives every byte value about as often", () => {
    const bytes = createSeededRandom("bytes").bytes(256 * 400);
    let at = 0;
    const found = counts(bytes.length, () => bytes[at++]!);
    expect(Object.keys(found).length).toBe(256);
    expect(Math.min(...found)).toBeGreaterThan(300);
    expect(Math.max(...found)).toBeLessThan(500);
  });

  it.each([1, 2, 3, 7, 10])("gives whole numbers below %d, evenly", (max) => {
    const random = createSeededRandom(max);
    const found = counts(1000 * max, () => random.int(max));
    expect(found.length).toBe(max);
    expect(Math.min(...found)).toBeGreaterThan(850);
    expect(Math.max(...found)).toBeLessThan(1150);
  });

  it("favours no part of a range that does not divide 2^32", () => {
    const random = createSeededRandom("range");
    const max = 3 * 2 ** 30;
    const found = counts(3000, () => Math.floor(random.int(max) / 2 ** 30));
    expect(found.length).toBe(3);
    expect(Math.min(...found)).toBeGreaterThan(850);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])(
    "has no whole number below %d",
    (max) => {
      expect(() => createSeededRandom(0).int(max)).toThrow(InvariantError);
    },
  );

  it("is true as often as asked", () => {
    const random = createSeededRandom("bool");
    const share = (probability: number): number =>
      counts(2000, () => Number(random.bool(probability)))[1] ?? 0;
    expect(share(0)).toBe(0);
    expect(share(1)).toBe(2000);
    expect(share(0.25)).toBeGreaterThan(400);
    expect(share(0.25)).toBeLessThan(600);
  });

  it.each([-0.1, 1.1, Number.NaN])("has no probability %d", (probability) => {
    expect(() => createSeededRandom(0).bool(probability)).toThrow(
      InvariantError,
    );
  });

  it("picks every item, and none from nothing", () => {
    const random = createSeededRandom("pick");
    const items = ["a", "b", "c"] as const;
    const picked = new Set(
      Array.from({ length: 50 }, () => random.pick(items)),
    );
    expect([...picked].toSorted()).toEqual([...items]);
    expect(() => random.pick([])).toThrow(InvariantError);
  });

  it("shuffles a copy into every order about as often", () => {
    const random = createSeededRandom("shuffle");
    const items = Object.freeze([1, 2, 3]);
    const orders = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const order = random.shuffle(items).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].toSorted()).toEqual([
      "123",
      "132",
      "213",
      "231",
      "312",
      "321",
    ]);
    expect(Math.min(...orders.values())).toBeGreaterThan(400);
    expect(random.shuffle([])).toEqual([]);
    expect(items).toEqual([1, 2, 3]);
  });

  it("forks by label, whatever was drawn before", () => {
    const random = createSeededRandom(7);
    const early = draw(random.fork("a"));
    random.bytes(99);
    expect(draw(random.fork("a"))).toBe(early);
    expect(draw(random.fork("b"))).not.toBe(early);
    expect(draw(createSeededRandom(8).fork("a"))).not.toBe(early);
    expect(draw(createSeededRandom(7))).not.toBe(early);
  });

  it("keeps forks apart however the labels are cut", () => {
    const random = createSeededRandom("seed");
    const draws = [
      random.fork("a").fork("b"),
      random.fork("b").fork("a"),
      random.fork("ab"),
      random.fork("a/b"),
      random.fork("a/1:b"),
      random.fork("").fork("ab"),
      createSeededRandom("seed/1:a").fork("b"),
    ].map(draw);
    expect(new Set(draws).size).toBe(draws.length);
  });

  it("does not move its parent when a fork is drawn from", () => {
    const [a, b] = [createSeededRandom(3), createSeededRandom(3)];
    a.fork("x").bytes(10);
    expect(draw(a)).toBe(draw(b));
  });
});
