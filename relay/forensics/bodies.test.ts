// What is stored of a body is what the client sent, and what the client sent is noise (docs/spec/forensics.md).

import { BODY_SIZES } from "@halqa/protocol";
import { encodeHex } from "@halqa/bytes";
import { afterAll, describe, expect, it } from "vitest";
import { sha256 } from "../src/node/node-crypto.ts";
import { gatherCrowd } from "./support/crowd.ts";
import { blobsIn, readRows } from "./support/disk.ts";
import { say, simulate } from "./support/population.ts";
import { chiSquaredAt, chiSquaredBound } from "./support/statistics.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

async function start(leak?: string): Promise<WatchedRelay> {
  const relay = await startWatchedRelay({ leak });
  relays.push(relay);
  return relay;
}

/** The bodies on disk of one size. */
function storedBodies(relay: WatchedRelay, size: number): Uint8Array[] {
  return readRows(relay.dataFolder)
    .flatMap(blobsIn)
    .filter(({ length }) => length === size);
}

/** The lengths of all that is longer than an id and is no list of hashes. */
function storedLengths(relay: WatchedRelay): readonly number[] {
  const lengths = readRows(relay.dataFolder)
    .flatMap(blobsIn)
    .map(({ length }) => length)
    .filter((length) => length > 32 && !HASH_LISTS.includes(length));
  return [...new Set(lengths)].toSorted((a, b) => a - b);
}

const HASH_LISTS = [4 * 32, 16 * 32];

/** Offsets at which the octets of bodies are not spread as chance does. */
function oddOffsets(bodies: readonly Uint8Array[]): readonly number[] {
  const bound = chiSquaredBound(255);
  return Array.from({ length: BODY_SIZES[0] }, (_, offset) => offset).filter(
    (offset) => chiSquaredAt(bodies, offset) > bound,
  );
}

const CROWD = { connections: 8, logsEach: 16, entriesEach: 16 };

describe("bodies on the disk of a relay", () => {
  it("[FO-5] are spread at every offset as chance does", async () => {
    const relay = await start();
    const { entries } = await gatherCrowd(relay.port, CROWD);
    expect(entries.length).toBeGreaterThanOrEqual(2_000);
    await relay.stop();
    const stored = storedBodies(relay, BODY_SIZES[0]);
    expect(stored.length).toBe(entries.length);
    expect(oddOffsets(stored)).toEqual([]);
  });

  it("[FO-6] have the sizes of the protocol and are what was sent", async () => {
    const relay = await start();
    const world = await simulate(relay.port, {
      users: 4,
      circles: 2,
      blobs: 2,
    });
    const [user] = world.users;
    const [log] = world.logs;
    if (user === undefined || log === undefined) throw new Error("nobody");
    for (const size of BODY_SIZES) {
      await say(world, user, { log, size });
    }
    await world.close();
    await relay.stop();
    expect(storedLengths(relay)).toEqual([...BODY_SIZES]);
    const { entries, messages, parts } = world;
    const sent = digests(
      [...entries, ...messages, ...parts].map(({ body }) => body),
    );
    const stored = BODY_SIZES.flatMap((size) => storedBodies(relay, size));
    expect(digests(stored)).toEqual(sent);
  });
});

function digests(bodies: readonly Uint8Array[]): readonly string[] {
  return bodies.map((body) => encodeHex(sha256(body))).toSorted();
}

describe("a leak", () => {
  it.each(["version-in-bodies", "length-in-bodies", "uptime-in-bodies"])(
    "[FO-5] of %s is found",
    async (leak) => {
      const relay = await start(leak);
      const few = { connections: 4, logsEach: 8, entriesEach: 64 };
      await gatherCrowd(relay.port, few);
      await relay.stop();
      expect(oddOffsets(storedBodies(relay, BODY_SIZES[0]))).not.toEqual([]);
    },
  );

  it("[FO-6] of lengths is found", async () => {
    const relay = await start("unpadded-on-disk");
    await gatherCrowd(relay.port, {
      connections: 1,
      logsEach: 2,
      entriesEach: 4,
    });
    await relay.stop();
    expect(storedLengths(relay)).not.toEqual([...BODY_SIZES].slice(0, 1));
  });
});
