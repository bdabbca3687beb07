import { concatBytes } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import { expect, it } from "vitest";
import { drawAhead } from "./draw-ahead.ts";

it("[ML-2] hands out each byte that was drawn once and in order, each time in an array of its own", () => {
  const asked: number[] = [];
  const source = createSeededRandom("ahead").bytes;
  const random = drawAhead((length) => {
    asked.push(length);
    return source(length);
  }, 100);
  const first = random(32);
  const parts = [first.slice(), random(4), random(0), random(64)];
  first.fill(0);
  expect(asked).toEqual([100]);
  expect(concatBytes(...parts)).toEqual(createSeededRandom("ahead").bytes(100));
});

it("[ML-2] asks again for what goes beyond, and never gives less than it was asked for", () => {
  const asked: number[] = [];
  const random = drawAhead((length) => {
    asked.push(length);
    return new Uint8Array(length).fill(asked.length);
  }, 40);
  expect(random(32)).toEqual(new Uint8Array(32).fill(1));
  expect(random(32)).toEqual(new Uint8Array(32).fill(2));
  expect(random(8)).toEqual(new Uint8Array(8).fill(1));
  expect(random(1)).toEqual(new Uint8Array(1).fill(3));
  expect(asked).toEqual([40, 32, 1]);
});
