import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createAddressLimit, networkOf } from "./address-limit.ts";

function requestFrom(peer: string, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) {
    request.headers["x-forwarded-for"] = forwardedFor;
  }
  return request;
}

/** How many of these requests get a place, one after the other, where one address has one. */
function countEntered(
  requests: readonly IncomingMessage[],
  proxy?: string,
): number {
  const limit = createAddressLimit({ connectionsPerAddress: 1, proxy });
  return requests.filter((one) => limit.enter(one) !== undefined).length;
}

describe("the limit for one address", () => {
  it("[RN-21] gives so many places, and again those that were given back", () => {
    const limit = createAddressLimit({ connectionsPerAddress: 2 });
    const here = requestFrom("192.0.2.1");
    const [first, second] = [limit.enter(here), limit.enter(here)];
    expect(limit.enter(here)).toBeUndefined();
    expect(limit.enter(requestFrom("192.0.2.2"))).toBeDefined();
    first?.();
    expect(limit.enter(here)).toBeDefined();
    expect(limit.enter(here)).toBeUndefined();
    second?.();
    expect(limit.enter(here)).toBeDefined();
  });

  it("[RN-21] believes nobody but the proxy, and of it only the last word", () => {
    const forged = [1, 2, 3].map((n) =>
      requestFrom("192.0.2.1", `198.51.100.${n}`),
    );
    expect(countEntered(forged)).toBe(1);
    expect(countEntered(forged, "192.0.2.9")).toBe(1);
    expect(countEntered(forged, "192.0.2.1")).toBe(3);
    const added = [1, 2, 3].map((n) =>
      requestFrom("127.0.0.1", `198.51.100.${n}, 203.0.113.7`),
    );
    expect(countEntered(added, "127.0.0.1")).toBe(1);
    const none = ["", "unknown", "1.2.3.4, x", undefined].map((value) =>
      requestFrom("::ffff:127.0.0.1", value),
    );
    expect(countEntered(none, "127.0.0.1")).toBe(1);
  });

  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8:0:0:1::", "2001:db8:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["::1", "0:0:0:0"],
    ["::", "0:0:0:0"],
  ])("[RN-21] takes %s for %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
