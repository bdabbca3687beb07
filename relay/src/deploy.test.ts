// The files in relay/deploy: whether they fit together and say what docs/self-hosting.md says of them.

import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeConfig, parseConfigFile, readConfig } from "./core/index.ts";

const DEPLOY = join(import.meta.dirname, "..", "deploy");
const APP = "app.example.org";
const RELAY = "relay.example.org";

let root = "";

/** Runs `placeFiles` as `install.mjs` does. */
function place(): void {
  const script = `
    const { hasOtherCaddyfile, placeFiles } = await import(process.argv[1]);
    const [app, relay, checkout, root] = process.argv.slice(2);
    if (hasOtherCaddyfile(root)) process.exit(3);
    placeFiles({ app, relay, checkout, root });`;
  const file = join(DEPLOY, "place-files.mjs");
  const args = [file, APP, RELAY, "/opt/halqa", root];
  execFileSync(process.execPath, [
    "--input-type=module",
    "-e",
    script,
    ...args,
  ]);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "halqa-deploy-"));
  place();
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe("the settings for two names", () => {
  it("[HT-30] are settings of the relay, for root alone", () => {
    const parsed = parseConfigFile("f", read("etc/halqa/relay.conf"));
    const config = readConfig(parsed.ok ? parsed.value : {}, {
      port: 8787,
      host: "127.0.0.1",
      dataFolder: "d",
      appFolder: "a",
    });
    const lines = config.ok ? describeConfig(config.value) : [];
    expect(lines).toContain(`HALQA_URL=wss://${RELAY}/`);
    expect(lines).toContain(`HALQA_ORIGINS=https://${APP}`);
    expect(lines).toContain("HALQA_PROXY=127.0.0.1");
    // What the proxy hands on to.
    expect(lines).toContain("HALQA_PORT=8787");
    if (process.platform === "win32") return;
    expect(statSync(join(root, "etc/halqa/relay.conf")).mode & 0o777).toBe(
      0o600,
    );
  });

  it("[HT-30] stay as they are when the files are put in place again", () => {
    const settings = join(root, "etc/halqa/relay.conf");
    writeFileSync(settings, "HALQA_PORT=1\n");
    place();
    expect(read("etc/halqa/relay.conf")).toBe("HALQA_PORT=1\n");
    expect(read("etc/caddy/Caddyfile")).toContain(`${RELAY} {`);
  });
});

describe("the proxy", () => {
  it("[HT-30] hands two names on, logs no request and listens to nobody else", () => {
    const lines = read("etc/caddy/Caddyfile")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines).toContain(`${APP} {`);
    expect(lines).toContain(`${RELAY} {`);
    expect(lines).toContain("admin off");
    expect(lines).toContain("exclude http.log http.handlers");
    // In a site, `log` would switch the log of requests on.
    expect(lines.filter((line) => /^log\b/.test(line))).toEqual([
      "log default {",
    ]);
    const targets = lines.filter((line) => line.startsWith("reverse_proxy"));
    expect(new Set(targets)).toEqual(new Set(["reverse_proxy 127.0.0.1:8787"]));
  });

  it("[HT-30] is not put in the place of another", () => {
    const caddyfile = join(root, "etc/caddy/Caddyfile");
    const before = read("etc/caddy/Caddyfile");
    writeFileSync(caddyfile, "other.example {\n}\n");
    expect(place).toThrow();
    expect(read("etc/caddy/Caddyfile")).toBe("other.example {\n}\n");
    writeFileSync(caddyfile, before);
    place();
  });
});

describe("the service", () => {
  it("[HT-30] has a user and a folder of its own, and time to end", () => {
    const unit = read("etc/systemd/system/halqa-relay.service");
    expect(unit).not.toMatch(/@[A-Z]+@/);
    for (const line of [
      "ExecStart=/usr/local/lib/halqa/node /opt/halqa/relay/src/main.ts",
      "DynamicUser=yes",
      "StateDirectory=halqa",
      "LoadCredential=relay.conf:/etc/halqa/relay.conf",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "LimitCORE=0",
      "TimeoutStopSec=45",
    ]) {
      expect(unit.split("\n")).toContain(line);
    }
  });

  const verify = spawnSync("systemd-analyze", ["--version"]);
  it.skipIf(verify.status !== 0)("[HT-30] is one that systemd takes", () => {
    const unit = join(root, "halqa-relay.service");
    const text = read("etc/systemd/system/halqa-relay.service");
    // Without the program that it starts, which is not at its place here.
    writeFileSync(unit, text.replace(/^ExecStart=\S+/m, "ExecStart=/bin/true"));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("the image", () => {
  it("[HT-30] takes what is there, runs without rights and ends as it should", () => {
    const lines = readFileSync(join(DEPLOY, "Dockerfile"), "utf8").split("\n");
    expect(lines).toContain("USER node");
    expect(lines).toContain("VOLUME /data");
    expect(lines).toContain("STOPSIGNAL SIGTERM");
    expect(lines.at(-2)).toBe('CMD ["node", "relay/src/main.ts"]');
    const checkout = join(DEPLOY, "..", "..");
    for (const line of lines) {
      const [, path] = /^COPY --from=build \/halqa\/(\S+)/.exec(line) ?? [];
      // The app is built on the way.
      if (path === undefined || path === "apps/web/dist") continue;
      expect(existsSync(join(checkout, path))).toBe(true);
    }
  });
});

type Json = Readonly<Record<string, unknown>>;

function jsonOf(given: unknown): Json {
  const isObject = typeof given === "object" && given !== null;
  return isObject ? Object.fromEntries(Object.entries(given)) : {};
}

function readJson(path: string): Json {
  const text = readFileSync(join(DEPLOY, "..", "..", path), "utf8");
  return jsonOf(JSON.parse(text));
}

/** The packages of others that the relay runs on, and those that they run on. */
function packagesOfRelay(): ReadonlySet<string> {
  const locked = jsonOf(readJson("package-lock.json")["packages"]);
  const namesOf = (of: Json): readonly string[] =>
    Object.keys(jsonOf(of["dependencies"]));
  const needed = new Set(namesOf(readJson("relay/package.json")));
  for (const name of needed) {
    for (const next of namesOf(jsonOf(locked[`node_modules/${name}`]))) {
      needed.add(next);
    }
  }
  return needed;
}

describe("what is taken out of the image", () => {
  it("[HT-30] is nothing that the relay runs on", () => {
    const needed = packagesOfRelay();
    expect(needed).toContain("http_ece");
    const text = readFileSync(join(DEPLOY, "Dockerfile"), "utf8");
    const [, removed = ""] = /rm -rf ([^\n]+)/.exec(text) ?? [];
    const names = removed.split(" ").map((path) => path.split("/")[1] ?? "");
    expect(names).toEqual(["libsodium*", "@noble", "@types"]);
    for (const name of needed) {
      expect(name).not.toMatch(/^(?:libsodium|@noble\/|@types\/)/);
    }
  });
});

describe("install.mjs", () => {
  it.each([
    [],
    ["app.example.org"],
    ["app.example.org", "app.example.org"],
    ["app.example.org", "https://relay.example.org"],
    ["app.example.org", "relay.example.org; rm"],
    ["app.example.org", "relay.example.org", "more"],
    ["app", "relay"],
  ])("[HT-30] takes two names and nothing else: %j", (...names) => {
    const folder = mkdtempSync(join(root, "none-"));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(DEPLOY, "install.mjs"), ...names, "--root", folder],
      { encoding: "utf8" },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Give the names [^\n]+\.\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
