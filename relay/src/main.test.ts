// The relay as an operator meets it: a process, its output and its exit code.

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CLOSE_CODES } from "@halqa/protocol";
import { createScratch, PAGE } from "./testing/app-folder.ts";
import {
  append,
  connectClient,
  createBody,
  createLog,
  createLogKeys,
} from "./testing/relay-client.ts";
import {
  runRelay,
  spawnRelay,
  type Ended,
  type RelayProcess,
} from "./testing/relay-process.ts";

const scratch = createScratch();

afterAll(() => {
  scratch.remove();
});

function settings(more: Record<string, string> = {}): Record<string, string> {
  return {
    HALQA_DATA: mkdtempSync(join(scratch.folder, "data-")),
    HALQA_APP: scratch.appFolder,
    ...more,
  };
}

function run(more: Record<string, string>): Promise<Ended> {
  return spawnRelay(settings(more)).ended;
}

// Each test starts processes, which takes its time on a busy machine.
describe("node relay/src/main.ts", { timeout: 20_000 }, () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "[HT-15] [HT-16] [RN-16] prints one line, serves without a word, and ends well on %s",
    async (signal) => {
      const relay = spawnRelay(
        settings({ HALQA_DATA: join(scratch.folder, signal, "data") }),
      );
      const port = await relay.port;
      const page = await fetch(`http://127.0.0.1:${port}/?marker`);
      expect(await page.text()).toBe(PAGE);
      const client = await connectClient(port);
      const keys = createLogKeys();
      await createLog(client, keys);
      await append(client, keys.id, createBody());
      // Twice, as a terminal and npm together do.
      relay.kill(signal);
      relay.kill(signal);
      expect(await client.ended).toBe(CLOSE_CODES.restart);
      const { code, stdout, stderr } = await relay.ended;
      expect(stdout).toMatch(
        /^Halqa is at http:\/\/localhost:\d+ \(data: [^\n]+; Ctrl-C stops it\)\n$/,
      );
      const folder = join(scratch.folder, signal, "data");
      expect(stdout).toContain(folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expectOwnFilesOnly(folder);
    },
  );

  it("[HT-14] says in one sentence why it does not start", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const address = other.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const inAFile = join(scratch.appFolder, "index.html", "data");
    const missing = join(scratch.appFolder, "none");
    const cases = [
      [{ HALQA_PORT: String(port) }, `Port ${port} is taken`],
      [{ HALQA_PORT: "many" }, 'HALQA_PORT is "many"'],
      [{ HALQA_HOST: "192.0.2.1" }, "192.0.2.1"],
      [{ HALQA_DATA: inAFile }, inAFile],
      [{ HALQA_APP: missing }, missing],
      [{ HALQA_CONFIG: missing }, "HALQA_CONFIG"],
      [{ HALQA_METRICS_PORT: String(port) }, "HALQA_METRICS_PORT"],
    ] as const;
    const ended = await Promise.all(cases.map(([wrong]) => run(wrong)));
    for (const [i, [, said]] of cases.entries()) expectRefusal(ended[i], said);
    other.close();
  });

  it("[RN-1] [HT-14] does not start on the data folder of another, and harms it not", async () => {
    const own = settings();
    const first = spawnRelay(own);
    const client = await connectClient(await first.port);
    const keys = createLogKeys();
    await createLog(client, keys);
    expectRefusal(await run(own), String(own["HALQA_DATA"]));
    expect(await append(client, keys.id, createBody())).toMatchObject({
      seq: 1,
    });
    first.kill("SIGKILL");
    await first.ended;
    // Free again at once: nobody has to clean up after a crash.
    const second = spawnRelay(own);
    await second.port;
    second.kill("SIGTERM");
    expect(await second.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

// What an attacker asks for first, at servers of all kinds and at Node's debugger.
const PROBES = [
  "/metrics",
  "/debug",
  "/debug/pprof/",
  "/debug/vars",
  "/admin",
  "/status",
  "/server-status",
  "/stats",
  "/info",
  "/version",
  "/env",
  "/.env",
  "/config",
  "/.git/config",
  "/actuator",
  "/actuator/heapdump",
  "/heapdump",
  "/json",
  "/json/version",
  "/json/list",
  "/relay.key",
  "/relay.db",
  "/data/relay.db",
  "/main.ts",
  "/package.json",
  "/healthz/",
  "/readyz/",
  "/relay.json/",
  "/api",
  "/graphql",
] as const;

describe("what answers", { timeout: 20_000 }, () => {
  it("[HT-27] [HT-13] [HT-19] [HT-22] is the app, its health and its key, on one port or two", async () => {
    const metricsPort = await freePort();
    const relay = spawnRelay(
      settings({ HALQA_METRICS_PORT: String(metricsPort) }),
    );
    const port = await relay.port;
    const bodies = new Map<string, string>();
    for (const path of ["/", "/healthz", "/readyz", "/relay.json", ...PROBES]) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      const body = await answer.text();
      if (answer.status === 200) bodies.set(path, body);
      else expect([answer.status, body]).toEqual([404, "not found"]);
    }
    expect([...bodies.keys()]).toEqual([
      "/",
      "/healthz",
      "/readyz",
      "/relay.json",
    ]);
    expect(bodies.get("/healthz")).toBe("ok");
    expect(bodies.get("/readyz")).toBe("ok");
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(metrics.status).toBe(200);
    if (process.platform === "linux") {
      expect(listeningPorts(relay)).toEqual(new Set([port, metricsPort]));
    }
    relay.kill("SIGTERM");
    expect(await relay.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.skipIf(process.platform === "win32")(
    "[HT-27] is no debugger, and writes no copy of the memory, on the signal for that",
    async () => {
      const own = settings();
      const relay = spawnRelay(own);
      const port = await relay.port;
      relay.kill("SIGUSR1");
      for (let i = 0; i < 10; i++) {
        const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
        expect(answer.status).toBe(200);
      }
      if (process.platform === "linux") {
        expect(listeningPorts(relay)).toEqual(new Set([port]));
      }
      relay.kill("SIGTERM");
      expect(await relay.ended).toMatchObject({ code: 0, stderr: "" });
      expectOwnFilesOnly(String(own["HALQA_DATA"]));
    },
  );
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** Ports on which the process takes connections, from what Linux tells of it. */
function listeningPorts({ pid }: RelayProcess): ReadonlySet<number> {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        // Closed since it was listed.
        return "";
      }
    }),
  );
  const LISTENING = "0A";
  const rows = ["tcp", "tcp6"]
    .flatMap((table) =>
      readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n").slice(1),
    )
    .map((row) => row.trim().split(/\s+/))
    .filter(
      ([, , , state, , , , , , inode]) =>
        state === LISTENING && own.has(`socket:[${inode}]`),
    );
  return new Set(
    rows.map(([, address = ""]) => parseInt(address.split(":")[1] ?? "", 16)),
  );
}

describe("commands of the relay", { timeout: 20_000 }, () => {
  it("[HT-20] [HT-21] config shows what holds, from file and environment, without the secret", async () => {
    const [secret] = (await runRelay(["access-secret"])).stdout.split("\n");
    const file = join(scratch.folder, "relay.conf");
    writeFileSync(
      file,
      `# ours\nHALQA_PORT=80\nHALQA_MEMORY=256\nHALQA_ACCESS=${secret}\n`,
    );
    chmodSync(file, 0o600);
    const shown = await runRelay(["config"], {
      HALQA_CONFIG: file,
      HALQA_PORT: "8080",
    });
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    const lines = shown.stdout.trim().split("\n");
    expect(lines).toContain("HALQA_PORT=8080");
    expect(lines).toContain("HALQA_MEMORY=256");
    expect(lines).toContain("HALQA_ACCESS=(hidden: 1)");
    expect(shown.stdout).not.toContain(String(secret).slice(0, 8));
    const wrong = await runRelay(["config"], { HALQA_PORT: "x" });
    expectRefusal(wrong, "HALQA_PORT");
  });

  it("[HT-26] access-secret makes another one each time, and nothing else", async () => {
    const made = await Promise.all([
      runRelay(["access-secret"]),
      runRelay(["access-secret"]),
    ]);
    for (const { code, stdout, stderr } of made) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    }
    expect(made[0]?.stdout).not.toBe(made[1]?.stdout);
  });

  it("[HT-14] others are answered with what there is", async () => {
    expectRefusal(await runRelay(["debug"]), "without arguments");
    expectRefusal(await runRelay(["config", "more"]), "without arguments");
  });
});

describe("a mistake of the relay's own", { timeout: 20_000 }, () => {
  it("[HT-25] ends it without saying what it was about", async () => {
    const mistake = `setTimeout(() => { throw new TypeError("canary"); }, 1_000)`;
    const { code, stderr } = await runRelay([], {
      ...settings({ HALQA_PORT: "0" }),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(mistake)}`,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The relay ends by a mistake of its own, TypeError/,
    );
    expect(stderr.replaceAll(/^ {4}at .*$/gm, "")).not.toContain("canary");
  });
});

describe("an end that does not come", { timeout: 20_000 }, () => {
  it("[HT-29] is broken off with a sentence", async () => {
    const ended = await runRelay([], {}, "testing/never-ending-relay.ts");
    expectRefusal(ended, "0.3 seconds");
  });
});

function expectRefusal(ended: Ended | undefined, said: string): void {
  const { code, stdout, stderr } = ended ?? {};
  expect(stderr).toContain(said);
  expect(stderr).toMatch(/^[^\n]+\.\n$/);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
}

// RN-15: what is there after the end, and for whom.
function expectOwnFilesOnly(folder: string): void {
  const files = readdirSync(folder).toSorted();
  expect(files).toEqual(["relay.db", "relay.key", "relay.lock"]);
  if (process.platform === "win32") return;
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of files) {
    expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  }
}
