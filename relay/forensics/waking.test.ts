// What devices that want to be woken leave behind: nothing on the disk, nothing in the output, and at their push service
// one request that says nothing (docs/spec/forensics.md). The push service is one of ours, on this machine.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import {
  append,
  connectClient,
  createBody,
  createLog,
  openLog,
} from "../src/testing/relay-client.ts";
import { readDisk } from "./support/disk.ts";
import { namesFound, textCanary, type Canary } from "./support/search.ts";
import { createSecretLog } from "./support/secrets.ts";
import {
  startWatchedRelay,
  type WatchedRelay,
} from "./support/watched-relay.ts";

const relays: WatchedRelay[] = [];

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.remove()));
});

interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface PushService {
  readonly port: number;
  readonly heard: readonly Heard[];
  readonly close: () => void;
}

async function openPushService(): Promise<PushService> {
  const heard: Heard[] = [];
  const server = createServer((asked, answer) => {
    let body = "";
    asked.setEncoding("utf8").on("data", (text: string) => (body += text));
    asked.on("end", () => {
      heard.push({ path: asked.url ?? "", headers: asked.headers, body });
      answer.writeHead(201).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return { port: bound.port, heard, close: () => server.close() };
}

interface Traces {
  /** The paths of the endpoints of those who were away, and of one who was not. */
  readonly away: readonly string[];
  readonly present: string;
  readonly heard: readonly Heard[];
  readonly canaries: readonly Canary[];
  readonly running: Uint8Array;
  readonly ended: Uint8Array;
  readonly output: Uint8Array;
}

const WAITING = 600;

/** Two devices go and one stays; then entries come, for longer than the relay waits between two wakings. */
async function wakeThem(leak?: string): Promise<Traces> {
  const service = await openPushService();
  const told = ["quick-waking", ...(leak === undefined ? [] : [leak])];
  const relay = await startWatchedRelay({
    leak: told.join(","),
    settings: {
      HALQA_PUSH_CONTACT: "mailto:relay@example.org",
      // Where the planted text sends what was for the push services of browsers.
      PUSH_SERVICE: String(service.port),
    },
  });
  relays.push(relay);
  const log = createSecretLog();
  const paths = [0, 1, 2].map(() => `/send/${randomBytes(24).toString("hex")}`);
  const devices = await Promise.all(
    paths.map(async (path, i) => {
      const client = await connectClient(relay.port);
      if (i === 0) await createLog(client, log);
      return { client, path };
    }),
  );
  for (const { client, path } of devices) {
    await openLog(client, log);
    const endpoint = Buffer.from(
      `https://updates.push.services.mozilla.com${path}`,
    );
    await client.expect("ok", { type: "register-push", id: log.id, endpoint });
  }
  const [, ...leaving] = devices;
  for (const { client } of leaving) await client.close();
  const writer = devices[0]?.client;
  if (writer === undefined) throw new Error("nobody");
  for (let i = 0; i < 3; i++) {
    await append(writer, log.id, createBody());
    await setTimeout(WAITING);
  }
  const running = readDisk(relay.dataFolder);
  await writer.close();
  await relay.stop();
  service.close();
  const [present = "", ...away] = paths;
  return {
    away,
    present,
    heard: service.heard,
    canaries: paths.map((path) => textCanary("endpoint", path)),
    running,
    ended: readDisk(relay.dataFolder),
    output: relay.output(),
  };
}

/** What a push service was told beside whose turn it is. */
function words(heard: readonly Heard[]): readonly string[] {
  return heard.flatMap(({ headers, body }) => [
    body,
    String(headers["topic"] ?? ""),
    ...(headers["content-length"] === "0" ? [] : ["a length"]),
  ]);
}

describe("devices that want to be woken", () => {
  it("[FO-17] [RL-60] [RL-61] [RL-62] leave nothing on the disk, and are woken once without a word", async () => {
    const traces = await wakeThem();
    const woken = traces.heard.map(({ path }) => path);
    expect(woken.toSorted()).toEqual(traces.away.toSorted());
    expect(words(traces.heard).join("")).toBe("");
    for (const place of [traces.running, traces.ended, traces.output]) {
      expect(namesFound(place, traces.canaries)).toEqual([]);
    }
  });
});

describe("a leak", () => {
  it("[FO-17] of endpoints onto the disk is found", async () => {
    const { running, canaries } = await wakeThem("endpoint-on-disk");
    expect(namesFound(running, canaries)).toContain("endpoint as bytes");
  });

  it("[FO-17] of endpoints into the output is found", async () => {
    const { output, canaries } = await wakeThem("endpoint-in-output");
    expect(namesFound(output, canaries)).toContain("endpoint as bytes");
  });

  it("[FO-17] of what came, to the push service, is found", async () => {
    const { heard } = await wakeThem("news-in-wake-ups");
    expect(words(heard).join("")).not.toBe("");
  });

  it("[FO-17] of how much came, to the push service, is found", async () => {
    const { heard, away } = await wakeThem("wake-up-for-each");
    expect(heard.length).toBeGreaterThan(away.length);
  });
});
