import { describe, expect, it } from "vitest";
import { describeStartFault } from "./describe-start-fault.ts";
import type { StartFault } from "./start-relay.ts";

const faults: readonly StartFault[] = [
  { kind: "app-missing", folder: "/app" },
  { kind: "app-too-large", folder: "/app" },
  { kind: "data-not-writable", folder: "/data", code: "EACCES" },
  { kind: "not-listening", host: "::", port: 80, code: "EADDRINUSE" },
  { kind: "not-listening", host: "::", port: 80, code: "EACCES" },
  { kind: "not-listening", host: "::", port: 80, code: "EADDRNOTAVAIL" },
];

describe("describeStartFault", () => {
  it.each(faults)("[HT-14] gives %o one sentence with a next step", (fault) => {
    const sentence = describeStartFault(fault);
    expect(sentence).toMatch(/^[A-Z][^\n]{20,250}\.$/);
    expect(sentence).toContain("HALQA_");
  });
});
