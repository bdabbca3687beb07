import { describe, expect, it } from "vitest";
import { keptRegressions, retell } from "@halqa/simulator";

describe("stories that failed once", () => {
  it.each(keptRegressions())(
    "[SI-6] %s does not fail any more",
    async (_, { plan, isSymbolic }) => {
      const { fault } = await retell(plan, isSymbolic);
      expect(fault).toBeUndefined();
    },
  );

  it("[SI-6] are told with the crypto that they failed with", () => {
    for (const [, { isSymbolic }] of keptRegressions())
      expect(typeof isSymbolic).toBe("boolean");
  });
});
