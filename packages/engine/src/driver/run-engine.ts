/**
 * The driver: carries out the effects of `step` over the ports and brings it the events, one at a time (docs/spec/engine.md,
 * "Driver"). It holds no rule of its own. A bug in the machine or in a port never passes silently: the engine stops, every
 * waiting command is rejected, and `onCrash` is told (EN-5).
 */
import { assertInvariant } from "@halqa/bytes";
import type { BackupKey } from "@halqa/backup";
import type { RandomBytes } from "@halqa/crypto";
import type { MlsPort } from "../ports/mls.ts";
import type { Connect, Socket } from "../ports/socket.ts";
import type { Store } from "../ports/store.ts";
import type { Now, SetTimer } from "../ports/timers.ts";
import type { DefaultRelay } from "../step/env.ts";
import type { Effect, EngineEvent } from "../step/event.ts";
import { createEngineState } from "../step/state.ts";
import { writeBackup } from "./backup.ts";
import type { EngineState } from "../step/state.ts";
import { step } from "../step/step.ts";
import type { Command, CommandReply, EngineClient } from "../views/command.ts";
import type { View } from "../views/view.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly connect: Connect;
  readonly now: Now;
  readonly setTimer: SetTimer;
  readonly random: RandomBytes;
  readonly mls: MlsPort;
  /** Where new circles are founded; undefined while it is not known, for example offline on the first start. */
  readonly defaultRelay?: DefaultRelay | undefined;
  /** Told once, when the engine cannot go on; the page or the process then starts it anew. */
  readonly onCrash: (fault: unknown) => void;
}

export interface Engine extends EngineClient {
  /** Makes unreadable what was used up so far (EN-90): for a device that is hidden or about to be locked. */
  renew: () => Promise<void>;
  /** A backup of this device for whoever has the key, piece by piece (docs/spec/backup.md). */
  backup: (key: BackupKey) => AsyncIterable<Uint8Array>;
  /** Closes the connections and, when the write under way has ended, the store. Commands that still wait are rejected. */
  stop: () => Promise<void>;
}

const DAY_MS = 86_400_000;

/** How long what was used up may be readable on the disk, where nothing renews it before. */
const RENEWAL_MS = 600_000;

/** The first time soon after the start, for what ended while the device was off; not before the list is there. */
const FIRST_RENEWAL_MS = 5_000;

interface Waiting {
  readonly resolve: (reply: CommandReply) => void;
  readonly reject: (fault: unknown) => void;
}

/** What the driver holds; everything else is in the machine's state. */
interface Desk {
  readonly options: EngineOptions;
  state: EngineState;
  isRunning: boolean;
  isStepping: boolean;
  readonly events: EngineEvent[];
  readonly sockets: Map<number, Socket>;
  readonly timers: Map<string, () => void>;
  readonly waiting: Map<number, Waiting>;
  readonly watchers: Map<number, (view: View) => void>;
  /** The store's work under way: one piece after the other. */
  storeWork: Promise<void>;
  nextId: number;
}

/** Starts an engine over the ports. Commands and watches may come at once: they wait until the store is read. */
export function runEngine(options: EngineOptions): Engine {
  const desk: Desk = {
    options,
    state: createEngineState(),
    isRunning: true,
    isStepping: false,
    events: [],
    sockets: new Map(),
    timers: new Map(),
    waiting: new Map(),
    watchers: new Map(),
    storeWork: Promise.resolve(),
    nextId: 1,
  };
  handle(desk, { type: "start" });
  renewAfter(desk, FIRST_RENEWAL_MS);
  return {
    renew: () => renew(desk),
    backup: (key) => backup(desk, key),
    run: (command) => runCommand(desk, command),
    watch: (query, onView) => {
      const id = desk.nextId++;
      desk.watchers.set(id, onView);
      handle(desk, { type: "watch", id, query });
      return () => {
        if (desk.watchers.delete(id)) handle(desk, { type: "unwatch", id });
      };
    },
    stop: async () => {
      close(desk, new Error("the engine was stopped"));
      await renew(desk);
      await options.store.close();
    },
  };
}

function runCommand(desk: Desk, command: Command): Promise<CommandReply> {
  return new Promise((resolve, reject) => {
    if (!desk.isRunning) {
      reject(new Error("the engine does not run"));
      return;
    }
    const id = desk.nextId++;
    desk.waiting.set(id, { resolve, reject });
    handle(desk, { type: "command", id, command });
  });
}

/** Brings an event to the machine; one that comes while it is inside waits until it is out. */
function handle(desk: Desk, event: EngineEvent): void {
  if (!desk.isRunning) return;
  desk.events.push(event);
  if (desk.isStepping) return;
  desk.isStepping = true;
  try {
    for (let next = desk.events.shift(); next; next = desk.events.shift())
      stepOnce(desk, next);
  } catch (fault) {
    // EN-5: nothing is known of the state any more. Whatever it was, it is a bug, and whoever runs the engine is told.
    crash(desk, fault);
  } finally {
    desk.isStepping = false;
  }
}

function stepOnce(desk: Desk, event: EngineEvent): void {
  const { now, random, mls, defaultRelay } = desk.options;
  const env = { now: now(), random, mls, defaultRelay };
  const stepped = step(desk.state, event, env);
  desk.state = stepped.state;
  for (const effect of stepped.effects) perform(desk, effect);
}

function crash(desk: Desk, fault: unknown): void {
  if (!desk.isRunning) return;
  close(desk, fault);
  desk.options.onCrash(fault);
}

