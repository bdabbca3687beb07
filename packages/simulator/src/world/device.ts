/**
 * A device of a simulated world: the real machine, a disk that outlives it, timers, and a screen on which somebody always
 * looks at every circle. It can end after any single effect, as a killed process does (SI-3).
 */
import { assertInvariant } from "@halqa/bytes";
import { createEngineState, step } from "@halqa/engine/machine";
import type { Effect, EngineEvent } from "@halqa/engine/machine";
import type { Command, CommandReply, Query, View } from "@halqa/engine";
import { mlsHeardBy } from "./overheard-mls.ts";
import { createDisk, readDisk, writeDisk } from "./disk.ts";
import { closeWire, openWire, sendUp } from "./network.ts";
import type { SimRelay } from "./relay.ts";
import { SimFault, tellLog } from "./sim.ts";
import type { Screen, Sim, SimDevice } from "./sim.ts";

const STORE_MS = 3;
const TIMELINE = 300;

/** A device with an empty disk, off. */
export function addDevice(sim: Sim, home: SimRelay): SimDevice {
  const index = sim.devices.length;
  const name = `p${index}`;
  const device: SimDevice = {
    index,
    name,
    random: sim.random.fork(`device/${name}`),
    disk: createDisk(),
    home: { url: home.url, relayPub: home.relayPub },
    state: createEngineState(),
    isRunning: false,
    isOnline: true,
    frozenUntil: 0,
    skew: 0,
    timers: new Map(),
    wires: new Map(),
    given: new Map(),
    queries: new Map(),
    screen: emptyScreen(),
    effects: 0,
    crashAt: undefined,
    nextId: 1,
    life: 0,
    storeTo: 0,
    wasRestored: false,
    waiting: [],
  };
  sim.devices.push(device);
  return device;
}

export function emptyScreen(): Screen {
  return { app: undefined, circles: new Map(), timelines: new Map() };
}

/** Starts it from its disk, where it is off. */
export function start(sim: Sim, device: SimDevice): void {
  if (device.isRunning) return;
  tellLog(sim, () => `${device.name} starts`);
  device.isRunning = true;
  device.life++;
  device.state = createEngineState();
  tell(sim, device, { type: "start" });
  watch(sim, device, { query: "app" });
}

/** Ends it as it is: the disk stays, everything else is gone. */
export function crash(sim: Sim, device: SimDevice): void {
  if (!device.isRunning) return;
  tellLog(sim, () => `${device.name} ends`);
  for (const { onCrash } of sim.observers) onCrash?.(device);
  device.isRunning = false;
  device.life++;
  device.crashAt = undefined;
  device.frozenUntil = 0;
  device.waiting.length = 0;
  device.timers.clear();
  device.given.clear();
  device.queries.clear();
  device.screen = emptyScreen();
  for (const conn of device.wires.keys()) closeWire(sim, device, conn);
}

/** Gives a command; false where nobody is there to take it. */
export function give(
  sim: Sim,
  device: SimDevice,
  o: {
    readonly command: Command;
    readonly onReply: (reply: CommandReply) => void;
  },
): boolean {
  if (!device.isRunning) return false;
  const id = device.nextId++;
  device.given.set(id, o);
  tellLog(
    sim,
    () => `${device.name} ${JSON.stringify(o.command).slice(0, 160)}`,
  );
  tell(sim, device, { type: "command", id, command: o.command });
  return true;
}

function watch(sim: Sim, device: SimDevice, query: Query): void {
  const id = device.nextId++;
  device.queries.set(id, query);
  tell(sim, device, { type: "watch", id, query });
}

/** One event for a device, and its effects, each of which may be the last one. */
export function tell(sim: Sim, device: SimDevice, event: EngineEvent): void {
  if (!device.isRunning) return;
  if (device.frozenUntil > sim.agenda.now() || device.waiting.length > 0) {
    wait(sim, device, event);
    return;
  }
  hear(sim, device, event);
}

function hear(sim: Sim, device: SimDevice, event: EngineEvent): void {
  sim.steps++;
  note(sim, device, event);
  const before = device.state;
  const stepped = stepOrFail(sim, device, event);
  device.state = stepped.state;
  for (const { onState } of sim.observers) onState?.(device, before);
  for (const effect of stepped.effects) {
    for (const { onEffect } of sim.observers) onEffect?.(device, effect);
    const { life } = device;
    perform(sim, device, effect);
    device.effects++;
    if (device.life !== life) return;
    if (device.crashAt === undefined || device.effects < device.crashAt)
      continue;
    crash(sim, device);
    return;
  }
}

/** A frozen tab: what comes waits, in its order, until it thaws. */
function wait(sim: Sim, device: SimDevice, event: EngineEvent): void {
  const { life } = device;
  device.waiting.push(event);
  sim.agenda.after(device.frozenUntil - sim.agenda.now(), () => {
    if (device.life === life) thaw(sim, device);
  });
}

/** Lets a device hear what waited, if it is not frozen any more. */
export function thaw(sim: Sim, device: SimDevice): void {
  if (device.frozenUntil > sim.agenda.now()) return;
  const { life } = device;
  for (const event of device.waiting.splice(0))
    if (device.life === life) hear(sim, device, event);
}

