// What it costs to give a message to many, beside plain `ws.send`; durable appends from end to end; what a connection
// costs that does nothing; how late the event loop is. `npm run bench -- fan-out`.

import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Bench, BenchCase, BenchSubject } from "@halqa/testkit";
import { frameOf } from "../src/testing/relay-client.ts";
import { openAppendLoad, type AppendLoad } from "./fan-out/append-load.ts";
import {
  installedBrokers,
  startBroker,
  type Broker,
} from "./fan-out/brokers.ts";
import {
  clientMessage,
  createMeter,
  headLength,
  openPeer,
  openPeers,
  openPlainPeer,
  type Meter,
  type Peer,
} from "./fan-out/peers.ts";
import { appendMessages, openRoom } from "./fan-out/relay-room.ts";
import {
  startBenchRelay,
  startHub,
  type ServerProcess,
} from "./fan-out/server-process.ts";

const ROOMS = [100, 1_000, 5_000];
// More rooms of thousands would be more file handles than most processes may have.
const MOST_OF_OTHERS = 1_000;
const SIZES = [1_024, 4_096];
const BURST = 8;
// A system counts processor time in steps of 10 ms.
const DELIVERIES_A_SAMPLE = 5_000;
const APPENDS = 5_000;
const IDLE = 4_000;

export const bench: Bench = {
  name: "fan-out",
  setup: async () => {
    // First, because its connections are closed again: those of the rooms stay open, and a process may have so many.
    const idle = await idleCases();
    const cases: BenchCase[] = [];
    for (const readers of ROOMS) {
      cases.push(...(await roomCases(readers)));
    }
    return [...cases, ...(await appendCases()), ...idle];
  },
};

/** A server with readers, and how to have `count` messages given to all of them. */
interface Room {
  readonly name: string;
  /** Processor time that the server has taken so far, in microseconds. */
  readonly cpuUs: () => Promise<number> | number;
  readonly meter: Meter;
  /** Bytes that a reader gets for a message of this size. */
  readonly deliveryLength: (size: number) => number;
  readonly publish: (size: number, count: number) => void;
  readonly sizes: readonly number[];
}

async function roomCases(readers: number): Promise<BenchCase[]> {
  const rooms = [
    await openHubRoom("halqa", readers),
    await openHubRoom("ws.send", readers),
    ...(readers > MOST_OF_OTHERS ? [] : await openOtherRooms(readers)),
  ];
  return SIZES.flatMap((size) =>
    [1, BURST].flatMap((count) => fanOutCases(rooms, { readers, size, count })),
  );
}

async function openOtherRooms(readers: number): Promise<readonly Room[]> {
  const rooms = [await openRelayRoom(readers)];
  for (const broker of installedBrokers()) {
    rooms.push(await openBrokerRoom(broker, readers));
  }
  return rooms;
}

async function openHubRoom(
  name: "halqa" | "ws.send",
  readers: number,
): Promise<Room> {
  const server = await startHub(name === "halqa" ? "halqa" : "ws");
  const meter = createMeter();
  await openPeers(server.port, readers, { meter });
  const publisher = await openPeer(server.port, createMeter());
  const room: Room = {
    name,
    cpuUs: () => cpuOf(server),
    meter,
    deliveryLength: (size) => size + headLength(size),
    sizes: SIZES,
    publish: (size, count) => {
      const message = clientMessage(randomBytes(size));
      publisher.socket.write(Buffer.concat(Array(count).fill(message)));
    },
  };
  await warmUp(room, readers);
  return room;
}

async function cpuOf(server: ServerProcess): Promise<number> {
  return (await server.usage()).cpuUs;
}

async function openBrokerRoom(broker: Broker, readers: number): Promise<Room> {
  const { port, cpuUs } = await startBroker(broker);
  const meter = createMeter();
  const open = broker.isWebSocket ? openPeer : openPlainPeer;
  const peers = await openPeers(port, readers, { meter, open });
  const publisher = await open(port, createMeter());
  for (const { socket } of [...peers, publisher]) socket.write(broker.greet);
  await setTimeout(500);
  for (const { socket } of peers) socket.write(broker.follow);
  // What it says to that is no delivery.
  await setTimeout(500);
  const room: Room = {
    name: broker.name,
    cpuUs,
    meter,
    deliveryLength: broker.deliveryLength,
    sizes: SIZES,
    publish: (size, count) => {
      const message = broker.publish(randomBytes(size));
      publisher.socket.write(Buffer.concat(Array(count).fill(message)));
    },
  };
  await warmUp(room, readers);
  return room;
}

/** A server that has just started is compiled while it works. */
async function warmUp(room: Room, readers: number): Promise<void> {
  const [size = 0] = room.sizes;
  const bytes = readers * room.deliveryLength(size);
  for (let i = 0; i < 50_000 / readers; i++) {
    const done = room.meter.awaits(bytes);
    room.publish(size, 1);
    await done;
  }
}

/** As it is used: signed, stored and synced to the disk before anybody gets it. */
async function openRelayRoom(readers: number): Promise<Room> {
  const server = await startBenchRelay();
  const meter = createMeter();
  const { log, writer } = await openRoom(server.port, readers, meter);
  return {
    name: "halqa, stored first",
    cpuUs: () => cpuOf(server),
    meter,
    deliveryLength: (size) => size + headLength(size),
    // No frame of the protocol is smaller.
    sizes: [4_096],
    publish: (_, count) => writer.socket.write(appendMessages(log, count)),
  };
}

