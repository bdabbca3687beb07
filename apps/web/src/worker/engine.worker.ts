// The one worker of the app. With its name it says what it is for: the engine, and with it every key of this device, or a
// check of what the engine needs. One file for both, so that a visit fetches the encryption once.

import { checkDevice } from "./check-device.ts";
import { serveEngineWorker } from "./engine-turn.ts";

if (self.name === "device-check") {
  checkDevice((observation) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none: it goes to the page that started it
    self.postMessage(observation);
  });
} else {
  serveEngineWorker();
}
