// How much one connection may ask for in a while (docs/spec/relay-node.md, RN-62). Three shares: messages, requests to the
// store, and time of the relay's thread, because a wrong proof costs as much as a right one. Who is in debt is read more
// slowly; TCP tells the other side. Nobody is refused for it, and nothing is dropped.

import { performance } from "node:perf_hooks";
import {
  debtMsOf,
  gatherTokens,
  type SocketLimits,
  type TokenRate,
} from "../core/index.ts";

const SHARES = ["frames", "writes", "work"] as const;

export type Share = (typeof SHARES)[number];

/** What each share gathers, of every connection alike. */
export type Rates = Readonly<Record<Share, TokenRate>>;

/** What the shares of one connection held at a moment. */
export interface Throttle extends Record<Share, number> {
  at: number;
}

type ThrottleLimits = Pick<
  SocketLimits,
  "framesPerSecond" | "writesPerSecond" | "workMsPerSecond" | "burstSeconds"
>;

export function createRates(limits: ThrottleLimits): Rates {
  const rate = (perSecond: number): TokenRate => ({
    perSecond,
    burst: perSecond * limits.burstSeconds,
  });
  return {
    frames: rate(limits.framesPerSecond),
    writes: rate(limits.writesPerSecond),
    work: rate(limits.workMsPerSecond),
  };
}

/** Full shares. */
export function createThrottle({ frames, writes, work }: Rates): Throttle {
  return {
    frames: frames.burst,
    writes: writes.burst,
    work: work.burst,
    at: performance.now(),
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
  rates: Rates,
  amounts: Partial<Record<Share, number>>,
): Debt | undefined {
  const now = performance.now();
  const elapsedMs = now - throttle.at;
  throttle.at = now;
  let longest: Debt | undefined;
  for (const share of SHARES) {
    const rate = rates[share];
    throttle[share] =
      gatherTokens(rate, throttle[share], elapsedMs) - (amounts[share] ?? 0);
    const ms = debtMsOf(rate, throttle[share]);
    if (ms > (longest?.ms ?? 0)) longest = { share, ms };
  }
  return longest;
}
