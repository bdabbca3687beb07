// A share that fills up with time and is spent in lumps (docs/spec/relay-node.md, RN-62). Whoever overspends is in debt
// and waits until it is paid: nothing is refused and nothing is lost, it only comes more slowly. No clock of its own.

export interface TokenBucket {
  readonly perSecond: number;
  /** What gathers while nothing is spent. */
  readonly burst: number;
  tokens: number;
  /** When `tokens` was right, in milliseconds of any clock that only goes forward. */
  at: number;
}

/** A full bucket. */
export function createTokenBucket(
  perSecond: number,
  burst: number,
  now: number,
): TokenBucket {
  return { perSecond, burst, tokens: burst, at: now };
}

/** Takes `amount`, into debt where need be; the answer is how many milliseconds it takes to pay that, 0 without a debt. */
export function spendTokens(
  bucket: TokenBucket,
  amount: number,
  now: number,
): number {
  if (bucket.perSecond === Infinity) return 0;
  const gathered = ((now - bucket.at) / 1_000) * bucket.perSecond;
  bucket.tokens = Math.min(bucket.burst, bucket.tokens + gathered) - amount;
  bucket.at = now;
  if (bucket.tokens >= 0) return 0;
  return Math.ceil((-bucket.tokens / bucket.perSecond) * 1_000);
}
