// Giving a message to many: how long until all have it, and what it costs the server, beside plain `ws.send` and the
// brokers that are installed.

import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { BenchCase, BenchSubject } from "@halqa/testkit";
import { installedBrokers, startBroker, type Broker } from "./brokers.ts";
import {
  clientMessage,
  createMeter,
  headLength,
  openPeer,
  openPeers,
  openPlainPeer,
  type Meter,
} from "./peers.ts";
import { appendMessages, openRoom } from "./relay-room.ts";
import {
  startBenchRelay,
  startHub,
  type ServerProcess,
} from "./server-process.ts";

const ROOMS = [100, 1_000, 5_000];
// More rooms of thousands would be more file handles than most processes may have.
const MOST_OF_OTHERS = 1_000;
const SIZES = [1_024, 4_096];
const BURST = 8;
// A system counts processor time in steps of 10 ms.
const DELIVERIES_A_SAMPLE = 5_000;

/** Rooms of three sizes, messages of two, one at a time and in bursts. */
export async function fanOutCases(): Promise<readonly BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const readers of ROOMS) cases.push(...(await roomCases(readers)));
  return cases;
}

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
    [1, BURST].flatMap((count) => casesFor(rooms, { readers, size, count })),
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
function casesFor(
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
