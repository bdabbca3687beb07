import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { createTokenBucket, spendTokens } from "./token-bucket.ts";

describe("a token bucket", () => {
  it("[RN-62] gives its burst at once and then its share of time", () => {
    const bucket = createTokenBucket(10, 20, 0);
    for (let i = 0; i < 20; i++) expect(spendTokens(bucket, 1, 0)).toBe(0);
    expect(spendTokens(bucket, 1, 0)).toBe(100);
    expect(spendTokens(bucket, 1, 200)).toBe(0);
    expect(spendTokens(bucket, 5, 200)).toBe(500);
  });

  it("[RN-62] gathers no more than its burst, however long it waits", () => {
    const bucket = createTokenBucket(10, 20, 0);
    expect(spendTokens(bucket, 20, 1e12)).toBe(0);
    expect(spendTokens(bucket, 1, 1e12)).toBe(100);
  });

  it("[RN-62] is never overspent for long: what waits as told keeps to the rate", () => {
    const random = createSeededRandom("bucket");
    const bucket = createTokenBucket(50, 100, 0);
    let [now, spent] = [0, 0];
    for (let i = 0; i < 2_000; i++) {
      const amount = 1 + random.int(30);
      spent += amount;
      now += spendTokens(bucket, amount, now);
    }
    expect(spent).toBeLessThanOrEqual(100 + 50 * (now / 1_000) + 1);
  });

  it("has no bound where it is told so", () => {
    const bucket = createTokenBucket(Infinity, Infinity, 0);
    for (const now of [0, 0, 1]) expect(spendTokens(bucket, 1e9, now)).toBe(0);
  });
});
