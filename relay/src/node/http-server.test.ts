// The relay from outside, through bare connections: what any program on the network can send it.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { HttpLimits } from "../core/index.ts";
import { PAGE, SECRET } from "../testing/app-folder.ts";
import { exchangeRaw, openRaw } from "../testing/raw-client.ts";
import { startTestRelay, type StartedRelay } from "../testing/started-relay.ts";

// Real connections take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let relay: StartedRelay;

beforeAll(async () => {
  relay = await startTestRelay();
});

afterAll(() => relay.close());

/** A relay with other limits, for the length of one test. */
async function withRelay(
  http: Partial<HttpLimits>,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const own = await startTestRelay({ http });
  try {
    await use(own.port);
  } finally {
    await own.close();
  }
}

function getPage(): Promise<Response> {
  const headers = { "accept-encoding": "gzip" };
  return fetch(`http://127.0.0.1:${relay.port}/`, { headers });
}

function request(line: string, ...headers: readonly string[]): string {
  const all = ["Host: localhost", "Connection: close", ...headers];
  return `${line}\r\n${all.join("\r\n")}\r\n\r\n`;
}

function expectRefusal(answer: string, status: number): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
  expect(answer).toMatch(/^connection: close/im);
}

describe("the relay's HTTP face", () => {
  it("serves the page with the headers of every answer", async () => {
    const answer = await getPage();
    expect(await answer.text()).toBe(PAGE);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect(answer.headers.get("server")).toBeNull();
  });

  it("[HT-6] answers a conditional request without sending the file", async () => {
    const first = await getPage();
    await first.text();
    const etag = first.headers.get("etag") ?? "";
    const answer = await exchangeRaw(
      relay.port,
      request(
        "GET / HTTP/1.1",
        `If-None-Match: ${etag}`,
        "Accept-Encoding: gzip",
      ),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 304 /);
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
    expect(answer).toContain("content-security-policy");
  });

  it("[HT-13] says ok at /healthz", async () => {
    const answer = await exchangeRaw(
      relay.port,
      request("GET /healthz HTTP/1.1"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nok$/);
  });

  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/..%c0%afsecret.txt",
    "/....//secret.txt",
    "/assets/..;/..;/secret.txt",
    "/index.html%00/../secret.txt",
    "//localhost/../secret.txt",
    "http://localhost/../secret.txt",
    "file:///etc/passwd",
  ])("[HT-3] leads nowhere outside the app: %s", async (target) => {
    const answer = await exchangeRaw(
      relay.port,
      request(`GET ${target} HTTP/1.1`),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain(SECRET);
  });

  it.each([
    ["POST / HTTP/1.1", "Content-Length: 5"],
    ["DELETE / HTTP/1.1"],
    ["OPTIONS * HTTP/1.1"],
    ["TRACE / HTTP/1.1", "Cookie: secret"],
    ["CONNECT other.example:443 HTTP/1.1"],
    ["POST / HTTP/1.1", "Content-Length: 5", "Expect: 100-continue"],
    ["POST / HTTP/1.1", "Content-Length: 5", "Expect: something"],
  ])("[HT-8] refuses %s with 405", async (line, ...headers) => {
    const answer = await exchangeRaw(relay.port, request(line, ...headers));
    expectRefusal(answer, 405);
    expect(answer).toMatch(/^allow: GET, HEAD/im);
    expect(answer).not.toContain("secret");
  });

  it.each([
    ["GET / HTTP/1.1", "Content-Length: 1000000000"],
    ["GET / HTTP/1.1", "Transfer-Encoding: chunked"],
  ])("[HT-8] does not wait for a body: %s, %s", async (line, header) => {
    expectRefusal(await exchangeRaw(relay.port, request(line, header)), 400);
  });

  it("[HT-8] refuses HTTP/1.1 without Host", async () => {
    const answer = await exchangeRaw(relay.port, "GET / HTTP/1.1\r\n\r\n");
    expectRefusal(answer, 400);
  });

  it("sends no body to HEAD", async () => {
    const answer = await exchangeRaw(relay.port, request("HEAD / HTTP/1.1"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(new RegExp(`content-length: ${PAGE.length}\r\n`));
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
  });

  it("answers a request that asks for an upgrade as any other", async () => {
    const line = request("GET /none HTTP/1.1").replace("close", "Upgrade");
    const connection = openRaw(relay.port);
    connection.send(line.replace("\r\n\r\n", "\r\nUpgrade: websocket\r\n\r\n"));
    await connection.received("not found");
    connection.close();
  });

  it("[HT-9] refuses headers of more than 8 KiB", async () => {
    const long = request("GET / HTTP/1.1", `X-Long: ${"a".repeat(8_192)}`);
    expectRefusal(await exchangeRaw(relay.port, long), 431);
    const path = request(`GET /${"a".repeat(8_192)} HTTP/1.1`);
    expectRefusal(await exchangeRaw(relay.port, path), 431);
    const many = request("GET / HTTP/1.1", ...Array(1_500).fill("A: b"));
    expectRefusal(await exchangeRaw(relay.port, many), 431);
  });

  it("[HT-10] ends a connection whose headers come too slowly", async () => {
    await withRelay({ headersMs: 100, sweepMs: 25 }, async (port) => {
      const connection = openRaw(port);
      connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
      const drip = setInterval(() => connection.send("A: b\r\n"), 10);
      const answer = await connection.ended;
      clearInterval(drip);
      expectRefusal(answer, 408);
    });
  });

  it("[HT-10] ends a connection on which nothing is said", async () => {
    await withRelay({ headersMs: 100, sweepMs: 25 }, async (port) => {
      expectRefusal(await openRaw(port).ended, 408);
    });
    await withRelay({ idleMs: 50 }, async (port) => {
      expect(await openRaw(port).ended).toBe("");
    });
  });

  it("[HT-10] ends a connection that does not read its answer", async () => {
    await withRelay({ connections: 1, answerMs: 50 }, async (port) => {
      const connection = openRaw(port);
      connection.pause();
      connection.send(request("GET /large.png HTTP/1.1"));
      // Until that connection is gone there is no place for another one.
      await expect
        .poll(() => exchangeRaw(port, request("GET /healthz HTTP/1.1")), {
          timeout: 4_000,
        })
        .toMatch(/ok$/);
      connection.close();
    });
  });

  it("[HT-11] takes no more connections than it may", async () => {
    await withRelay({ connections: 2 }, async (port) => {
      // More than is under way without being read.
      const held = [openRaw(port), openRaw(port)];
      for (const connection of held) {
        connection.send("GET /large.png HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await connection.received("\r\n\r\n");
        connection.pause();
      }
      expect(await exchangeRaw(port, request("GET / HTTP/1.1"))).toBe("");
      for (const connection of held) connection.close();
    });
  });

  it("[HT-11] gives the place of who has waited longest for a request to who is new", async () => {
    await withRelay({ connections: 3 }, async (port) => {
      const reader = openRaw(port);
      reader.send("GET /large.png HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await reader.received("\r\n\r\n");
      reader.pause();
      const slow = [openRaw(port), openRaw(port)];
      for (const connection of slow) {
        await connection.connected;
        connection.send("GET / HTTP/1.1\r\n");
      }
      const answer = await exchangeRaw(port, request("GET /healthz HTTP/1.1"));
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(await slow[0]?.ended).toBe("");
      slow[1]?.send("Host: localhost\r\n\r\n");
      expect(await slow[1]?.received("\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
      // Whoever is being answered gives way to nobody.
      expect((await reader.received("\r\n\r\n")).length).toBeGreaterThan(0);
      for (const connection of [reader, ...slow]) connection.close();
    });
  });

  it("[HT-11] ends a connection after its last request", async () => {
    await withRelay({ requestsPerConnection: 2 }, async (port) => {
      const one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
      const answer = await exchangeRaw(port, one + one + one);
      expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
      expect(answer).not.toContain("503");
      expect(answer).toMatch(/connection: close/i);
    });
  });

  it.each([
    ["no HTTP", Buffer.from("garbage\r\n\r\n")],
    ["a TLS hello", Buffer.from("1603010200010001fc0303", "hex")],
    ["zeroes", Buffer.alloc(64)],
    ["HTTP/2", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
    ["a header without a colon", Buffer.from("GET / HTTP/1.1\r\nx\r\n\r\n")],
    [
      "two lengths",
      Buffer.from(
        request("POST / HTTP/1.1", "Content-Length: 1", "Content-Length: 2"),
      ),
    ],
    [
      "a length and chunks",
      Buffer.from(
        request(
          "POST / HTTP/1.1",
          "Content-Length: 1",
          "Transfer-Encoding: chunked",
        ),
      ),
    ],
    ["a split header", Buffer.from("GET / HTTP/1.1\r\nHost: a\nb: c\r\n\r\n")],
  ])("[HT-12] refuses %s and goes on", async (_, bytes) => {
    expectRefusal(await exchangeRaw(relay.port, bytes), 400);
    const next = await exchangeRaw(
      relay.port,
      request("GET /healthz HTTP/1.1"),
    );
    expect(next).toMatch(/ok$/);
  });

  it("[HT-12] goes on after a connection that breaks off in a request", async () => {
    const connection = openRaw(relay.port);
    connection.send("GET / HTTP/1.1\r\nHo");
    connection.close();
    await connection.ended;
    const next = await exchangeRaw(
      relay.port,
      request("GET /healthz HTTP/1.1"),
    );
    expect(next).toMatch(/ok$/);
  });

  it("[HT-15] ends idle connections when it stops, and may be told twice", async () => {
    const own = await startTestRelay();
    const connection = openRaw(own.port);
    connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await connection.received("ok");
    await Promise.all([own.close(), own.close()]);
    expect(await connection.ended).toMatch(/ok$/);
    await expect(fetch(`http://127.0.0.1:${own.port}/`)).rejects.toThrow();
  });
});
