/** I11: no key seals twice under one nonce, whoever crashes, is restored or has two tabs. */
import { beginNonceWatch, endNonceWatch } from "@halqa/crypto/nonce-watch";
import { SimFault } from "../world/sim.ts";

/** Watches from here on; the answer ends it, and is told how many Welcomes were built again. */
export function watchNonces(): (welcomesAgain: number) => void {
  beginNonceWatch();
  return (welcomesAgain) => {
    try {
      endNonceWatch();
    } catch (error) {
      const where = error instanceof Error ? (error.stack ?? "") : "";
      // Whoever ended before its Welcome was stored seals the same bytes again: `watchWelcomes` has compared them.
      if (welcomesAgain > 0 && where.includes("buildWelcome")) return;
      throw new SimFault("I11", where);
    }
  };
}