/** How long until all have it, and what it costs the server. */
function fanOutCases(
  rooms: readonly Room[],
  what: {
    readonly readers: number;
    readonly size: number;
    readonly count: number;
  },
): BenchCase[] {
  const { readers, size, count } = what;
  const pace = count === 1 ? "one" : `${count} at once`;
  const name = `${count === 1 ? "" : `${pace}, `}${size / 1_024} KiB to ${readers.toLocaleString("en")}`;
  const measured = rooms
    .filter(({ sizes }) => sizes.includes(size))
    .map((room) => measureRoom(room, what));
  return [
    {
      case: name,
      unit: "ms",
      // Thousands of readers take a second.
      runs: readers > 1_000 ? 5 : 11,
      subjects: measured.map(({ timed }) => timed),
    },
    {
      case: `${name}: processor a delivery`,
      unit: "us",
      subjects: measured.map(({ cost }) => cost),
    },
  ];
}

function measureRoom(
  { name, cpuUs, meter, publish, deliveryLength }: Room,
  what: {
    readonly readers: number;
    readonly size: number;
    readonly count: number;
  },
): { readonly timed: BenchSubject; readonly cost: BenchSubject } {
  const { readers, size, count } = what;
  const deliveries = readers * count;
  const iterations = Math.ceil(DELIVERIES_A_SAMPLE / deliveries);
  let first: number | undefined;
  let last = 0;
  let samples = 0;
  return {
    timed: {
      name,
      iterations,
      before: async () => {
        // What the samples before have cost: this is the first moment that is not timed.
        last = await cpuUs();
        if (first === undefined) first = last;
        else samples += 1;
      },
      run: async () => {
        const done = meter.awaits(deliveries * deliveryLength(size));
        publish(size, count);
        await done;
      },
    },
    cost: {
      name,
      // Read when the case above has been measured.
      get value() {
        return (last - (first ?? 0)) / (samples * iterations * deliveries);
      },
    },
  };
}

async function appendCases(): Promise<BenchCase[]> {
  const server = await startBenchRelay();
  const load = await openAppendLoad(server.port, { writers: 64, inFlight: 16 });
  const name = `${APPENDS.toLocaleString("en")} appends of 4 KiB, durable, 64 writers`;
  let delayMs = 0;
  const appends: BenchSubject = {
    name: "halqa",
    before: async () => {
      ({ delayMs } = await server.usage());
      server.reset();
    },
    run: () => load.run(APPENDS),
  };
  const delay: BenchSubject = {
    name: "halqa",
    get value() {
      return delayMs;
    },
  };
  const steady = { name: "halqa", value: await steadyDelay(server, load) };
  return [
    { case: name, unit: "ms", runs: 7, subjects: [appends] },
    { case: `${name}: ${DELAY}`, unit: "ms", subjects: [delay] },
    {
      case: `${STEADY.toLocaleString("en")} appends a second: ${DELAY}`,
      unit: "ms",
      subjects: [steady],
    },
  ];
}

const DELAY = "delay of the event loop, 99 of 100";
const STEADY = 2_000;
const STEP_MS = 20;

/** How late the event loop is under a load that it can bear for ever. */
async function steadyDelay(
  server: ServerProcess,
  load: AppendLoad,
): Promise<number> {
  await load.run(APPENDS);
  server.reset();
  for (let at = 0; at < 3_000; at += STEP_MS) {
    await Promise.all([
      setTimeout(STEP_MS),
      load.run((STEADY * STEP_MS) / 1_000),
    ]);
  }
  return (await server.usage()).delayMs;
}

async function idleCases(): Promise<BenchCase[]> {
  const measured = [
    { name: "halqa", ...(await idleCosts(await startBenchRelay(), hello())) },
    { name: "ws", ...(await idleCosts(await startHub("ws"))) },
  ];
  const name = `a connection of ${IDLE.toLocaleString("en")} that do nothing`;
  const caseOf = (what: string, of: "rss" | "used"): BenchCase => ({
    case: `${name}: ${what}`,
    unit: "KB",
    subjects: measured.map((one) => ({ name: one.name, value: one[of] })),
  });
  return [
    caseOf("memory of the process", "rss"),
    caseOf("in use of JavaScript", "used"),
  ];
}

/** Kilobytes for each connection. */
async function idleCosts(
  server: ServerProcess,
  first?: Buffer,
): Promise<{ readonly rss: number; readonly used: number }> {
  // What the first ones make the server allocate is not theirs.
  const early = await openIdle(server, { count: 200, first });
  const before = await server.usage();
  const idle = await openIdle(server, { count: IDLE, first });
  const after = await server.usage();
  for (const { socket } of [...early, ...idle]) socket.destroy();
  const each = (of: "rssBytes" | "usedBytes"): number =>
    (after[of] - before[of]) / IDLE / 1_024;
  return { rss: each("rssBytes"), used: each("usedBytes") };
}

/** What a connection to the relay says first. The other server would give it to everyone. */
function hello(): Buffer {
  const nonce = Uint8Array.from(randomBytes(32));
  return clientMessage(frameOf({ type: "hello", request: 1, nonce }));
}

/** Connections that say nothing after that. */
async function openIdle(
  server: ServerProcess,
  what: { readonly count: number; readonly first: Buffer | undefined },
): Promise<readonly Peer[]> {
  const opened: Peer[] = [];
  for (let left = what.count; left > 0; left -= 100) {
    const peers = await openPeers(server.port, Math.min(100, left), {
      meter: createMeter(),
    });
    opened.push(...peers);
    if (what.first === undefined) continue;
    for (const { socket } of peers) socket.write(what.first);
  }
  await setTimeout(500);
  server.collect();
  return opened;
}