function stepOrFail(sim: Sim, device: SimDevice, event: EngineEvent) {
  try {
    return step(device.state, event, {
      now: sim.agenda.now() + device.skew,
      random: (length) => draw(sim, device, length),
      mls: mlsHeardBy(sim, device),
      defaultRelay: device.home,
    });
  } catch (error) {
    if (error instanceof SimFault) throw error;
    const stack =
      error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new SimFault("I0", `${device.name} broke at ${event.type}: ${stack}`);
  }
}

function draw(
  { observers }: Sim,
  device: SimDevice,
  length: number,
): Uint8Array {
  const bytes = device.random.bytes(length);
  for (const { onRandom } of observers) onRandom?.(bytes);
  return bytes;
}

function note(
  { trace, agenda }: Sim,
  device: SimDevice,
  event: EngineEvent,
): void {
  trace.number(agenda.now());
  trace.number(device.index);
  trace.text(event.type);
  if (event.type === "frame") trace.bytes(event.frame);
}

function later(
  sim: Sim,
  device: SimDevice,
  o: { readonly ms: number; readonly event: EngineEvent },
): void {
  const { life } = device;
  sim.agenda.after(o.ms, () => {
    if (device.life === life) tell(sim, device, o.event);
  });
}

function perform(sim: Sim, device: SimDevice, effect: Effect): void {
  switch (effect.type) {
    case "read":
    case "commit":
      useDisk(sim, device, effect);
      return;
    case "connect":
      openWire(sim, device, {
        conn: effect.conn,
        url: effect.url,
        tell: (event) => tell(sim, device, event),
      });
      return;
    case "send":
      sendUp(sim, device, effect);
      return;
    case "disconnect":
      closeWire(sim, device, effect.conn);
      return;
    case "timer":
      setTimer(sim, device, effect);
      return;
    case "cancel-timer":
      device.timers.delete(effect.id);
      return;
    case "reply":
      hearReply(sim, device, effect);
      return;
    case "view":
      show(sim, device, effect);
  }
}

function useDisk(
  sim: Sim,
  device: SimDevice,
  effect: Extract<Effect, { type: "read" | "commit" }>,
): void {
  const { tag } = effect;
  const now = sim.agenda.now();
  device.storeTo = Math.max(device.storeTo, now) + STORE_MS;
  const ms = device.storeTo - now;
  if (effect.type === "read") {
    const values = readDisk(device.disk, effect.refs);
    later(sim, device, { ms, event: { type: "records", tag, values } });
  } else if (device.disk.isFull) {
    later(sim, device, { ms, event: { type: "store-failed", tag } });
  } else {
    for (const { value } of effect.writes)
      if (value !== undefined) sim.trace.number(value.length);
    writeDisk(device.disk, effect.writes);
    later(sim, device, { ms, event: { type: "committed", tag } });
  }
}

function setTimer(
  sim: Sim,
  device: SimDevice,
  { id, afterMs }: Extract<Effect, { type: "timer" }>,
): void {
  assertInvariant(Number.isFinite(afterMs), "a timer has an end");
  const token = device.nextId++;
  const { life } = device;
  device.timers.set(id, token);
  sim.agenda.after(afterMs, () => {
    if (device.life !== life || device.timers.get(id) !== token) return;
    device.timers.delete(id);
    tell(sim, device, { type: "timer", id });
  });
}

function hearReply(
  sim: Sim,
  device: SimDevice,
  { id, reply }: Extract<Effect, { type: "reply" }>,
): void {
  const given = device.given.get(id);
  device.given.delete(id);
  sim.trace.text(reply.ok ? "ok" : reply.error);
  tellLog(
    sim,
    () =>
      `${device.name} ${given?.command.command ?? "?"}: ${reply.ok ? "ok" : reply.error}`,
  );
  given?.onReply(reply);
}

function show(
  sim: Sim,
  device: SimDevice,
  { id, view }: Extract<Effect, { type: "view" }>,
): void {
  const query = device.queries.get(id);
  if (query === undefined) return;
  keepView(sim, device, view);
  for (const { onScreen } of sim.observers) onScreen?.(device, query);
}

function keepView(sim: Sim, device: SimDevice, view: View): void {
  const { screen } = device;
  if (view.view === "circle") screen.circles.set(view.summary.circle, view);
  else if (view.view === "timeline") screen.timelines.set(view.circle, view);
  else if (view.view === "app") {
    screen.app = view;
    for (const { circle } of view.circles) lookInto(sim, device, circle);
  }
}

/** Watches a circle that is new on the screen; not within the step that shows it. */
function lookInto(sim: Sim, device: SimDevice, circle: string): void {
  for (const query of device.queries.values())
    if (query.query !== "app" && "circle" in query && query.circle === circle)
      return;
  for (const query of [
    { query: "circle", circle },
    { query: "timeline", circle, limit: TIMELINE },
  ] as const) {
    const id = device.nextId++;
    device.queries.set(id, query);
    later(sim, device, { ms: 0, event: { type: "watch", id, query } });
  }
}
