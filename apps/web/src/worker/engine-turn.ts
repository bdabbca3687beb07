// Runs the engine in this worker, behind the lock that makes it the only one of this browser (docs/spec/app.md, AP-16).
// Storage, vault, groups and connections are opened here and nowhere else; only views leave.

import { createSystemRandom } from "@halqa/crypto";
import { runEngine, type AppView, type Engine } from "@halqa/engine";
import * as mls from "@halqa/mls";
import { serveEngine, type ToEngine } from "../client/engine-channel.ts";
import type {
  BeginFault,
  Beginning,
  KeeperAnswer,
  KeeperTask,
  Restoring,
  Secret,
} from "../client/keeper.ts";
import { beginDevice, restoreDevice } from "./begin-device.ts";
import { connectSocket } from "./connect-socket.ts";
import { findDefaultRelay } from "./default-relay.ts";
import {
  openKeeperDesk,
  suggestPassphrase,
  type KeeperDesk,
} from "./keeper-desk.ts";
import {
  destroyDevice,
  openDevice,
  renewPlace,
  type Device,
  type Place,
} from "./open-device.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const LOCK = "halqa.engine";

let engine: Engine | undefined;
let serve: ((message: ToEngine) => void) | undefined;
let desk: KeeperDesk | undefined;
/** Where storage is open: with keys in it, or without any yet. */
let place: Place | undefined;
/** Gives the lock back. */
let giveBack: (() => void) | undefined;

/** Waits to be told to open; then for the lock, opens what is here, and answers the page until it says stop. */
export function serveEngineWorker(): void {
  self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is left is the engine's own channel
    switch (data.to) {
      case "open":
        void takeTurn(data.secret);
        break;
      case "stop":
        void stop();
        break;
      case "forget":
        void forget();
        break;
      case "begin":
        void begin(data.beginning);
        break;
      case "restore":
        void restore(data.restoring);
        break;
      case "clear":
        void clear();
        break;
      case "keep":
        void keep(data.id, data.task);
        break;
      default:
        serve?.(data);
    }
  });
}

/** Takes the lock at once where it is free; else says so, and waits in the line until the other window closes or hands over. */
async function takeTurn(secret: Secret | undefined): Promise<void> {
  let isTaken = false;
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
    if (lock === null) {
      tell({ from: "state", state: "elsewhere" });
      return undefined;
    }
    isTaken = true;
    return open(secret);
  });
  if (!isTaken) await navigator.locks.request(LOCK, () => open(secret));
}

/** Opens what is here. The lock is kept until it is given back, or for the worker's life. */
async function open(secret: Secret | undefined): Promise<void> {
  tell({ from: "state", state: "starting" });
  const opened = await openDevice(secret);
  switch (opened.kind) {
    case "open":
      await start(opened.device);
      break;
    case "new":
      ({ place } = opened);
      tell({ from: "state", state: "new" });
      break;
    case "locked": {
      const { because, quickKey } = opened;
      tell({ from: "locked", because, quickKey });
      break;
    }
    case "failed":
      tell({ from: "failed", because: opened.because });
  }
  await new Promise<void>((resolve) => {
    giveBack = resolve;
  });
}

async function start(device: Device, name?: string): Promise<void> {
  const { storage, vault } = device;
  place = storage;
  const random = createSystemRandom();
  const relay = await findDefaultRelay(vault);
  engine = runEngine({
    store: vault,
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
  // Where it is refused, the first page asks again.
  if (name !== undefined) await engine.run({ command: "set-profile", name });
  const tellKeeping = (): void => {
    if (desk !== undefined) tell({ from: "keeping", view: desk.view() });
  };
  desk = await openKeeperDesk({ device, engine, onChange: tellKeeping });
  serve = serveEngine(engine, tell);
  tellKeeping();
  tell({ from: "state", state: "ready" });
}

async function begin({ name, passphrase }: Beginning): Promise<void> {
  if (place === undefined || engine !== undefined)
    return tellBegun({ kind: "storage-failed" });
  const begun = await beginDevice(place, passphrase);
  if (!begun.ok) return tellBegun(begun.error);
  await start(begun.value, name);
  return tellBegun(undefined);
}

async function restore(restoring: Restoring): Promise<void> {
  if (engine !== undefined) return tellBegun({ kind: "not-empty" });
  if (place === undefined) return tellBegun({ kind: "storage-failed" });
  const restored = await restoreDevice(place, restoring);
  if (restored.ok) {
    await start(restored.value);
    return tellBegun(undefined);
  }
  ({ place } = restored.error);
  return tellBegun(restored.error.fault);
}

/** Takes away a device that has keys and nobody on it yet, as when an invite was looked at, so that a backup can come in its place. */
async function clear(): Promise<void> {
  if (engine === undefined || !(await isNobodyHere(engine))) return;
  await engine.stop();
  engine = undefined;
  serve = undefined;
  desk = undefined;
  const renewed = place && (await renewPlace(place));
  place = renewed?.ok === true ? renewed.value : undefined;
  if (place === undefined) tell({ from: "failed", because: "no-storage" });
  else tell({ from: "state", state: "new" });
}

async function isNobodyHere(running: Engine): Promise<boolean> {
  const view = await new Promise<AppView>((resolve) => {
    running.watch({ query: "app" }, (next) => {
      if (next.view === "app") resolve(next);
    });
  });
  return view.profile === undefined && view.circles.length === 0;
}

async function keep(id: number, task: KeeperTask): Promise<void> {
  tell({ from: "kept", id, answer: await answerTo(task) });
}

async function answerTo(task: KeeperTask): Promise<KeeperAnswer> {
  if (desk !== undefined) return desk.run(task);
  // Words for a passphrase are wanted before there is anything to be opened with it.
  return task.task === "suggest-passphrase"
    ? suggestPassphrase()
    : { ok: false, fault: "ended" };
}

async function stop(): Promise<void> {
  await engine?.stop();
  // Whoever is told has to find the lock free: it may ask for it at once.
  giveBack?.();
  tell({ from: "stopped" });
  self.close();
}

/** Destroys what is here, whoever has it open. */
async function forget(): Promise<void> {
  if (place === undefined) {
    // Nobody is asked for the lock: what somebody else still writes is gone with the storage.
    await navigator.locks.request(LOCK, { steal: true }, () =>
      destroyDevice(undefined),
    );
  } else await destroyDevice(place);
  tell({ from: "forgotten" });
  self.close();
}

function tellBegun(fault: BeginFault | undefined): void {
  tell({ from: "begun", fault });
}

function tell(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none: it goes to the page that started it
  self.postMessage(message);
}
