// Runs the engine in this worker, behind the lock that makes it the only one of this browser (docs/spec/app.md, AP-16).
// Storage, vault, groups and connections are opened here and nowhere else; only views leave.

import { createSystemRandom, ready } from "@halqa/crypto";
import { runEngine, storeLayout, type Engine, type Store } from "@halqa/engine";
import * as mls from "@halqa/mls";
import { openBrowserStorage } from "@halqa/storage-idb";
import { openVault } from "@halqa/vault";
import { serveEngine, type ToEngine } from "../client/engine-channel.ts";
import type { EngineFault } from "../client/engine-host.ts";
import { connectSocket } from "./connect-socket.ts";
import { findDefaultRelay } from "./default-relay.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const LOCK = "halqa.engine";
const STORAGE = "halqa";

let engine: Engine | undefined;
let serve: ((message: ToEngine) => void) | undefined;

/** Begins: waits for the lock, opens everything, and then answers the page until it says stop. */
export function serveEngineWorker(): void {
  self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if (data.to === "stop") void stop();
    else serve?.(data);
  });
  void takeTurn();
}

/** Takes the lock at once where it is free; else says so, and waits in the line until the other window closes or hands over. */
async function takeTurn(): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
    if (lock !== null) return begin();
    tell({ from: "state", state: "elsewhere" });
    return undefined;
  });
  await navigator.locks.request(LOCK, begin);
}

/** Opens everything and keeps the lock for the worker's life. */
async function begin(): Promise<never> {
  tell({ from: "state", state: "starting" });
  const opened = await openStore();
  if (typeof opened === "string") {
    tell({ from: "failed", because: opened });
  } else await start(opened);
  return new Promise<never>(() => undefined);
}

async function start(store: Store): Promise<void> {
  const random = createSystemRandom();
  const relay = await findDefaultRelay(store);
  engine = runEngine({
    store,
    connect: connectSocket,
    now: () => Date.now(),
    setTimer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random,
    mls,
    get defaultRelay() {
      return relay.current();
    },
    onCrash: (fault) => {
      // The browser's console is the one place for it: nothing is ever sent anywhere.
      console.error(fault);
      tell({ from: "crashed" });
    },
  });
  serve = serveEngine(engine, tell);
  tell({ from: "state", state: "ready" });
}

async function openStore(): Promise<Store | EngineFault> {
  await ready;
  const storage = await openBrowserStorage(STORAGE);
  if (!storage.ok) return "no-storage";
  const { raw, slot } = storage.value;
  const random = createSystemRandom();
  const vault = await openVault(raw, { slot, random, ...storeLayout });
  if (vault.ok) return vault.value;
  const isFull =
    vault.error.kind === "full" || vault.error.kind === "unavailable";
  return isFull ? "no-storage" : "not-opened";
}

async function stop(): Promise<void> {
  await engine?.stop();
  tell({ from: "stopped" });
  self.close();
}

function tell(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none: it goes to the page that started it
  self.postMessage(message);
}
