import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { describe, expect, it } from "vitest";
import { faultsOf, runChaos } from "./testing/chaos.ts";

// More of them with HALQA_CHAOS_SEEDS=n.
const seeds = Number(process.env["HALQA_CHAOS_SEEDS"] ?? 6);

describe("random histories", () => {
  for (let seed = 1; seed <= seeds; seed++) {
    it(`[EN-12] [EN-46] [EN-53] all agree in the end: seed ${seed}`, () => {
      permitNonceReuse(
        "what was built and not stored is built again, byte for byte, before it leaves",
      );
      const chaos = runChaos(seed, 60);
      expect(faultsOf(chaos)).toEqual([]);
    }, 60_000);
  }
});
