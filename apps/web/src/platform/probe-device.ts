// Observes the real device for the device check: the page itself, its storage, and a worker that tries what the app
// needs. Nothing here leaves the device.

import type {
  Observation,
  Probe,
  WorkerObservation,
} from "../features/device-check/probe.ts";
// oxlint-disable-next-line import/default -- Vite makes this module: its default is the address of the built worker
import workerUrl from "../worker/engine.worker.ts?worker&url";
import { scriptUrl } from "./script-url.ts";

/** Slow phones need some seconds to compile libsodium; after this long, waiting is no answer. */
const PATIENCE_MS = 30_000;

export const probeDevice: Probe = (tell) => {
  const stopped = new AbortController();
  const tellUntilStopped = (observation: Observation): void => {
    if (!stopped.signal.aborted) tell(observation);
  };
  tellUntilStopped({
    kind: "page",
    isSecure: window.isSecureContext,
    isIsolated: window.crossOriginIsolated,
  });
  void observeStorage(tellUntilStopped);
  observeWorker(tellUntilStopped, stopped.signal);
  return () => stopped.abort();
};

async function observeStorage(
  tell: (observation: Observation) => void,
): Promise<void> {
  const [freeBytes, isPromised] = await Promise.all([
    ask(async () => {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined ? undefined : quota - (usage ?? 0);
    }),
    ask(() => navigator.storage.persisted()),
  ]);
  tell({ kind: "room", freeBytes });
  tell({ kind: "lasting", isPromised });
}

/** The answer, or undefined where a browser has no such question or refuses it. */
async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch {
    return undefined;
  }
}

function observeWorker(
  tell: (observation: Observation) => void,
  stopped: AbortSignal,
): void {
  const worker = startWorker();
  const lose = (because: "not-started" | "no-answer"): void => {
    tell({ kind: "worker-lost", because });
    worker?.terminate();
  };
  if (worker === undefined) {
    lose("not-started");
    return;
  }
  const patience = setTimeout(() => lose("no-answer"), PATIENCE_MS);
  const awaited = new Set<WorkerObservation["kind"]>(["locking", "saving"]);
  worker.addEventListener("error", () => lose("not-started"));
  worker.addEventListener(
    "message",
    ({ data }: MessageEvent<WorkerObservation>) => {
      tell(data);
      awaited.delete(data.kind);
      if (awaited.size > 0) return;
      clearTimeout(patience);
      worker.terminate();
    },
  );
  stopped.addEventListener("abort", () => {
    clearTimeout(patience);
    worker.terminate();
  });
}

function startWorker(): Worker | undefined {
  try {
    return new Worker(scriptUrl(workerUrl), {
      type: "module",
      name: "device-check",
    });
  } catch {
    // No workers at all, or the policy refused the script: either way none has started.
    return undefined;
  }
}
