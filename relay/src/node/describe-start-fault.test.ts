import { describe, expect, it } from "vitest";
import { describeStartFault } from "./describe-start-fault.ts";
import type { StartFault } from "./start-relay.ts";

const faults: readonly StartFault[] = [
  { kind: "app-missing", folder: "/app" },
  { kind: "app-too-large", folder: "/app" },
  { kind: "data-not-writable", folder: "/data", code: "EACCES" },
  { kind: "data-in-use", folder: "/data" },
  { kind: "key-damaged", file: "/data/relay.key" },
  { kind: "key-exposed", file: "/data/relay.key" },
  ...(
    ["sqlite-too-old", "not-durable", "newer", "other-key", "damaged"] as const
  ).map((why) => ({
    kind: "store-refused" as const,
    file: "/data/relay.db",
    why,
  })),
  ...["EADDRINUSE", "EACCES", "EADDRNOTAVAIL"].flatMap((code) =>
    (["HALQA_PORT", "HALQA_METRICS_PORT"] as const).map((setting) => ({
      kind: "not-listening" as const,
      setting,
      host: "::",
      port: 80,
      code,
    })),
  ),
];

describe("describeStartFault", () => {
  it.each(faults)("[HT-14] gives %o one sentence with a next step", (fault) => {
    const sentence = describeStartFault(fault);
    expect(sentence).toMatch(/^[A-Z][^\n]{20,250}\.$/);
    expect(sentence).toContain("HALQA_");
  });
});
