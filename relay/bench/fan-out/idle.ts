// What a connection costs that does nothing, beside what it is made of: a plain `ws` server, and bare connections of Node.

import { setTimeout } from "node:timers/promises";
import type { BenchCase } from "@halqa/testkit";
import {
  createMeter,
  openPeer,
  openPeers,
  openPlainPeer,
  type Meter,
  type Peer,
} from "./peers.ts";
import { enterLog, makeLog } from "./relay-room.ts";
import {
  startBenchRelay,
  startHub,
  type ServerProcess,
} from "./server-process.ts";

const IDLE = 10_000;
// What the first ones make the server allocate is not theirs.
const EARLY = 500;
// V8 takes more while many come, and gives it back when nothing has happened for some seconds.
const SETTLE_MS = 30_000;

type OpenOne = (port: number, meter: Meter) => Promise<Peer>;

/** Kilobytes for each connection; those of the relay have proven a key and follow a log, as clients do that wait. */
export async function idleCases(): Promise<readonly BenchCase[]> {
  const relay = await startBenchRelay();
  const log = await makeLog(relay.port);
  const openClient: OpenOne = async (port, meter) => {
    const peer = await openPeer(port, meter);
    await enterLog(peer, log, "reader");
    return peer;
  };
  const measured = [
    { name: "halqa", ...(await idleCosts(relay, openClient)) },
    { name: "ws", ...(await idleCosts(await startHub("ws"), openPeer)) },
    {
      name: "node:net",
      ...(await idleCosts(await startHub("net"), openPlainPeer)),
    },
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

async function idleCosts(
  server: ServerProcess,
  open: OpenOne,
): Promise<{ readonly rss: number; readonly used: number }> {
  const meter = createMeter();
  const early = await openPeers(server.port, EARLY, { meter, open });
  await settle(server);
  const before = await server.usage();
  const idle = await openPeers(server.port, IDLE, { meter, open });
  await settle(server);
  const after = await server.usage();
  for (const { socket } of [...early, ...idle]) socket.destroy();
  server.stop();
  const each = (of: "rssBytes" | "usedBytes"): number =>
    (after[of] - before[of]) / IDLE / 1_024;
  return { rss: each("rssBytes"), used: each("usedBytes") };
}

async function settle(server: ServerProcess): Promise<void> {
  await setTimeout(SETTLE_MS);
  server.collect();
}
