import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeBase64url } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import {
  describeConfig,
  describeConfigFault,
  limitsOf,
  readConfig,
  type ConfigFault,
} from "./config.ts";
import { SETTINGS } from "./settings.ts";

const defaults = {
  port: 8787,
  host: "127.0.0.1",
  dataFolder: "/data",
  appFolder: "/app",
};

const secret = encodeBase64url(new Uint8Array(32).fill(7));
const former = encodeBase64url(new Uint8Array(32).fill(8));

const everything = {
  HALQA_PORT: "0",
  HALQA_HOST: "::",
  HALQA_DATA: "d",
  HALQA_APP: "a",
  HALQA_URL: "wss://relay.example/",
  HALQA_PROXY: "::1",
  HALQA_ORIGINS: "https://app.example, http://localhost:8787",
  HALQA_ACCESS: `${secret}, ${former}`,
  HALQA_METRICS_PORT: "9100",
  HALQA_CONNECTIONS: "500",
  HALQA_PER_ADDRESS: "1000",
  HALQA_FRAMES_PER_SECOND: "20",
  HALQA_WRITES_PER_SECOND: "10",
  HALQA_TICK_MS: "0",
  HALQA_PUSH_CONTACT: "mailto:relay@example.org",
  HALQA_MEMORY: "512",
};

function sentenceFor(environment: Record<string, string>): string {
  const outcome = readConfig(environment, defaults);
  return outcome.ok ? "" : describeConfigFault(outcome.error);
}

describe("readConfig", () => {
  it("takes what is absent or empty from the defaults", () => {
    for (const environment of [{}, { HALQA_PORT: "", HALQA_ACCESS: "" }]) {
      expect(readConfig(environment, defaults)).toEqual({
        ok: true,
        value: defaults,
      });
    }
  });

  it("takes each setting from its variable", () => {
    expect(Object.keys(everything)).toEqual(
      Object.values(SETTINGS).map(({ name }) => name),
    );
    expect(readConfig(everything, defaults)).toEqual({
      ok: true,
      value: {
        port: 0,
        host: "::",
        dataFolder: "d",
        appFolder: "a",
        url: "wss://relay.example/",
        proxy: "::1",
        origins: ["https://app.example", "http://localhost:8787"],
        access: [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)],
        metricsPort: 9_100,
        connections: 500,
        perAddress: 1_000,
        framesPerSecond: 20,
        writesPerSecond: 10,
        tickMs: 0,
        pushContact: "mailto:relay@example.org",
        memoryMiB: 512,
      },
    });
  });

  it.each([
    { HALQA_PORT: "65536" },
    { HALQA_PORT: "-1" },
    { HALQA_PORT: "80.5" },
    { HALQA_PORT: " 80" },
    { HALQA_PORT: "0x50" },
    { HALQA_PORT: "1e3" },
    { HALQA_PORT: "http" },
    { HALQA_HOST: "http://localhost" },
    { HALQA_HOST: "a b" },
    { HALQA_HOST: "a".repeat(300) },
    { HALQA_DATA: "a\0b" },
    { HALQA_URL: "https://relay.example/" },
    { HALQA_URL: "wss://user@relay.example/" },
    { HALQA_URL: "wss://relay.example/?a" },
    { HALQA_URL: `wss://${"a".repeat(300)}/` },
    { HALQA_PROXY: "proxy.example" },
    { HALQA_PROXY: "yes" },
    { HALQA_ORIGINS: "*" },
    { HALQA_ORIGINS: "app.example" },
    { HALQA_ORIGINS: "https://app.example/" },
    { HALQA_ORIGINS: "https://app.example:443" },
    { HALQA_ORIGINS: "https://App.example" },
    { HALQA_ORIGINS: "https://app.example," },
    { HALQA_ORIGINS: "null" },
    { HALQA_ORIGINS: Array(65).fill("https://app.example").join(",") },
    { HALQA_METRICS_PORT: "0" },
    { HALQA_METRICS_PORT: "127.0.0.1:9100" },
    { HALQA_CONNECTIONS: "0" },
    { HALQA_PER_ADDRESS: "0" },
    { HALQA_PER_ADDRESS: "many" },
    { HALQA_PER_ADDRESS: "1000000" },
    { HALQA_FRAMES_PER_SECOND: "0" },
    { HALQA_WRITES_PER_SECOND: "Infinity" },
    { HALQA_TICK_MS: "60001" },
    { HALQA_PUSH_CONTACT: "yes" },
    { HALQA_PUSH_CONTACT: "mailto:" },
    { HALQA_PUSH_CONTACT: "http://example.org/" },
    { HALQA_MEMORY: "64" },
    { HALQA_MEMORY: "1G" },
  ])("[HT-14] refuses %o in one sentence that names the variable", (env) => {
    const [name = ""] = Object.keys(env);
    expect(sentenceFor(env)).toContain(name);
    expect(sentenceFor(env)).toMatch(/^[^\n]{1,260}\.$/);
  });

  it.each([
    secret.slice(1),
    `${secret}=`,
    `${secret},${former},${secret}`,
    `${secret};${former}`,
    "a password",
  ])("[HT-14] [HT-21] refuses the secret %s without showing it", (text) => {
    const sentence = sentenceFor({ HALQA_ACCESS: text });
    expect(sentence).toMatch(/^HALQA_ACCESS [^\n]+\.$/);
    expect(sentence).not.toContain(text.slice(0, 6));
  });
});

