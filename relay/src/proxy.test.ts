// The relay behind Caddy, with the two files that install.mjs puts in place (docs/self-hosting.md): app and relay under a
// name each, real certificates apart.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:https";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { decodeRelayFrame } from "@halqa/protocol";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createBody, frameOf } from "./testing/relay-client.ts";
import { spawnRelay } from "./testing/relay-process.ts";

const APP = "app.example.org";
const RELAY = "relay.example.org";

const hasCaddy = spawnSync("caddy", ["version"]).status === 0;

/** Somebody who connects from another machine. */
const ELSEWHERE = "127.77.5.9";

interface Front {
  readonly port: number;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

describe.skipIf(!hasCaddy)("behind Caddy (needs caddy)", () => {
  it("[HT-30] [HT-28] [RN-21] app and relay have a name each, and the proxy logs nobody", async () => {
    const root = place();
    try {
      const relay = spawnRelay({
        HALQA_CONFIG: join(root, "etc/halqa/relay.conf"),
        HALQA_APP: join(root, "app"),
        HALQA_DATA: join(root, "data"),
        HALQA_PER_ADDRESS: "2",
      });
      const front = await startCaddy(root, await relay.port);
      await expectApp(front);
      await expectRelay(front);
      await expectPlaces(front);
      relay.kill("SIGTERM");
      await relay.ended;
      // What is not answered is an error of the proxy's, which it would log with the address.
      expect((await get(front, `${RELAY}/readyz`)).status).toBe(502);
      const rude = connect(front.port, "127.0.0.1").on(
        "error",
        () => undefined,
      );
      rude.end("no TLS");
      await once(rude, "close");
      await front.stop();
      const output = front.output();
      expect(output).toContain("serving initial configuration");
      for (const word of [ELSEWHERE, "remote_ip", "remote_addr", "/readyz"]) {
        expect(output).not.toContain(word);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }, 60_000);
});

function place(): string {
  const root = mkdtempSync(join(tmpdir(), "halqa-proxy-"));
  const file = join(import.meta.dirname, "..", "deploy", "place-files.mjs");
  const script = `
    const { placeFiles } = await import(process.argv[1]);
    const [app, relay, root] = process.argv.slice(2);
    placeFiles({ app, relay, checkout: "/opt/halqa", root });`;
  execFileSync(process.execPath, [
    "--input-type=module",
    "-e",
    script,
    file,
    APP,
    RELAY,
    root,
  ]);
  mkdirSync(join(root, "app"));
  writeFileSync(join(root, "app", "index.html"), "<!doctype html>the app");
  return root;
}

/** The file as it was put in place, on ports that anybody may take and with certificates of its own. */
async function startCaddy(root: string, relayPort: number): Promise<Front> {
  const [http, https] = [await freePort(), await freePort()];
  const file = join(root, "etc/caddy/Caddyfile");
  const ports = `http_port ${http}\n\thttps_port ${https}`;
  writeFileSync(
    file,
    readFileSync(file, "utf8")
      .replace(
        "\tadmin off",
        `\tadmin off\n\t${ports}\n\tlocal_certs\n\tskip_install_trust`,
      )
      .replaceAll("127.0.0.1:8787", `127.0.0.1:${relayPort}`),
  );
  const caddy = spawn(
    "caddy",
    ["run", "--adapter", "caddyfile", "--config", file],
    {
      env: { ...process.env, HOME: root, XDG_DATA_HOME: join(root, "caddy") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [caddy.stdout, caddy.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const front: Front = {
    port: https,
    output: () => output,
    stop: async () => {
      caddy.kill("SIGTERM");
      await once(caddy, "close");
    },
  };
  for (let tries = 0; ; tries++) {
    try {
      const { status } = await get(front, `${RELAY}/readyz`);
      if (status === 200) return front;
    } catch {
      // Its certificates are still being made.
    }
    if (tries > 200) throw new Error(output);
    await setTimeout(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  server.close();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return bound.port;
}

interface Got {
  readonly status: number | undefined;
  readonly body: string;
  readonly policy: string;
}

function get(
  { port }: Front,
  address: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  const { host, pathname: path } = new URL(`https://${address}`);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        path,
        servername: host,
        rejectUnauthorized: false,
        headers: { host, ...headers },
      },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => (body += text));
        answer.on("end", () => {
          const policy = String(answer.headers["content-security-policy"]);
          resolve({ status: answer.statusCode, body, policy });
        });
      },
    );
    asked.on("error", reject).end();
  });
}

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": Buffer.alloc(16).toString("base64"),
};

async function expectApp(front: Front): Promise<void> {
  const page = await get(front, `${APP}/`);
  expect([page.status, page.body]).toEqual([200, "<!doctype html>the app"]);
  // The proxy hands on the name that was asked for: no source of a development machine is in the policy.
  expect(page.policy).toContain("connect-src 'self' wss:");
  expect(page.policy).not.toContain("localhost");
  expect((await get(front, `${APP}/`, UPGRADE)).status).toBe(404);
  const record = await get(front, `${APP}/relay.json`);
  expect(JSON.parse(record.body)).toMatchObject({ url: `wss://${RELAY}/` });
}

async function expectRelay(front: Front): Promise<void> {
  expect((await get(front, `${RELAY}/relay.json`)).status).toBe(200);
  expect((await get(front, `${RELAY}/healthz`)).body).toBe("ok");
  for (const path of ["/", "/index.html", "/metrics", "/sw.js"]) {
    expect((await get(front, `${RELAY}${path}`)).status).toBe(404);
  }
}

/** From its own page, and from a page that is not listed. */
async function expectPlaces(front: Front): Promise<void> {
  expect(await knock(front, { origin: "https://evil.example" })).toBe(403);
  const [first, second] = [
    await knock(front, {}),
    // What a client says of its address is not believed.
    await knock(front, { "x-forwarded-for": "192.0.2.1" }),
  ];
  expect([first, second]).toEqual(["welcome", "welcome"]);
  expect(await knock(front, { "x-forwarded-for": "192.0.2.2" })).toBe(503);
  expect(await knock(front, {}, ELSEWHERE)).toBe("welcome");
}

/** Opens a connection that stays: `welcome`, or the status of its refusal. */
function knock(
  { port }: Front,
  headers: Readonly<Record<string, string>>,
  localAddress = "127.0.0.1",
): Promise<string | number | undefined> {
  // Handed on to the connection, where the library's types know nothing of it.
  const from: object = { localAddress, servername: RELAY };
  const ws = new WebSocket(`wss://127.0.0.1:${port}/`, {
    ...from,
    perMessageDeflate: false,
    rejectUnauthorized: false,
    headers: { host: RELAY, origin: `https://${APP}`, ...headers },
  });
  return new Promise((resolve) => {
    ws.on("unexpected-response", (_, answer) => resolve(answer.statusCode));
    ws.on("error", () => resolve("error"));
    ws.on("open", () => {
      ws.send(frameOf({ type: "hello", request: 1, nonce: createBody(32) }));
    });
    ws.on("message", (data: Buffer) => {
      const frame = decodeRelayFrame(Uint8Array.from(data));
      resolve(frame.ok ? frame.value[0]?.type : "no frame");
    });
  });
}
