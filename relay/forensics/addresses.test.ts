// A relay keeps no address of anybody: not on its disk, not in its output, and not in memory once the connection has
// ended (docs/spec/forensics.md).

import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { connectClient } from "../src/testing/relay-client.ts";
import { readDisk } from "./support/disk.ts";
import { simulate } from "./support/population.ts";
import {
  namesFound,
  textCanary,
  withoutBodies,
  type Canary,
} from "./support/search.ts";
import { openTap } from "./support/tap.ts";
import {
  startWatchedRelay,
  type Memory,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

interface Traces {
  readonly running: Uint8Array;
  readonly output: Uint8Array;
  readonly memory: Memory;
  readonly addresses: readonly Canary[];
  /** As a socket has them: too short to be searched for in all of memory. */
  readonly packed: readonly Canary[];
}

async function start(watch: {
  readonly leak?: string | undefined;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<WatchedRelay> {
  const relay = await startWatchedRelay(watch);
  relays.push(relay);
  return relay;
}

/** People from many addresses come, live and go. */
async function leaveTraces(leak?: string, users = 4): Promise<Traces> {
  const relay = await start({ leak });
  const world = await simulate(relay.port, { users, circles: 2 });
  const from = world.users.map(({ address }) => address);
  const sent = [world.entries, world.messages, world.deleted, world.parts];
  const running = withoutBodies(
    readDisk(relay.dataFolder),
    sent.flat().map(({ body }) => body),
  );
  await world.close();
  // The relay hears of the last end.
  await setTimeout(100);
  return {
    running,
    output: relay.output(),
    memory: await relay.memory(),
    addresses: from.flatMap(writingsOf),
    packed: from.map((address) => ({ name: "packed", bytes: pack(address) })),
  };
}

function writingsOf(address: string): Canary[] {
  const packed = pack(address);
  // ::ffff:127.77.101.203 without the zeros before it, which are everywhere.
  const mapped = [Buffer.from([255, 255]), packed];
  return [
    textCanary("address", address),
    textCanary("address", address.replaceAll(".", "-")),
    textCanary("number", String(packed.readUInt32BE())),
    { name: "mapped", bytes: Buffer.concat(mapped) },
  ];
}

function pack(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

describe("a relay that people from many addresses have used", () => {
  it("[FO-11] has none of them on its disk, in its output or in its memory", async () => {
    const { running, output, memory, addresses, packed } = await leaveTraces(
      undefined,
      12,
    );
    expect(namesFound(running, [...addresses, ...packed])).toEqual([]);
    expect(namesFound(output, [...addresses, ...packed])).toEqual([]);
    expect(namesFound(memory.heap, addresses)).toEqual([]);
    expect(namesFound(memory.views, addresses)).toEqual([]);
  });

  it("[FO-11] has none that a proxy in front told it", async () => {
    const relay = await start({ settings: { HALQA_PROXY: "127.0.0.1" } });
    const told = ["203.0.113.77", "2001:db8:7:77::77"];
    for (const address of told) {
      const headers = [`X-Forwarded-For: ${address}`, `X-Real-IP: ${address}`];
      const tap = await openTap(relay.port, { headers });
      const client = await connectClient(tap.port);
      await client.close();
      await tap.close();
    }
    await setTimeout(100);
    const { heap, views } = await relay.memory();
    const canaries = told.map((address) => textCanary("address", address));
    const output = relay.output();
    for (const place of [readDisk(relay.dataFolder), output, heap, views]) {
      expect(namesFound(place, canaries)).toEqual([]);
    }
  });
});

describe("a leak", () => {
  it("[FO-11] of addresses into the output is found", async () => {
    const { output, addresses } = await leaveTraces("address-in-output");
    expect(namesFound(output, addresses)).toContain("address as bytes");
  });

  it("[FO-11] of addresses onto the disk is found", async () => {
    const { running, addresses } = await leaveTraces("address-on-disk");
    expect(namesFound(running, addresses)).toContain("address as bytes");
  });

  it("[FO-11] of packed addresses onto the disk is found", async () => {
    const { running, packed } = await leaveTraces("packed-address-on-disk");
    expect(namesFound(running, packed)).toContain("packed as bytes");
  });

  it("[FO-11] of addresses that are kept in memory is found", async () => {
    const { memory, addresses } = await leaveTraces("address-in-memory");
    expect(namesFound(memory.heap, addresses)).toContain("address as bytes");
  });
});
