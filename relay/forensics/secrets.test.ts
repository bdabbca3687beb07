// What must not be found: what clients keep to themselves, what only a connection has, and what was deleted. The relay is
// the real one; its disk, its output and its memory are searched (docs/spec/forensics.md).

import { setTimeout } from "node:timers/promises";
import { decodeClientFrame, decodeRelayFrame } from "@halqa/protocol";
import { afterAll, describe, expect, it } from "vitest";
import { readDisk } from "./support/disk.ts";
import { simulate, type Population } from "./support/population.ts";
import { namesFound, type Canary } from "./support/search.ts";
import {
  startWatchedRelay,
  type Memory,
  type WatchedRelay,
} from "./support/watched-relay.ts";
import { BINARY, wireMessages } from "./support/wire.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

interface Traces {
  /** While the relay runs, as a thief takes it. */
  readonly running: Uint8Array;
  /** After it has ended. */
  readonly ended: Uint8Array;
  readonly output: Uint8Array;
  readonly memory: Memory;
  readonly kept: readonly Canary[];
  readonly passing: readonly Canary[];
  readonly deleted: readonly Canary[];
}

/** People come, live and go; what is left of it. */
async function leaveTraces(leak?: string, users = 8): Promise<Traces> {
  const relay = await startWatchedRelay({
    leak,
    wholeMemory: leak === undefined,
  });
  relays.push(relay);
  const world = await simulate(relay.port, { users, circles: 5 });
  const running = readDisk(relay.dataFolder);
  await world.close();
  // The relay hears of the last end.
  await setTimeout(100);
  const memory = await relay.memory();
  await relay.stop();
  return {
    running,
    ended: readDisk(relay.dataFolder),
    output: relay.output(),
    memory,
    kept: keptByClients(world),
    passing: [...world.headers, ...saidOnConnections(world)],
    deleted: world.deleted.flatMap(({ body }) => pieces("deleted", body)),
  };
}

function keptByClients({ secrets, logs, inboxes }: Population): Canary[] {
  return [...secrets, ...logs, ...inboxes].flatMap((one) =>
    "secrets" in one ? one.secrets : [one],
  );
}

/** Nonces, challenges and signatures: they are of one connection, and whoever keeps them can tell what was on it. */
function saidOnConnections({ users }: Population): Canary[] {
  return users.flatMap(({ tap }) =>
    tap.connections().flatMap(({ fromClient, fromRelay }) => [
      ...frames(fromClient).flatMap((frame) => {
        const commands = decodeClientFrame(frame);
        return commands.ok ? commands.value.flatMap(proofsIn) : [];
      }),
      ...frames(fromRelay).flatMap((frame) => {
        const commands = decodeRelayFrame(frame);
        return commands.ok ? commands.value.flatMap(proofsIn) : [];
      }),
    ]),
  );
}

function frames(line: Uint8Array): readonly Uint8Array[] {
  return wireMessages(line)
    .filter(({ opcode }) => opcode === BINARY)
    .map(({ payload }) => payload);
}

const OF_A_CONNECTION = /nonce|challenge|signature|access/i;

function proofsIn(command: object): Canary[] {
  return Object.entries(command).flatMap(([name, bytes]) =>
    OF_A_CONNECTION.test(name) && bytes instanceof Uint8Array
      ? [{ name, bytes }]
      : [],
  );
}

/** Pages of a file cut a body anywhere. */
function pieces(name: string, body: Uint8Array): Canary[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => ({
    name,
    bytes: body.slice(i * 480, i * 480 + 32),
  }));
}

describe("a relay that people have used", () => {
  let traces: Traces;

  it("[FO-1] has nothing that clients keep to themselves", async () => {
    traces = await leaveTraces(undefined, 12);
    expect(traces.kept.length).toBeGreaterThan(60);
    const { running, ended, output, memory } = traces;
    for (const place of [
      running,
      ended,
      output,
      memory.heap,
      memory.views,
      memory.pages,
    ]) {
      expect(namesFound(place, traces.kept)).toEqual([]);
    }
  });

  it("[FO-2] has nothing on its disk or in its output of what only a connection says", () => {
    const { running, ended, output, passing } = traces;
    expect(passing.length).toBeGreaterThan(100);
    for (const place of [running, ended, output]) {
      expect(namesFound(place, passing)).toEqual([]);
    }
  });

  it("[FO-3] holds nothing in memory of a connection that has ended", () => {
    const { memory, passing } = traces;
    expect(namesFound(memory.heap, passing)).toEqual([]);
    expect(namesFound(memory.views, passing)).toEqual([]);
  });

  it("[FO-4] has nothing on its disk of what was deleted", () => {
    expect(traces.deleted.length).toBeGreaterThan(30);
    expect(namesFound(traces.ended, traces.deleted)).toEqual([]);
  });
});

describe("a leak", () => {
  it("[FO-2] of headers into the output is found", async () => {
    const { output, passing } = await leaveTraces("headers-in-output", 2);
    expect(namesFound(output, passing)).toContain("header as bytes");
  });

  it("[FO-2] of challenges onto the disk is found", async () => {
    const { running, ended, passing } = await leaveTraces(
      "challenge-on-disk",
      2,
    );
    expect(namesFound(running, passing)).toContain("challenge as bytes");
    expect(namesFound(ended, passing)).toContain("challenge as bytes");
  });

  it("[FO-3] of requests that are kept in memory is found", async () => {
    const { memory, passing } = await leaveTraces("requests-in-memory", 2);
    expect(namesFound(memory.heap, passing)).toContain("header as bytes");
  });

  it("[FO-3] of challenges that are kept in memory is found", async () => {
    const { memory, passing } = await leaveTraces("challenges-in-memory", 2);
    expect(namesFound(memory.views, passing)).toContain("challenge as bytes");
  });

  it("[FO-4] of deleted messages is found", async () => {
    const { ended, deleted } = await leaveTraces("deleted-on-disk", 3);
    expect(namesFound(ended, deleted)).toContain("deleted as bytes");
  });
});
