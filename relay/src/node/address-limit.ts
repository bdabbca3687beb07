// How many connections one address may have (docs/spec/relay-node.md, RN-21). What is kept of an address
// is a hash under a key that dies with the process, and only as long as a connection from it is open.

import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP, isIPv4 } from "node:net";
import type { SocketLimits } from "../core/index.ts";

type AddressLimits = Pick<SocketLimits, "connectionsPerAddress" | "proxy">;

export interface AddressLimit {
  /** Takes a place for this request's address; the answer gives it back, to be called once. Undefined where none is free. */
  enter(request: IncomingMessage): (() => void) | undefined;
}

export function createAddressLimit(limits: AddressLimits): AddressLimit {
  const key = randomBytes(32);
  const places = new Map<string, Places>();
  // One for all connections from an address: each of them holds on to it.
  const openPlaces = (hash: string): Places => {
    const opened: Places = {
      taken: 0,
      leave: () => {
        opened.taken -= 1;
        if (opened.taken === 0) places.delete(hash);
      },
    };
    places.set(hash, opened);
    return opened;
  };
  return {
    enter: (request) => {
      const network = networkOf(addressOf(request, limits.proxy));
      const hash = createHmac("sha256", key).update(network).digest("base64");
      const known = places.get(hash);
      const taken = known?.taken ?? 0;
      if (taken >= limits.connectionsPerAddress) return undefined;
      const entered = known ?? openPlaces(hash);
      entered.taken += 1;
      return entered.leave;
    },
  };
}

interface Places {
  taken: number;
  readonly leave: () => void;
}

/** Where a request comes from: the peer, or what the trusted proxy says of its own peer. */
function addressOf(
  { socket, headers }: IncomingMessage,
  proxy: string | undefined,
): string {
  const peer = socket.remoteAddress ?? "";
  if (proxy === undefined || networkOf(peer) !== networkOf(proxy)) return peer;
  // The last one is the proxy's own; what stands before it is whatever the client sent.
  const last = headers["x-forwarded-for"]?.toString().split(",").at(-1)?.trim();
  return last !== undefined && isIP(last) !== 0 ? last : peer;
}

/** An IPv4 address as it is, the first 64 bits of an IPv6 address: whoever has one of those has all behind it. */
export function networkOf(address: string): string {
  const [plain = ""] = address.toLowerCase().split("%", 1);
  const mapped = plain.replace(/^::ffff:/, "");
  if (isIPv4(mapped)) return mapped;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length));
  return [...before, ...zeros.fill("0"), ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
