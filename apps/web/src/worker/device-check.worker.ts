// The worker of the device check: tries, where the app's engine is to run, what the engine needs. It starts by itself,
// tells two observations and is then ended by the page.

import * as crypto from "@halqa/crypto";
import type { WorkerObservation } from "../features/device-check/probe.ts";
import { checkLocking } from "./locking-check.ts";
import { checkSaving } from "./saving-check.ts";

function tell(observation: WorkerObservation): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none: it goes to the page that started it
  self.postMessage(observation);
}

void checkLocking(crypto).then((outcome) => tell({ kind: "locking", outcome }));
void checkSaving(() => self.indexedDB).then((outcome) =>
  tell({ kind: "saving", outcome }),
);
