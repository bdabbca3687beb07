// The stores against what all of them promise.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { createMemoryStore } from "../../core/index.ts";
import {
  describeLogStore,
  id,
  type StoreUnderTest,
} from "../../testing/log-store-contract.ts";
import { sha256 } from "../node-crypto.ts";
import { openStore } from "./open-store.ts";

describeLogStore("[RN-14] the store in memory", () =>
  Promise.resolve({
    ...createMemoryStore(sha256),
    close: () => Promise.resolve(),
  }),
);

describeLogStore(
  "[RN-14] the store in SQLite",
  async (): Promise<StoreUnderTest> => {
    const folder = mkdtempSync(join(tmpdir(), "halqa-store-"));
    const store = await openStore({ folder, relayPub: id(0) });
    if (!store.ok) throw new InvariantError(store.error.kind);
    return {
      run: store.value.run,
      close: async () => {
        await store.value.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
);
