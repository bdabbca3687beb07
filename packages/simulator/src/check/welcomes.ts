/**
 * I11 for Welcomes: RFC 9420 fixes key and nonce of a Welcome's GroupInfo by its commit, so whoever builds it again, after a
 * crash or out of an earlier disk, must seal the same bytes again.
 */
import { decode, encodeHex, readU16, readVector } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { SimFault } from "../world/sim.ts";
import type { Observer } from "../world/sim.ts";

export interface WelcomeWatch {
  readonly observer: Observer;
  /** How many were built again. */
  readonly again: () => number;
}

export function watchWelcomes(): WelcomeWatch {
  const sealed = new Map<string, { digest: string; name: string }>();
  let again = 0;
  return {
    again: () => again,
    observer: {
      onWelcomes: ({ name }, epoch, welcomes) => {
        const [first] = welcomes;
        if (first === undefined) return;
        const key = encodeHex(epoch);
        const digest = encodeHex(sha256(groupInfoIn(first)));
        const known = sealed.get(key);
        sealed.set(key, { digest, name });
        if (known === undefined) return;
        again++;
        if (known.digest !== digest)
          throw new SimFault(
            "I11",
            `${name} builds another Welcome than ${known.name} under one key`,
          );
      },
    },
  };
}

/** The sealed GroupInfo of a Welcome: RFC 9420, 6 and 12.4.3.1. */
function groupInfoIn(message: Uint8Array): Uint8Array {
  const read = decode(message, (r) => {
    for (const _ of ["version", "wire format", "suite"]) readU16(r);
    readVector(r);
    return readVector(r);
  });
  if (!read.ok) throw new SimFault("I11", "a Welcome is none");
  return read.value;
}
