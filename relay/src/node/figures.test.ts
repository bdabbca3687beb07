// The port that tells the relay's figures, and what they never tell.

import { encodeBase64url, encodeHex } from "@halqa/bytes";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { FIGURES } from "../core/figures.ts";
import { exchangeRaw, openRaw } from "../testing/raw-client.ts";
import { upgradeRequest } from "../testing/raw-socket.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
} from "../testing/relay-client.ts";
import { startTestRelay, type StartedRelay } from "../testing/started-relay.ts";
import { watchFigures, WINDOW_MS } from "./figures.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let relay: StartedRelay;
let metricsPort = 0;

beforeAll(async () => {
  relay = await startTestRelay({
    config: { metricsPort: 0 },
    more: { windowMs: 20 },
  });
  metricsPort = relay.metricsPort ?? 0;
});

afterAll(() => relay.close());

async function readFigures(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return answer.text();
}

function valueOf(text: string, row: string): number {
  const line = text.split("\n").find((one) => one.startsWith(`${row} `));
  return Number(line?.slice(row.length + 1));
}

describe("the figures", () => {
  it("[HT-24] count what happened, and say nothing of whom", async () => {
    const client = await connectClient(relay.port);
    const keys = createLogKeys();
    await createLog(client, keys);
    const bodies = [createBody(), createBody(16_128)];
    for (const body of bodies) await append(client, keys.id, body);
    await append(client, keys.id, bodies[0]!);
    const logId = createLogKeys().id;
    const { type } = await client.ask({ type: "unsubscribe", logId });
    expect(type).toBe("ok");
    const refused = await client.ask({
      type: "read",
      logId,
      fromSeq: 1,
      limit: 1,
    });
    expect(refused.type).toBe("error");
    await expect
      .poll(async () =>
        valueOf(
          await readFigures(),
          'halqa_refusals_total{code="unavailable"}',
        ),
      )
      .toBe(1);
    const text = await readFigures();
    expect(valueOf(text, "halqa_ready")).toBe(1);
    expect(valueOf(text, "halqa_connections")).toBe(1);
    expect(valueOf(text, 'halqa_stored_total{kind="entry"}')).toBe(2);
    expect(valueOf(text, 'halqa_frames_received_total{bytes="16384"}')).toBe(1);
    expect(valueOf(text, "halqa_store_requests_total")).toBeGreaterThan(3);
    expect(valueOf(text, "halqa_memory_bytes")).toBeGreaterThan(1e6);
    // Every row is of the table, with labels in small words and numbers.
    for (const row of text.trim().split("\n")) {
      const [, name = ""] =
        /^(?:# (?:HELP|TYPE) )?(halqa_[a-z_]+)/.exec(row) ?? [];
      expect(Object.keys(FIGURES)).toContain(name);
      if (row.startsWith("#")) continue;
      expect(row).toMatch(
        /^halqa_[a-z_]+(\{[a-z]+="[a-z0-9.-]{1,12}"\})? \d+(\.\d+)?$/,
      );
    }
    for (const id of [keys.id, keys.write.publicKey, client.challenge]) {
      expect(text).not.toContain(encodeHex(id).slice(0, 8));
      expect(text).not.toContain(encodeBase64url(id).slice(0, 8));
    }
    expect(text).not.toContain("127.0.0.1");
    await client.close();
  });

  it("[HT-22] are told on this machine alone, at one path, and not on the port of clients", async () => {
    for (const path of ["/", "/healthz", "/readyz", "/relay.json", "/debug"]) {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}${path}`);
      expect(answer.status).toBe(404);
    }
    const open = openRaw(metricsPort);
    open.send(upgradeRequest());
    expect(await open.received("\r\n\r\n")).toMatch(/^HTTP\/1\.1 404 /);
    open.close();
    const bent = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    expect(await exchangeRaw(metricsPort, bent)).toMatch(/^HTTP\/1\.1 400 /);
    const forAll = await fetch(`http://127.0.0.1:${relay.port}/metrics`);
    expect(forAll.status).toBe(404);
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one?.family === "IPv4" && !one.internal);
    for (const one of others) {
      const address = `http://${one?.address}:${metricsPort}/metrics`;
      await expect(fetch(address)).rejects.toThrow();
    }
  });

  it("[HT-22] are not told where nobody asked for them", async () => {
    const own = await startTestRelay();
    expect(own.metricsPort).toBeUndefined();
    await own.close();
  });

  it("[HT-22] [HT-14] keep the relay from starting where their port is taken", async () => {
    await expect(
      startTestRelay({ config: { metricsPort: relay.port } }),
    ).rejects.toThrow("not-listening");
  });

  it("[HT-23] stay the same for ten seconds", async () => {
    expect(WINDOW_MS).toBe(10_000);
    vi.useFakeTimers();
    const tally = { sums: new Map(), largestBatch: 3 };
    const sockets = { byId: new Map(), outbound: { unreadInAll: 0 } };
    const loop = { state: { refusals: new Map<string, number>() } };
    const window = watchFigures({
      tally,
      clients: { sockets, loop },
      readiness: { isReady: () => true },
    });
    expect(window.text()).toBe("");
    await vi.advanceTimersByTimeAsync(WINDOW_MS);
    const first = window.text();
    expect(valueOf(first, "halqa_store_batch_largest")).toBe(3);
    loop.state.refusals.set("busy", 1);
    sockets.byId.set(1, {});
    await vi.advanceTimersByTimeAsync(WINDOW_MS - 1);
    expect(window.text()).toBe(first);
    await vi.advanceTimersByTimeAsync(1);
    expect(valueOf(window.text(), "halqa_connections")).toBe(1);
    // The largest of this window, not of all time.
    expect(valueOf(window.text(), "halqa_store_batch_largest")).toBe(0);
    window.stop();
    vi.useRealTimers();
  });
});
