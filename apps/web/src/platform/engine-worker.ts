// The engine in its worker, as the page sees it (docs/spec/app.md, AP-16). One window of the browser has the engine; the
// others wait in the line for the lock, which the worker takes before it opens anything. Handing over is ending the
// worker: whatever it was doing is a transaction that either happened or did not.

import { createCell } from "../client/cell.ts";
import { connectEngine } from "../client/engine-channel.ts";
import type { EngineHost, EngineState } from "../client/engine-host.ts";
// oxlint-disable-next-line import/default -- Vite makes this module: its default is the address of the built worker
import workerUrl from "../worker/engine.worker.ts?worker&url";
import type { FromWorker, ToWorker } from "../worker/worker-messages.ts";
import { scriptUrl } from "./script-url.ts";

const TAKE_OVER = "take-over";
/** An engine that lives longer than this and then ends is started again; one that ends at once is not. */
const QUICK_END_MS = 10_000;
/** How long the engine may finish what it writes before it is ended anyway. */
const STOP_MS = 2_000;

/** Starts the engine, or waits for its turn. */
export function startEngineHost(): EngineHost {
  const state = createCell<EngineState>({ kind: "starting" });
  const windows = new BroadcastChannel("halqa.windows");
  let stop = startEngine(state.set, restart);

  function restart(): void {
    stop = startEngine(state.set, restart);
  }
  windows.addEventListener("message", ({ data }) => {
    if (data !== TAKE_OVER) return;
    // Whoever has it and whoever waits lets go, so that the window that asked is the first in the line.
    state.set({ kind: "elsewhere" });
    void stop().then(restart);
  });
  return {
    current: state.current,
    subscribe: state.subscribe,
    takeOver: () => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin alone
      windows.postMessage(TAKE_OVER);
    },
  };
}

type Stop = () => Promise<void>;

function startEngine(
  tell: (state: EngineState) => void,
  restart: () => void,
): Stop {
  const worker = startWorker();
  if (worker === undefined) {
    tell({ kind: "failed", because: "not-started" });
    return () => Promise.resolve();
  }
  const { client, receive, end } = connectEngine((message) => {
    post(worker, message);
  });
  let readyAt: number | undefined;
  let isEnded = false;
  const finish = (): void => {
    isEnded = true;
    end();
    worker.terminate();
  };
  const crash = (): void => {
    if (isEnded) return;
    finish();
    const livedMs = readyAt === undefined ? 0 : performance.now() - readyAt;
    if (livedMs < QUICK_END_MS)
      tell({ kind: "failed", because: "not-started" });
    else restart();
  };
  worker.addEventListener("error", crash);
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (isEnded) return;
    switch (data.from) {
      case "state":
        if (data.state === "ready") {
          readyAt = performance.now();
          tell({ kind: "ready", client });
        } else tell({ kind: data.state });
        break;
      case "failed":
        tell({ kind: "failed", because: data.because });
        break;
      case "crashed":
        crash();
        break;
      case "stopped":
        break;
      case "reply":
      case "view":
        receive(data);
        break;
    }
  });
  return async () => {
    if (isEnded) return;
    await stopped(worker);
    finish();
  };
}

/** Resolves when the engine has ended by itself, or after some patience. */
function stopped(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, STOP_MS);
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.from !== "stopped") return;
      clearTimeout(patience);
      resolve();
    });
    post(worker, { to: "stop" });
  });
}

function post(worker: Worker, message: ToWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none: it is this page's own
  worker.postMessage(message);
}

function startWorker(): Worker | undefined {
  try {
    return new Worker(scriptUrl(workerUrl), { type: "module", name: "engine" });
  } catch {
    // No workers at all, or the policy refused the script: either way none has started.
    return undefined;
  }
}
