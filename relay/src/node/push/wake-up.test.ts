// A wake-up on its way: what it says, where it does not go, and what becomes of it.

import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPushKey, type PushKey } from "./push-key.ts";
import { createWakeUp, type WakeParts } from "./wake-up.ts";

const contact = "mailto:relay@example.org";
let folder = "";
let key: PushKey;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-wake-"));
  const loaded = loadPushKey(folder);
  if (!loaded.ok) throw new Error("no key");
  key = loaded.value;
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends one wake-up to a push service that answers so, without TLS: that part is Node's. */
async function wakeWith(
  status: number,
  body = "",
): Promise<{ readonly outcome: string; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((asked, answer) => {
    let text = "";
    asked.setEncoding("utf8").on("data", (more: string) => (text += more));
    asked.on("end", () => {
      const { method = "", url = "", headers } = asked;
      heard.push({ method, path: url, headers, body: text });
      answer.writeHead(status, { location: "https://push.example/other" });
      answer.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has an address with one
  const { port } = server.address() as AddressInfo;
  const request: WakeParts["request"] = (endpoint, options, done) => {
    const { pathname } = new URL(endpoint);
    const here = `http://127.0.0.1:${port}${pathname}`;
    return httpRequest(here, { ...options, agent: undefined }, done);
  };
  const wakeUp = createWakeUp({ key, contact, request });
  const outcome = await wakeUp("https://push.example/send/abc");
  server.closeAllConnections();
  server.close();
  return { outcome, heard };
}

describe("a wake-up", () => {
  it("[RL-62] has no content and is signed for its push service alone", async () => {
    const { outcome, heard } = await wakeWith(201);
    expect(outcome).toBe("sent");
    expect(heard).toHaveLength(1);
    const { method, path, headers, body } = heard[0]!;
    expect([method, path, body]).toEqual(["POST", "/send/abc", ""]);
    expect(headers["content-length"]).toBe("0");
    expect(headers["ttl"]).toBe("86400");
    expect(headers["topic"]).toBeUndefined();
    const [, token = "", publicText = ""] =
      /^vapid t=([^,]+), k=(.+)$/.exec(String(headers["authorization"])) ?? [];
    expect(publicText).toBe(key.publicText);
    const [head = "", claims = "", signature = ""] = token.split(".");
    expect(
      JSON.parse(Buffer.from(claims, "base64url").toString()),
    ).toMatchObject({ aud: "https://push.example", sub: contact });
    const point = Buffer.from(publicText, "base64url");
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
      half.toString("base64url"),
    );
    const publicKey = createPublicKey({
      key: { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" },
      format: "jwk",
    });
    expect(
      verify(
        "sha256",
        Buffer.from(`${head}.${claims}`),
        { key: publicKey, dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      ),
    ).toBe(true);
  });

  it.each([
    [200, "sent"],
    [404, "gone"],
    [410, "gone"],
    // It is not followed.
    [302, "failed"],
    [429, "failed"],
    [500, "failed"],
  ])("[RL-63] that is answered with %d is %s", async (status, wanted) => {
    const { outcome, heard } = await wakeWith(status, "x".repeat(100_000));
    expect(outcome).toBe(wanted);
    expect(heard).toHaveLength(1);
  });

  it("[RL-63] goes to no machine beside the relay, whatever a name says", async () => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has an address with one
    const { port } = server.address() as AddressInfo;
    const here = [{ address: "127.0.0.1", family: 4 }];
    const wakeUp = createWakeUp({
      key,
      contact,
      resolve: (_, done) => done(null, here),
    });
    expect(await wakeUp(`https://push.example:${port}/a`)).toBe("failed");
    expect(connections).toBe(0);
    server.close();
  });
});
