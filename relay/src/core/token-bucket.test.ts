import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { debtMsOf, gatherTokens, type TokenRate } from "./token-bucket.ts";

/** Spends at moments of a clock; the answer is the debt. */
function createBucket(rate: TokenRate) {
  let [tokens, at] = [rate.burst, 0];
  return (amount: number, now: number): number => {
    tokens = gatherTokens(rate, tokens, now - at) - amount;
    at = now;
    return debtMsOf(rate, tokens);
  };
}

describe("a token bucket", () => {
  it("[RN-62] gives its burst at once and then its share of time", () => {
    const spend = createBucket({ perSecond: 10, burst: 20 });
    for (let i = 0; i < 20; i++) expect(spend(1, 0)).toBe(0);
    expect(spend(1, 0)).toBe(100);
    expect(spend(1, 200)).toBe(0);
    expect(spend(5, 200)).toBe(500);
  });

  it("[RN-62] gathers no more than its burst, however long it waits", () => {
    const spend = createBucket({ perSecond: 10, burst: 20 });
    expect(spend(20, 1e12)).toBe(0);
    expect(spend(1, 1e12)).toBe(100);
  });

  it("[RN-62] is never overspent for long: what waits as told keeps to the rate", () => {
    const random = createSeededRandom("bucket");
    const spend = createBucket({ perSecond: 50, burst: 100 });
    let [now, spent] = [0, 0];
    for (let i = 0; i < 2_000; i++) {
      const amount = 1 + random.int(30);
      spent += amount;
      now += spend(amount, now);
    }
    expect(spent).toBeLessThanOrEqual(100 + 50 * (now / 1_000) + 1);
  });

  it("has no bound where it is told so", () => {
    const spend = createBucket({ perSecond: Infinity, burst: Infinity });
    for (const now of [0, 0, 1]) expect(spend(1e9, now)).toBe(0);
  });
});
