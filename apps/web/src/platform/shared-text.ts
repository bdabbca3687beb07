// Asks the service worker for what another app handed over (docs/spec/app.md, AP-95). The service worker forgets it with the answer.

import { MOST_SHARED, type Shared } from "../client/shared.ts";

/** A service worker that does not answer has nothing. */
const PATIENCE_MS = 3_000;

export const shared: Shared = {
  take: () =>
    new Promise((resolve) => {
      const controller = navigator.serviceWorker?.controller;
      if (!controller) {
        resolve(undefined);
        return;
      }
      const { port1, port2 } = new MessageChannel();
      const patience = setTimeout(() => resolve(undefined), PATIENCE_MS);
      port1.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        clearTimeout(patience);
        port1.close();
        const isText = typeof data === "string" && data.trim() !== "";
        resolve(isText ? data.slice(0, MOST_SHARED) : undefined);
      });
      port1.start();
      controller.postMessage("take-shared", [port2]);
    }),
};
