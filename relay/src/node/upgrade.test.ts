// How connections of clients come in, through bare connections.

import { encodeBase64url } from "@halqa/bytes";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createScratch } from "../testing/app-folder.ts";
import { exchangeRaw, openRaw } from "../testing/raw-client.ts";
import { UPGRADE_HEADERS, upgradeRequest } from "../testing/raw-socket.ts";
import { connectClient } from "../testing/relay-client.ts";
import { startTestRelay, type StartedRelay } from "../testing/started-relay.ts";
import { startRelay } from "./start-relay.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let relay: StartedRelay;

beforeAll(async () => {
  relay = await startTestRelay();
});

afterAll(() => relay.close());

function without(name: string, ...instead: readonly string[]) {
  return [
    ...UPGRADE_HEADERS.filter((header) => !header.startsWith(`${name}:`)),
    ...instead,
  ];
}

describe("changing over to WebSocket", () => {
  it("[HT-18] happens at / without subprotocol or extension, under the security headers", async () => {
    const connection = openRaw(relay.port);
    connection.send(
      upgradeRequest("/", [
        ...UPGRADE_HEADERS,
        "Sec-WebSocket-Protocol: secret-protocol, other",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
      ]),
    );
    const answer = await connection.received("\r\n\r\n");
    connection.close();
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    // The value that RFC 6455, 1.3, gives for this key.
    expect(answer).toContain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
    expect(answer).not.toMatch(/sec-websocket-(protocol|extensions)|secret/i);
  });

  it.each([
    ["no key", without("Sec-WebSocket-Key")],
    [
      "a key too short",
      without("Sec-WebSocket-Key", "Sec-WebSocket-Key: AA=="),
    ],
    ["no version", without("Sec-WebSocket-Version")],
    [
      "another version",
      without("Sec-WebSocket-Version", "Sec-WebSocket-Version: 99"),
    ],
    [
      "a broken subprotocol",
      [...UPGRADE_HEADERS, "Sec-WebSocket-Protocol: a,,b"],
    ],
    ["no host", without("Host")],
  ])("[HT-18] [HT-1] is refused with %s", async (_, headers) => {
    const answer = await exchangeRaw(relay.port, upgradeRequest("/", headers));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
    expect(answer).toMatch(/^connection: close/im);
    expect(answer).toMatch(/bad request$/);
  });

  it.each([
    ["another path", upgradeRequest("/none"), 404],
    ["a path with a query", upgradeRequest("/?v=1"), 200],
    [
      "another protocol",
      upgradeRequest("/", without("Upgrade", "Upgrade: h2c")),
      200,
    ],
    ["another method", upgradeRequest().replace("GET", "POST"), 405],
  ])("[HT-18] is not asked for with %s", async (_, request, status) => {
    const connection = openRaw(relay.port);
    connection.send(request);
    const answer = await connection.received("\r\n\r\n");
    connection.close();
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it("[RN-7] [HT-18] is refused with 503 where all places are taken, until one is free", async () => {
    const own = await startTestRelay({
      sockets: { connections: 2, goodbyeMs: 50 },
    });
    const [first] = await Promise.all([
      connectClient(own.port),
      connectClient(own.port),
    ]);
    const answer = await exchangeRaw(own.port, upgradeRequest());
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/^content-security-policy: /im);
    await first.close();
    await expect
      .poll(async () => {
        const connection = openRaw(own.port);
        connection.send(upgradeRequest());
        return connection.received("\r\n\r\n");
      })
      .toMatch(/^HTTP\/1\.1 101 /);
    await own.close();
  });

  it("[RN-21] is refused with 503 where an address has all its places", async () => {
    const own = await startTestRelay({
      sockets: { connectionsPerAddress: 1, proxy: "127.0.0.1" },
    });
    const from = async (address: string): Promise<string> => {
      const connection = openRaw(own.port);
      const forwarded = `X-Forwarded-For: ${address}`;
      connection.send(upgradeRequest("/", [...UPGRADE_HEADERS, forwarded]));
      const answer = await connection.received("\r\n\r\n");
      if (address.endsWith("9")) connection.close();
      return answer.slice("HTTP/1.1 ".length, "HTTP/1.1 101".length);
    };
    expect(await from("192.0.2.1")).toBe("101");
    expect(await from("192.0.2.1")).toBe("503");
    expect(await from("192.0.2.2")).toBe("101");
    // Given back when the connection is gone.
    expect(await from("192.0.2.9")).toBe("101");
    await expect.poll(() => from("192.0.2.9")).toBe("101");
    await own.close();
  });

  it("[HT-28] is refused with 403 to pages that are not listed, where some are", async () => {
    const own = await startTestRelay({
      config: { origins: ["https://app.example", "http://localhost:8787"] },
    });
    const from = async (...origin: readonly string[]): Promise<string> => {
      const connection = openRaw(own.port);
      connection.send(upgradeRequest("/", [...UPGRADE_HEADERS, ...origin]));
      const answer = await connection.received("\r\n\r\n");
      connection.close();
      return answer;
    };
    for (const listed of ["https://app.example", "http://localhost:8787"]) {
      expect(await from(`Origin: ${listed}`)).toMatch(/^HTTP\/1\.1 101 /);
    }
    // The command line names none.
    expect(await from()).toMatch(/^HTTP\/1\.1 101 /);
    for (const other of ["https://evil.example", "https://app.example:444"]) {
      const answer = await from(`Origin: ${other}`);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
      expect(answer).not.toContain("example");
    }
    expect(await from("Origin: null")).toMatch(/^HTTP\/1\.1 403 /);
    // The page itself is for everybody.
    const page = await fetch(`http://127.0.0.1:${own.port}/`, {
      headers: { origin: "https://evil.example" },
    });
    expect(page.status).toBe(200);
    await own.close();
  });

  it("[HT-11] leaves the places of those who ask for files, and takes none of them", async () => {
    const own = await startTestRelay({
      http: { connections: 1 },
      sockets: { connections: 1 },
    });
    const client = await connectClient(own.port);
    const file = openRaw(own.port);
    file.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await file.received("ok");
    expect(await exchangeRaw(own.port, upgradeRequest())).toMatch(
      /^HTTP\/1\.1 503 /,
    );
    await client.close();
    file.close();
    await own.close();
  });
});

describe("a connection that is broken off", () => {
  it.each([
    ["CONNECT", "CONNECT other:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["an upgrade without a place", upgradeRequest()],
    ["a broken upgrade", upgradeRequest("/", without("Sec-WebSocket-Key"))],
    ["an upgrade without a host", upgradeRequest("/", without("Host"))],
  ])(
    "[HT-12] in the middle of %s leaves the relay as it is",
    async (_, sent) => {
      const own = await startTestRelay({ sockets: { connections: 0 } });
      for (let i = 0; i < 40; i++) {
        const connection = openRaw(own.port);
        await connection.connected;
        connection.send(sent);
        // At once, and after the relay has begun to answer.
        if (i % 2 === 0) await new Promise(setImmediate);
        connection.reset();
        await connection.ended;
      }
      const answer = await fetch(`http://127.0.0.1:${own.port}/healthz`);
      expect(await answer.text()).toBe("ok");
      await own.close();
    },
  );
});

describe("/relay.json", () => {
  it("[HT-17] names the key that the relay signs with", async () => {
    const answer = await fetch(`http://127.0.0.1:${relay.port}/relay.json`);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    const client = await connectClient(relay.port);
    expect(await answer.json()).toEqual({
      relayPub: encodeBase64url(client.relayPub),
    });
    await client.close();
  });

  it("[HT-17] names the address of the connections, where it is another", async () => {
    const url = "wss://relay.example/";
    const own = await startTestRelay({ config: { url } });
    const read = (port: number): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/relay.json`);
    const named: unknown = await (await read(own.port)).json();
    expect(named).toMatchObject({ url });
    expect(Object.keys(named ?? {})).toEqual(["relayPub", "url"]);
    const etags = await Promise.all([read(own.port), read(relay.port)]);
    expect(etags[0].headers.get("etag")).not.toBe(etags[1].headers.get("etag"));
    await own.close();
  });

  it("[HT-17] is the relay's own, whatever the app brings", async () => {
    const scratch = createScratch();
    writeFileSync(join(scratch.appFolder, "relay.json"), '{"relayPub":"app"}');
    const started = await startRelay({
      port: 0,
      host: "127.0.0.1",
      ...scratch,
    });
    if (!started.ok) throw new Error(started.error.kind);
    const answer = await fetch(
      `http://127.0.0.1:${started.value.port}/relay.json`,
    );
    expect(await answer.text()).not.toContain("app");
    await started.value.close();
    scratch.remove();
  });
});
