/**
 * A world of engines for tests: devices with disks that keep what was committed, the real relay core, a clock that a test
 * moves, no sockets and no promises. One seed gives one history. A device can be dropped after any of its effects, as a
 * killed process would be, and started again from its disk.
 */
import { assertInvariant } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import { refKey } from "../step/job.ts";
import type { DefaultRelay } from "../step/env.ts";
import type { Effect, EngineEvent } from "../step/event.ts";
import { createEngineState } from "../step/state.ts";
import type { EngineState } from "../step/state.ts";
import { step } from "../step/step.ts";
import type { Command, CommandReply, CommandValue } from "../views/command.ts";
import type { Query, View } from "../views/view.ts";
import { createSimulatedRelay } from "./simulated-relay.ts";
import type { SimulatedRelay } from "./simulated-relay.ts";

await ready;

export interface Device {
  readonly name: string;
  readonly random: SeededRandom;
  /** What was committed, by record name. */
  readonly disk: Map<string, Uint8Array>;
  state: EngineState;
  isRunning: boolean;
  isOnline: boolean;
  /** What it sends is lost on the way. */
  isMute: boolean;
  /** What it sends stays on the way until `releaseDelayed`, also when its connection has ended. */
  isDelayed: boolean;
  /** Writes are refused, reads go on. */
  isDiskFull: boolean;
  readonly timers: Map<string, number>;
  /** Connections of the world by the device's numbers. */
  readonly conns: Map<number, number>;
  readonly replies: Map<number, CommandReply>;
  readonly views: Map<number, View>;
  /** Effects carried out since the world began. */
  effects: number;
  /** The device is dropped after so many effects. */
  crashAt: number | undefined;
  nextId: number;
  /** Counts the starts: what was under way for an earlier one comes to nothing. */
  life: number;
}

export interface World {
  readonly relay: SimulatedRelay;
  /** By address, the first one included. */
  readonly relays: Map<string, SimulatedRelay>;
  /** Relays that nobody reaches, by address. */
  readonly dead: Set<string>;
  /** Which relay a connection leads to. */
  readonly ends: Map<number, SimulatedRelay>;
  readonly devices: Map<string, Device>;
  readonly random: SeededRandom;
  now: number;
  /** Lanes of things that happen in order; which lane goes on next is drawn. */
  readonly lanes: Map<string, (() => void)[]>;
  nextConn: number;
  readonly delayed: Uint8Array[];
  onStep: ((step: RecordedStep) => void) | undefined;
  onEffect: ((device: string, effect: Effect) => void) | undefined;
  /** What devices are told to found circles at. */
  defaultRelay: DefaultRelay | undefined;
}

/** What a step was given. */
export interface RecordedStep {
  readonly device: string;
  readonly state: EngineState;
  readonly event: EngineEvent;
}

let worldsMade = 0;
const START = Date.UTC(2026, 10, 23, 9);
const RELAY_URL = "wss://relay.example/";

/** A world with these devices, all running and online; none has a profile yet. */
export function createWorld(seed: string, ...names: readonly string[]): World {
  // Two worlds of one test with one seed would seal under the same keys and nonces, which the nonce watch reports.
  worldsMade++;
  const random = createSeededRandom(`engine/${seed}/${worldsMade}`);
  const relay = createSimulatedRelay(`${seed}/${worldsMade}`, RELAY_URL);
  const world: World = {
    relay,
    relays: new Map([[relay.url, relay]]),
    dead: new Set(),
    ends: new Map(),
    devices: new Map(),
    random,
    now: START,
    lanes: new Map(),
    nextConn: 1,
    delayed: [],
    onStep: undefined,
    onEffect: undefined,
    defaultRelay: { url: relay.url, relayPub: relay.relayPub },
  };
  for (const name of names) addDevice(world, name);
  settle(world);
  return world;
}

/** One more relay, under an address of its own. */
export function addRelay(world: World, name: string): SimulatedRelay {
  const relay = createSimulatedRelay(
    `${name}/${worldsMade}`,
    `wss://${name}.example/`,
  );
  world.relays.set(relay.url, relay);
  return relay;
}

/** Nobody reaches the relay any more, or all do again. */
export function setDead(world: World, url: string, isDead: boolean): void {
  if (isDead) world.dead.add(url);
  else world.dead.delete(url);
  world.relays.get(url)?.restart();
  settle(world);
  advance(world, 200_000);
}

export function addDevice(world: World, name: string): Device {
  const device: Device = {
    name,
    random: world.random.fork(name),
    disk: new Map(),
    state: createEngineState(),
    isRunning: false,
    isOnline: true,
    isMute: false,
    isDelayed: false,
    isDiskFull: false,
    timers: new Map(),
    conns: new Map(),
    replies: new Map(),
    views: new Map(),
    effects: 0,
    crashAt: undefined,
    nextId: 1,
    life: 0,
  };
  world.devices.set(name, device);
  start(world, name);
  return device;
}

