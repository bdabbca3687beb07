// A store in a folder of its own, for tests that close it, damage it and open it again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { onTestFinished } from "vitest";
import { openStore, type OpenStore } from "../node/store/open-store.ts";
import { id } from "./log-store-contract.ts";

/** A folder that is gone when the test ends. */
export function createStoreFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "halqa-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens the store of a folder; closed by the test. */
export async function openTestStore(
  folder: string,
  settleMs = 60_000,
): Promise<OpenStore> {
  const store = await openStore({ folder, relayPub: id(0), settleMs });
  if (!store.ok) throw new InvariantError(store.error.kind);
  return store.value;
}
