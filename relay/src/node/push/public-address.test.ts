// Where a wake-up may not go: into the network that the relay stands in.

import type { LookupAddress } from "node:dns";
import { describe, expect, it } from "vitest";
import { createPublicLookup, isPublicAddress } from "./public-address.ts";

describe("isPublicAddress", () => {
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::7f00:1",
    "64:ff9b::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "localhost",
    "",
    "1.2.3",
    "0x7f.1",
  ])("[RL-63] is false for %j", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "223.255.255.255",
    "2001:200::1",
    "2a00:1450:4001::1",
    "2606:4700::1111",
  ])("[RL-63] is true for %j", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("createPublicLookup", () => {
  const at = (...addresses: readonly string[]): LookupAddress[] =>
    addresses.map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));

  function lookUp(
    found: readonly LookupAddress[],
    options: { readonly all?: boolean } = {},
    error: Error | null = null,
  ): unknown {
    let told: unknown = "nothing";
    const lookup = createPublicLookup((_, done) => done(error, found));
    lookup("push.example", options, (fault, ...rest) => {
      told = fault === null ? rest : fault.message;
    });
    return told;
  }

  it("[RL-63] gives the addresses that it has looked at", () => {
    expect(lookUp(at("1.1.1.1", "2606::1"))).toEqual(["1.1.1.1", 4]);
    const both = at("1.1.1.1", "2606::1");
    expect(lookUp(both, { all: true })).toEqual([both]);
  });

  it("[RL-63] fails where any address is not public, where there is none, and where there is no answer", () => {
    for (const options of [{}, { all: true }]) {
      for (const found of [
        at("10.0.0.1"),
        at("1.1.1.1", "127.0.0.1"),
        at("1.1.1.1", "::1"),
        [],
      ]) {
        expect(lookUp(found, options)).toBe("no public address");
      }
      expect(lookUp([], options, new Error("ENOTFOUND"))).toBe("ENOTFOUND");
    }
  });
});
