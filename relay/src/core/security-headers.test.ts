import { describe, expect, it } from "vitest";
import { isLoopbackHost, securityHeaders } from "./security-headers.ts";

function policyFor(host: string | undefined): ReadonlyMap<string, string> {
  const policy = new Map(securityHeaders(host)).get("content-security-policy");
  return new Map(
    (policy ?? "").split("; ").map((directive) => {
      const [name = "", ...values] = directive.split(" ");
      return [name, values.join(" ")];
    }),
  );
}

describe("security headers", () => {
  it("[HT-1] name every protection with its strictest value", () => {
    const headers = new Map(securityHeaders("halqa.example"));
    expect([...headers.keys()]).toEqual([
      "content-security-policy",
      "cross-origin-opener-policy",
      "cross-origin-embedder-policy",
      "cross-origin-resource-policy",
      "x-content-type-options",
      "referrer-policy",
      "permissions-policy",
    ]);
    const granted = (headers.get("permissions-policy") ?? "")
      .split(", ")
      .filter((feature) => !feature.endsWith("=()"));
    // Codes: the app's own page alone, and only after the person was asked.
    expect(granted).toEqual(["camera=(self)"]);
  });

  it("[HT-2] allow nothing by default, no inline code, one Trusted Types policy", () => {
    const policy = policyFor("halqa.example");
    expect(policy.get("default-src")).toBe("'none'");
    expect(policy.get("script-src")).toBe("'self' 'wasm-unsafe-eval'");
    expect(policy.get("style-src")).toBe("'self'");
    expect(policy.get("require-trusted-types-for")).toBe("'script'");
    expect(policy.get("trusted-types")).toBe("halqa");
    expect(policy.get("frame-ancestors")).toBe("'none'");
    expect(policy.get("base-uri")).toBe("'none'");
  });

  it.each(["halqa.example", "localhost.example", "x@localhost", undefined])(
    "[HT-2] connect to the own origin and wss: only, when served as %s",
    (host) => {
      expect(policyFor(host).get("connect-src")).toBe("'self' wss:");
    },
  );

  it.each(["localhost", "localhost:8787", "127.0.0.1:8787", "[::1]:1"])(
    "[HT-2] connect to a relay on this machine too, when served as %s",
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
      expect(policyFor(host).get("connect-src")).toBe(
        "'self' wss: ws://localhost:*",
      );
    },
  );
});
