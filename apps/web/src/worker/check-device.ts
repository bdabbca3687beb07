// The worker's part of the device check: tries, where the engine runs, what the engine needs. It tells two observations
// and is then ended by the page.

import * as crypto from "@halqa/crypto";
import type { WorkerObservation } from "../features/device-check/probe.ts";
import { checkLocking } from "./locking-check.ts";
import { checkSaving } from "./saving-check.ts";

/** Begins both checks; each tells its observation when it has one. */
export function checkDevice(
  tell: (observation: WorkerObservation) => void,
): void {
  void observeLocking(tell);
  void observeSaving(tell);
}

async function observeLocking(
  tell: (observation: WorkerObservation) => void,
): Promise<void> {
  tell({ kind: "locking", outcome: await checkLocking(crypto) });
}

async function observeSaving(
  tell: (observation: WorkerObservation) => void,
): Promise<void> {
  const outcome = await checkSaving(() => self.indexedDB);
  tell({ kind: "saving", outcome });
}
