// The engine in its worker, as the page sees it (docs/spec/app.md, AP-16). One window of the browser has the engine; the
// others wait in the line for the lock, which the worker takes before it opens anything. Handing over is ending the
// worker: whatever it was doing is a transaction that either happened or did not.

import type { EngineClient } from "@halqa/engine";
import { createCell } from "../client/cell.ts";
import { connectEngine } from "../client/engine-channel.ts";
import type { EngineHost, EngineState } from "../client/engine-host.ts";
import type { KeepingView, Secret } from "../client/keeper.ts";
import { connectKeeper } from "../client/keeper-channel.ts";
// oxlint-disable-next-line import/default -- Vite makes this module: its default is the address of the built worker
import workerUrl from "../worker/engine.worker.ts?worker&url";
import type { FromWorker, ToWorker } from "../worker/worker-messages.ts";
import { eraseOrigin } from "./erase-origin.ts";
import { scriptUrl } from "./script-url.ts";

const TAKE_OVER = "take-over";
const FORGET = "forget";
/** An engine that lives longer than this and then ends is started again; one that ends at once is not. */
const QUICK_END_MS = 10_000;
/** How long the engine may finish what it writes before it is ended anyway. */
const STOP_MS = 2_000;

/** Starts the engine, or waits for its turn. */
export function startEngineHost(): EngineHost {
  const state = createCell<EngineState>({ kind: "starting" });
  const windows = new BroadcastChannel("halqa.windows");
  const keeping = createCell<KeepingView | undefined>(undefined);
  let engine = start();

  function start(secret?: Secret): StartedEngine {
    const tell = (next: EngineState): void => {
      // While a secret is tried, its page stays until there is an answer.
      if (secret !== undefined && next.kind === "starting") return;
      if (next.kind !== "ready") keeping.set(undefined);
      state.set(next);
    };
    return startEngine({ tell, keep: keeping.set, restart, secret });
  }
  function restart(): void {
    engine = start();
  }
  windows.addEventListener("message", ({ data }) => {
    if (data === FORGET) {
      engine.end();
      state.set({ kind: "forgotten" });
    }
    if (data !== TAKE_OVER) return;
    // Whoever has it and whoever waits lets go, so that the window that asked is the first in the line.
    state.set({ kind: "elsewhere" });
    void engine.stop().then(restart);
  });
  const say = (what: typeof TAKE_OVER | typeof FORGET): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin alone
    windows.postMessage(what);
  };
  return {
    current: state.current,
    subscribe: state.subscribe,
    keeping,
    takeOver: () => say(TAKE_OVER),
    settle: (flag) => engine.settle(flag),
    keep: (task) => engine.keep(task),
    begin: (message) => engine.begin(message),
    clear: () => engine.clear(),
    unlock: (secret) => {
      const now = state.current();
      if (now.kind !== "locked" || now.isBusy) return;
      state.set({ ...now, because: undefined, isBusy: true });
      engine = start(secret);
    },
    lock: () => {
      if (keeping.current()?.hasPassphrase !== true) return;
      keeping.set(undefined);
      // The page is empty from here on; what scripts still hold of it goes with the page.
      state.set({ kind: "starting" });
      void engine.stop().then(() => leavePage(restart));
    },
    forget: () => {
      say(FORGET);
      keeping.set(undefined);
      state.set({ kind: "starting" });
      void engine
        .forget()
        .then(eraseOrigin)
        .then(() => state.set({ kind: "forgotten" }));
    },
  };
}

/** Loads the page anew, so that nothing that was drawn stays in the memory of scripts; where it would not come back, only starts anew. */
function leavePage(restart: () => void): void {
  // A browser that has service workers may refuse them here.
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  const isKept = (container?.controller ?? undefined) !== undefined;
  if (isKept || navigator.onLine) location.reload();
  else restart();
}

interface StartedEngine extends Pick<
  EngineHost,
  "settle" | "keep" | "begin" | "clear"
> {
  readonly stop: () => Promise<void>;
  /** At once, whatever is under way. */
  readonly end: () => void;
  /** Destroys what this browser keeps, and ends. */
  readonly forget: () => Promise<void>;
}