export function deviceOf(world: World, name: string): Device {
  const device = world.devices.get(name);
  assertInvariant(device !== undefined, `${name} is in the world`);
  return device;
}

/** Starts a device from its disk. */
export function start(world: World, name: string): void {
  const device = deviceOf(world, name);
  assertInvariant(!device.isRunning, `${name} does not run`);
  device.isRunning = true;
  device.life++;
  device.state = createEngineState();
  tell(world, device, { type: "start" });
}

/** Drops a device as it is: its disk stays, everything else is gone. */
export function crash(world: World, name: string): void {
  const device = deviceOf(world, name);
  device.isRunning = false;
  device.crashAt = undefined;
  device.timers.clear();
  device.views.clear();
  for (const conn of device.conns.values()) closeConn(world, conn);
  device.conns.clear();
}

export function restart(world: World, name: string): void {
  if (deviceOf(world, name).isRunning) crash(world, name);
  start(world, name);
  settle(world);
}

/** Takes a device off the network or back. */
export function setOnline(world: World, name: string, isOnline: boolean): void {
  const device = deviceOf(world, name);
  device.isOnline = isOnline;
  if (isOnline) {
    advance(world, 200_000);
    return;
  }
  for (const [conn, inWorld] of device.conns) {
    closeConn(world, inWorld);
    tell(world, device, { type: "socket-closed", conn });
  }
  device.conns.clear();
  settle(world);
}

/** Stops the relay and starts it again on its store. */
export function restartRelay(world: World): void {
  world.relay.restart();
  settle(world);
  advance(world, 200_000);
}

/** A command, settled: what it was answered. */
export function run(
  world: World,
  name: string,
  command: Command,
): CommandReply | undefined {
  const id = begin(world, name, command);
  settle(world);
  return deviceOf(world, name).replies.get(id);
}

/** A command that must be granted. */
export function must(
  world: World,
  name: string,
  command: Command,
): CommandValue {
  const reply = run(world, name, command);
  if (reply?.ok === true) return reply.value;
  throw new Error(
    `${name}: ${command.command} gave ${reply?.error ?? "no answer"}`,
  );
}

/** Shows every step before it is made. */
export function watchSteps(
  world: World,
  onStep: (step: RecordedStep) => void,
): void {
  world.onStep = onStep;
}

/** What was delayed arrives, on the connection that its sender has now. */
export function releaseDelayed(world: World, name: string): void {
  const [conn] = deviceOf(world, name).conns.values();
  assertInvariant(conn !== undefined, `${name} is connected`);
  for (const frame of world.delayed.splice(0))
    world.ends.get(conn)?.frame(conn, frame);
  settle(world);
}

/** Shows every effect before it is carried out. */
export function watchEffects(
  world: World,
  onEffect: (device: string, effect: Effect) => void,
): void {
  world.onEffect = onEffect;
}

/** Gives a command without waiting for anything. */
export function begin(world: World, name: string, command: Command): number {
  const device = deviceOf(world, name);
  const id = device.nextId++;
  tell(world, device, { type: "command", id, command });
  return id;
}

/** What a device shows for a query, when nothing is left to happen. */
export function look<Q extends Query>(
  world: World,
  name: string,
  query: Q,
): Extract<View, { view: Q["query"] }> {
  const view = tryLook(world, name, query);
  if (view === undefined) throw new Error(`${name} shows no ${query.query}`);
  return view;
}

export function tryLook<Q extends Query>(
  world: World,
  name: string,
  query: Q,
): Extract<View, { view: Q["query"] }> | undefined {
  const device = deviceOf(world, name);
  const id = device.nextId++;
  tell(world, device, { type: "watch", id, query });
  settle(world);
  const view = device.views.get(id);
  tell(world, device, { type: "unwatch", id });
  settle(world);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a query is answered by the view of its name
  return view as Extract<View, { view: Q["query"] }> | undefined;
}

/** Lets happen what can happen without time going on. */
export function settle(world: World): void {
  for (let steps = 0; ; steps++) {
    assertInvariant(steps < 1_000_000, "the world comes to rest");
    const waiting = [...world.lanes].filter(([, lane]) => lane.length > 0);
    if (waiting.length === 0) return;
    const [, lane] = world.random.pick(waiting);
    lane.shift()?.();
  }
}

/** Moves time on by much: all devices are off meanwhile. */
export function skip(world: World, ms: number): void {
  const names = [...world.devices.keys()];
  for (const name of names) crash(world, name);
  world.now += ms;
  for (const name of names) start(world, name);
  settle(world);
}

/** Moves time on; timers that become due run in their order. */
export function advance(world: World, ms: number): void {
  const end = world.now + ms;
  settle(world);
  for (;;) {
    const due = nextTimer(world, end);
    if (due === undefined) break;
    world.now = Math.max(world.now, due.at);
    due.device.timers.delete(due.id);
    tell(world, due.device, { type: "timer", id: due.id });
    settle(world);
  }
  world.now = end;
}

