import { describe, expect, it } from "vitest";
import { createSeededRandom } from "@halqa/testkit";
import {
  compareSafetyCode,
  safetyCodeOf,
  safetyNumberOf,
} from "./safety-number.ts";

const random = createSeededRandom("safety");
const key = (): Uint8Array => random.bytes(32);

describe("a safety number", () => {
  it("[CI-170] is thirty digits, the same for both", () => {
    const [circleId, anna, bilal] = [key(), key(), key()];
    const number = safetyNumberOf({ circleId, own: anna, other: bilal });
    expect(number).toMatch(/^(\d{5} ){5}\d{5}$/);
    expect(safetyNumberOf({ circleId, own: bilal, other: anna })).toBe(number);
  });

  it("[CI-170] is another one with another key and in another circle", () => {
    const pair = { circleId: key(), own: key(), other: key() };
    const numbers = [
      pair,
      { ...pair, circleId: key() },
      { ...pair, own: key() },
      { ...pair, other: key() },
    ].map(safetyNumberOf);
    expect(new Set(numbers).size).toBe(4);
  });
});

describe("a safety code", () => {
  it("[CI-171] says the same on both screens when the keys are the same", () => {
    const [circleId, anna, bilal] = [key(), key(), key()];
    const mine = { circleId, own: anna, other: bilal };
    const theirs = { circleId, own: bilal, other: anna };
    expect(compareSafetyCode(mine, ` ${safetyCodeOf(theirs)}\n`)).toBe("same");
  });

  it("[CI-171] tells when somebody stands between, and when it is no code", () => {
    const [circleId, anna, bilal] = [key(), key(), key()];
    const mine = { circleId, own: anna, other: bilal };
    for (const theirs of [
      { circleId, own: bilal, other: key() },
      { circleId, own: key(), other: anna },
      { circleId: key(), own: bilal, other: anna },
      mine,
    ])
      expect(compareSafetyCode(mine, safetyCodeOf(theirs))).toBe("different");
    for (const text of ["", "s1.", "s1.AAAA", "j1.AAAA", "s1.*"])
      expect(compareSafetyCode(mine, text)).toBe("unreadable");
  });
});
