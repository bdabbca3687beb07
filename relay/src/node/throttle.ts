// How much one connection may ask for in a while (docs/spec/relay-node.md, RN-62). Three shares: messages, requests to the
// store, and time of the relay's thread, because a wrong proof costs as much as a right one. Who is in debt is read more
// slowly; TCP tells the other side. Nobody is refused for it, and nothing is dropped.

import { performance } from "node:perf_hooks";
import {
  createTokenBucket,
  spendTokens,
  type SocketLimits,
  type TokenBucket,
} from "../core/index.ts";

const SHARES = ["frames", "writes", "work"] as const;

export type Share = (typeof SHARES)[number];

export type Throttle = Readonly<Record<Share, TokenBucket>>;

type ThrottleLimits = Pick<
  SocketLimits,
  "framesPerSecond" | "writesPerSecond" | "workMsPerSecond" | "burstSeconds"
>;

export function createThrottle(limits: ThrottleLimits): Throttle {
  const now = performance.now();
  const bucket = (perSecond: number): TokenBucket =>
    createTokenBucket(perSecond, perSecond * limits.burstSeconds, now);
  return {
    frames: bucket(limits.framesPerSecond),
    writes: bucket(limits.writesPerSecond),
    work: bucket(limits.workMsPerSecond),
  };
}

export interface Debt {
  readonly share: Share;
  /** How long it takes to be paid. */
  readonly ms: number;
}

/** Spends these amounts; the answer is the longest debt, if there is one. */
export function charge(
  throttle: Throttle,
  amounts: Partial<Record<Share, number>>,
): Debt | undefined {
  const now = performance.now();
  let longest: Debt | undefined;
  for (const share of SHARES) {
    const ms = spendTokens(throttle[share], amounts[share] ?? 0, now);
    if (ms > (longest?.ms ?? 0)) longest = { share, ms };
  }
  return longest;
}