function close(desk: Desk, reason: unknown): void {
  desk.isRunning = false;
  desk.events.length = 0;
  for (const cancel of desk.timers.values()) cancel();
  for (const socket of desk.sockets.values()) socket.close();
  for (const { reject } of desk.waiting.values()) reject(reason);
  desk.timers.clear();
  desk.sockets.clear();
  desk.waiting.clear();
  desk.watchers.clear();
}

function perform(desk: Desk, effect: Effect): void {
  switch (effect.type) {
    case "read":
    case "commit":
      useStore(desk, effect);
      return;
    case "connect":
    case "send":
    case "disconnect":
      useSocket(desk, effect);
      return;
    case "timer":
      setTimer(desk, effect);
      return;
    case "cancel-timer":
      desk.timers.get(effect.id)?.();
      desk.timers.delete(effect.id);
      return;
    case "reply": {
      const waiting = desk.waiting.get(effect.id);
      assertInvariant(waiting !== undefined, "a command is answered once");
      desk.waiting.delete(effect.id);
      waiting.resolve(effect.reply);
      return;
    }
    case "view":
      desk.watchers.get(effect.id)?.(effect.view);
  }
}

type StoreEffect = Extract<Effect, { type: "read" | "commit" }>;

/** Reads and writes happen one after the other: the machine never has two under way, and must not have to rely on it. */
function useStore(desk: Desk, effect: StoreEffect): void {
  const before = desk.storeWork;
  const work = async (): Promise<void> => {
    await before;
    try {
      handle(desk, await workOf(desk.options.store, effect));
    } catch (fault) {
      crash(desk, fault);
    }
  };
  desk.storeWork = work();
}

/**
 * EN-6: a refused commit wrote nothing, and the machine tries again. A read that fails is a store that is closed, broken or
 * tampered with: nothing can be decided without it, so the engine stops.
 */
async function workOf(store: Store, effect: StoreEffect): Promise<EngineEvent> {
  const { tag } = effect;
  if (effect.type === "read")
    return { type: "records", tag, values: await store.read(effect.refs) };
  try {
    await store.commit(effect.writes);
    return { type: "committed", tag };
  } catch {
    return { type: "store-failed", tag };
  }
}

async function* backup(desk: Desk, key: BackupKey): AsyncGenerator<Uint8Array> {
  await untilRunning(desk);
  yield* writeBackup(
    {
      durable: desk.state.durable,
      random: desk.options.random,
      mls: desk.options.mls,
      useStore: (use) => {
        const used = desk.storeWork.then(() => use(desk.options.store));
        desk.storeWork = used.then(
          () => undefined,
          () => undefined,
        );
        return used;
      },
    },
    key,
  );
}

/** Until what is stored has been read; rejects when the engine stops before. */
async function untilRunning(desk: Desk): Promise<void> {
  let waitedFor: Promise<void> | undefined;
  while (desk.state.phase !== "running") {
    // Nothing more is under way, and still nothing is read: a store that refuses its first write.
    if (!desk.isRunning || desk.storeWork === waitedFor)
      throw new Error("the engine does not run");
    waitedFor = desk.storeWork;
    await waitedFor;
  }
}

/** EN-90: again and again, for as long as the engine runs. */
function renewAfter(desk: Desk, ms: number): void {
  if (desk.options.store.renew === undefined) return;
  const cancel = desk.options.setTimer(ms, () => {
    if (!desk.isRunning) return;
    void renew(desk);
    renewAfter(desk, RENEWAL_MS);
  });
  desk.timers.set("driver renewal", cancel);
}

/** Behind the store's work under way. What cannot be renewed now is renewed with the next call: reads and commits tell why. */
function renew(desk: Desk): Promise<void> {
  const { store, now } = desk.options;
  const before = desk.storeWork;
  const work = async (): Promise<void> => {
    await before;
    try {
      await store.renew?.(Math.floor(now() / DAY_MS));
    } catch {
      // Nothing was lost and nothing follows from it.
    }
  };
  desk.storeWork = work();
  return desk.storeWork;
}

type SocketEffect = Extract<
  Effect,
  { type: "connect" | "send" | "disconnect" }
>;

function useSocket(desk: Desk, effect: SocketEffect): void {
  switch (effect.type) {
    case "connect":
      connect(desk, effect);
      return;
    case "send":
      desk.sockets.get(effect.conn)?.send(effect.frame);
      return;
    case "disconnect": {
      const socket = desk.sockets.get(effect.conn);
      desk.sockets.delete(effect.conn);
      socket?.close();
    }
  }
}

function connect(
  desk: Desk,
  { conn, url }: Extract<Effect, { type: "connect" }>,
): void {
  const isCurrent = (): boolean => desk.sockets.has(conn);
  const socket = desk.options.connect(url, {
    onOpen: () => {
      if (isCurrent()) handle(desk, { type: "socket-open", conn });
    },
    onFrame: (frame) => {
      if (isCurrent()) handle(desk, { type: "frame", conn, frame });
    },
    onClose: () => {
      if (desk.sockets.delete(conn))
        handle(desk, { type: "socket-closed", conn });
    },
  });
  desk.sockets.set(conn, socket);
}

function setTimer(
  desk: Desk,
  { id, afterMs }: Extract<Effect, { type: "timer" }>,
): void {
  desk.timers.get(id)?.();
  const cancel = desk.options.setTimer(afterMs, () => {
    if (desk.timers.get(id) !== cancel) return;
    desk.timers.delete(id);
    handle(desk, { type: "timer", id });
  });
  desk.timers.set(id, cancel);
}