describe("describeConfig", () => {
  it("[HT-21] shows every setting in the form of the file, and no secret", () => {
    const read = readConfig(everything, defaults);
    const lines = describeConfig(read.ok ? read.value : defaults);
    const shown = new Map(
      lines.map((line) => [line.split("=")[0] ?? "", line]),
    );
    expect([...shown.keys()]).toEqual(Object.keys(everything));
    expect(shown.get("HALQA_ORIGINS")).toBe(
      "HALQA_ORIGINS=https://app.example,http://localhost:8787",
    );
    expect(shown.get("HALQA_MEMORY")).toBe("HALQA_MEMORY=512");
    expect(shown.get("HALQA_ACCESS")).toBe("HALQA_ACCESS=(hidden: 2)");
    expect(lines.join()).not.toContain(secret.slice(0, 6));
  });

  it("[HT-21] shows what holds where nothing is set", () => {
    const lines = describeConfig(defaults);
    expect(lines).toContain("HALQA_PORT=8787");
    expect(lines).toContain("HALQA_CONNECTIONS=10240");
    expect(lines).toContain("HALQA_MEMORY=1024");
    expect(lines).toContain("HALQA_ACCESS=");
    expect(lines).toContain("HALQA_METRICS_PORT=");
  });

  it("is what the page of rules lists", () => {
    const docs = join(import.meta.dirname, "../../../docs/spec/http.md");
    const [, table = ""] = readFileSync(docs, "utf8").split("## Settings");
    const listed = [...table.matchAll(/^\| `(HALQA_\w+)`/gm)].map(
      ([, name]) => name,
    );
    const names = Object.values(SETTINGS).map(({ name }) => name);
    expect(listed).toEqual([...names, "HALQA_CONFIG"]);
  });
});

describe("limitsOf", () => {
  it("changes what is set and hides no default", () => {
    expect(limitsOf(defaults)).toEqual({});
    expect(Object.keys(limitsOf(defaults))).toEqual([]);
    expect(limitsOf({ ...defaults, perAddress: 3, memoryMiB: 128 })).toEqual({
      connectionsPerAddress: 3,
      memoryBytes: 134_217_728,
    });
  });
});

describe("describeConfigFault", () => {
  const file = "/etc/halqa/relay.conf";
  const faults: readonly ConfigFault[] = [
    { kind: "unknown", file, name: "HALQA_PROT" },
    { kind: "twice", file, name: "HALQA_PORT" },
    { kind: "line", file, line: 3 },
    { kind: "file", file, code: "ENOENT" },
    { kind: "exposed", file },
  ];
  it.each(faults)("[HT-14] says %o in one sentence", (fault) => {
    const sentence = describeConfigFault(fault);
    expect(sentence).toContain(file);
    expect(sentence).toMatch(/^[A-Z"][^\n]{20,200}: [^\n]+\.$/);
  });
});