interface StartOptions {
  readonly tell: (state: EngineState) => void;
  readonly keep: (view: KeepingView) => void;
  readonly restart: () => void;
  readonly secret: Secret | undefined;
}

function startEngine(options: StartOptions): StartedEngine {
  const worker = startWorker();
  if (worker === undefined) {
    options.tell({ kind: "failed", because: "not-started" });
    return notStarted();
  }
  const channel = connectEngine((message) => post(worker, message));
  const keeper = connectKeeper((message) => post(worker, message));
  let isEnded = false;
  const finish = (): void => {
    isEnded = true;
    channel.end();
    keeper.end();
    worker.terminate();
  };
  const hear = hearEngine({ ...options, channel, keeper, finish });
  worker.addEventListener("error", () => {
    if (!isEnded) hear({ from: "crashed" });
  });
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (!isEnded) hear(data);
  });
  post(worker, { to: "open", secret: options.secret });
  return {
    stop: async () => {
      if (isEnded) return;
      await untilTold(worker, "stop");
      finish();
    },
    end: finish,
    forget: async () => {
      const own = isEnded ? startWorker() : worker;
      if (own === undefined) return;
      await untilTold(own, "forget");
      own.terminate();
      finish();
    },
    clear: () => post(worker, { to: "clear" }),
    keep: keeper.keep,
    begin: keeper.begin,
    settle: (flag) => !isEnded && channel.settle(flag),
  };
}

interface Hearing extends StartOptions {
  readonly channel: ReturnType<typeof connectEngine>;
  readonly keeper: ReturnType<typeof connectKeeper>;
  readonly finish: () => void;
}

/** What follows from each message of a worker that has not ended. */
function hearEngine(o: Hearing): (message: FromWorker) => void {
  let readyAt: number | undefined;
  const crash = (): void => {
    o.finish();
    const livedMs = readyAt === undefined ? 0 : performance.now() - readyAt;
    if (livedMs < QUICK_END_MS)
      o.tell({ kind: "failed", because: "not-started" });
    else o.restart();
  };
  // oxlint-disable-next-line complexity -- one case for each message, and nothing else
  return (message) => {
    switch (message.from) {
      case "state":
        if (message.state === "ready") readyAt = performance.now();
        o.tell(stateOf(message.state, o.channel.client));
        break;
      case "failed":
        o.tell({ kind: "failed", because: message.because });
        break;
      case "crashed":
        crash();
        break;
      case "locked": {
        // Nothing is open in it; what is asked next is asked of a new one.
        o.finish();
        const { because, quickKey } = message;
        o.tell({ kind: "locked", because, quickKey, isBusy: false });
        break;
      }
      case "keeping":
        o.keep(message.view);
        break;
      case "kept":
      case "begun":
        o.keeper.receive(message);
        break;
      case "reply":
      case "view":
        o.channel.receive(message);
        break;
      // Whoever waits for these hears them itself.
      case "stopped":
      case "forgotten":
    }
  };
}

function stateOf(
  kind: Extract<FromWorker, { from: "state" }>["state"],
  client: EngineClient,
): EngineState {
  return kind === "ready" ? { kind, client } : { kind };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

/** In the place of an engine whose worker did not start. */
function notStarted(): StartedEngine {
  const { keep, begin } = noKeeper();
  return {
    stop: nothing,
    settle: () => false,
    end: () => undefined,
    forget: nothing,
    clear: () => undefined,
    keep,
    begin,
  };
}

function noKeeper(): ReturnType<typeof connectKeeper> {
  const keeper = connectKeeper(() => undefined);
  keeper.end();
  return keeper;
}

/** How long destroying may take: a phone under load overwrites a few thousand bytes and deletes a database. */
const FORGET_MS = 10_000;

/** Resolves when the worker has done it and ended, or after some patience. */
function untilTold(worker: Worker, to: "stop" | "forget"): Promise<void> {
  const done = to === "stop" ? "stopped" : "forgotten";
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, to === "stop" ? STOP_MS : FORGET_MS);
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
      if (data.from !== done) return;
      clearTimeout(patience);
      resolve();
    });
    post(worker, { to });
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