interface DueTimer {
  readonly device: Device;
  readonly id: string;
  readonly at: number;
}

function nextTimer(world: World, end: number): DueTimer | undefined {
  let next: DueTimer | undefined;
  for (const device of world.devices.values()) {
    for (const [id, at] of device.timers) {
      if (at <= end && (next === undefined || at < next.at))
        next = { device, id, at };
    }
  }
  return next;
}

/** One event for a device, and its effects, each of which may be the last one. */
export function tell(world: World, device: Device, event: EngineEvent): void {
  if (!device.isRunning) return;
  world.onStep?.({ device: device.name, state: device.state, event });
  const stepped = step(device.state, event, {
    now: world.now,
    random: device.random.bytes,
    mls,
    defaultRelay: world.defaultRelay,
  });
  device.state = stepped.state;
  for (const effect of stepped.effects) {
    world.onEffect?.(device.name, effect);
    perform(world, device, effect);
    device.effects++;
    if (device.crashAt === undefined || device.effects < device.crashAt)
      continue;
    crash(world, device.name);
    return;
  }
}

/** Something that happens later to this life of the device. */
function later(
  world: World,
  device: Device,
  o: { readonly lane: string; readonly event: EngineEvent },
): void {
  const { life } = device;
  const key = `${device.name}/${life}/${o.lane}`;
  const lane = world.lanes.get(key) ?? [];
  world.lanes.set(key, lane);
  lane.push(() => {
    if (device.life === life) tell(world, device, o.event);
  });
}

function perform(world: World, device: Device, effect: Effect): void {
  switch (effect.type) {
    case "read":
    case "commit":
      useDisk(world, device, effect);
      return;
    case "connect":
      connect(world, device, effect);
      return;
    case "send":
      send(world, device, effect);
      return;
    case "disconnect":
      disconnect(world, device, effect.conn);
      return;
    case "timer":
      device.timers.set(effect.id, world.now + effect.afterMs);
      return;
    case "cancel-timer":
      device.timers.delete(effect.id);
      return;
    case "reply":
      device.replies.set(effect.id, effect.reply);
      return;
    case "view":
      device.views.set(effect.id, effect.view);
  }
}

function useDisk(
  world: World,
  device: Device,
  effect: Extract<Effect, { type: "read" | "commit" }>,
): void {
  const { tag } = effect;
  if (effect.type === "read") {
    const values = effect.refs.map((ref) => device.disk.get(refKey(ref)));
    const event = { type: "records", tag, values } as const;
    later(world, device, { lane: "store", event });
    return;
  }
  if (device.isDiskFull) {
    const event = { type: "store-failed", tag } as const;
    later(world, device, { lane: "store", event });
    return;
  }
  for (const { ref, value } of effect.writes) {
    if (value === undefined) device.disk.delete(refKey(ref));
    else device.disk.set(refKey(ref), value);
  }
  const event = { type: "committed", tag } as const;
  later(world, device, { lane: "store", event });
}

function disconnect(world: World, device: Device, conn: number): void {
  const inWorld = device.conns.get(conn);
  if (inWorld !== undefined) closeConn(world, inWorld);
  device.conns.delete(conn);
}

function closeConn(world: World, conn: number): void {
  world.ends.get(conn)?.close(conn);
}

function connect(
  world: World,
  device: Device,
  { conn, url }: Extract<Effect, { type: "connect" }>,
): void {
  const lane = `from/${conn}`;
  const relay = world.dead.has(url) ? undefined : world.relays.get(url);
  if (!device.isOnline || relay === undefined) {
    later(world, device, { lane, event: { type: "socket-closed", conn } });
    return;
  }
  const inWorld = world.nextConn++;
  const { life } = device;
  device.conns.set(conn, inWorld);
  world.ends.set(inWorld, relay);
  relay.connect(inWorld, {
    onFrame: (frame) => {
      if (device.life === life)
        later(world, device, { lane, event: { type: "frame", conn, frame } });
    },
    onClose: () => {
      if (device.life !== life) return;
      device.conns.delete(conn);
      later(world, device, { lane, event: { type: "socket-closed", conn } });
    },
  });
  later(world, device, { lane, event: { type: "socket-open", conn } });
}

/** What was sent is on its way even when its sender is dropped. */
function send(
  world: World,
  device: Device,
  { conn, frame }: Extract<Effect, { type: "send" }>,
): void {
  const inWorld = device.conns.get(conn);
  if (inWorld === undefined) return;
  if (device.isMute) return;
  if (device.isDelayed) {
    world.delayed.push(frame);
    return;
  }
  const key = `to/${inWorld}`;
  const lane = world.lanes.get(key) ?? [];
  world.lanes.set(key, lane);
  lane.push(() => world.ends.get(inWorld)?.frame(inWorld, frame));
}
