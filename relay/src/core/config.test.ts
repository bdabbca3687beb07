import { describe, expect, it } from "vitest";
import { describeConfigFault, readConfig } from "./config.ts";

const defaults = {
  port: 8787,
  host: "127.0.0.1",
  dataFolder: "/data",
  appFolder: "/app",
};

describe("readConfig", () => {
  it("takes what is absent or empty from the defaults", () => {
    for (const environment of [{}, { HALQA_PORT: "", HALQA_HOST: "" }]) {
      expect(readConfig(environment, defaults)).toEqual({
        ok: true,
        value: defaults,
      });
    }
  });

  it("takes each setting from its variable", () => {
    const environment = {
      HALQA_PORT: "0",
      HALQA_HOST: "::",
      HALQA_DATA: "d",
      HALQA_APP: "a",
    };
    expect(readConfig(environment, defaults)).toEqual({
      ok: true,
      value: { port: 0, host: "::", dataFolder: "d", appFolder: "a" },
    });
  });

  it.each([
    { HALQA_PORT: "65536" },
    { HALQA_PORT: "-1" },
    { HALQA_PORT: "80.5" },
    { HALQA_PORT: " 80" },
    { HALQA_PORT: "0x50" },
    { HALQA_PORT: "http" },
    { HALQA_HOST: "http://localhost" },
    { HALQA_HOST: "a b" },
    { HALQA_HOST: "a".repeat(300) },
  ])("[HT-14] refuses %o in one sentence that names the variable", (env) => {
    const outcome = readConfig(env, defaults);
    const sentence = outcome.ok ? "" : describeConfigFault(outcome.error);
    expect(sentence).toContain(Object.keys(env)[0]);
    expect(sentence).toMatch(/^[^\n]{1,200}\.$/);
  });
});
