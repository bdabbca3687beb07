// A share that fills up with time and is spent in lumps (docs/spec/relay-node.md, RN-62). Whoever overspends is in debt
// and waits until it is paid: nothing is refused and nothing is lost, it only comes more slowly. No clock and no state of
// its own: ten thousand connections have three shares each, and what a share holds is one number.

export interface TokenRate {
  readonly perSecond: number;
  /** What gathers while nothing is spent. */
  readonly burst: number;
}

/** What a share holds after so long. */
export function gatherTokens(
  { perSecond, burst }: TokenRate,
  tokens: number,
  elapsedMs: number,
): number {
  // No time at an endless rate would be no number.
  if (perSecond === Infinity) return burst;
  return Math.min(burst, tokens + (elapsedMs / 1_000) * perSecond);
}

/** How many milliseconds it takes to pay the debt; 0 without one. */
export function debtMsOf({ perSecond }: TokenRate, tokens: number): number {
  return tokens >= 0 ? 0 : Math.ceil((-tokens / perSecond) * 1_000);
}
