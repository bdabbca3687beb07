// Which addresses a wake-up may be sent to (docs/spec/relay.md, RL-63). The relay stands inside a network that clients
// do not: an endpoint whose name leads to a machine in there would let them reach it through the relay.

import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The blocks of IANA's registries of special addresses that are not reachable by everybody, as of 2026. */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Within 2000::/3, outside of which nothing is taken: tunnels could lead anywhere, documentation leads nowhere. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of SPECIAL_V6) special.addSubnet(net, prefix, "ipv6");
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");

/** Whether everybody on the internet reaches this address, and no more so from here than from elsewhere. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, "ipv4");
  if (family !== 6) return false;
  return global.check(address, "ipv6") && !special.check(address, "ipv6");
}

export type LookUpAll = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const lookUpAll: LookUpAll = (host, done) =>
  systemLookup(host, { all: true }, (error, addresses) =>
    done(error, addresses ?? []),
  );

/**
 * A look-up that fails for names with any address that is not public. It is made when the connection is, and the
 * connection goes to the address that was looked at: a name that leads elsewhere a moment later gains nothing.
 */
export function createPublicLookup(
  resolve: LookUpAll = lookUpAll,
): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, addresses) => {
      const [first] = addresses;
      const arePublic = addresses.every(({ address }) =>
        isPublicAddress(address),
      );
      if (error !== null || first === undefined || !arePublic) {
        done(error ?? new Error("no public address"), "", 0);
      } else if (options.all === true) {
        done(null, [...addresses]);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}
