// Time that stands still until a test moves it. Nothing waits and nothing depends on the machine's clock.

import { assertInvariant } from "@halqa/bytes";

export interface FakeClock {
  /** Milliseconds since 1970, as the code under test would ask for them. */
  readonly now: () => number;
  /** Moves time on by `ms`; it never goes back. */
  readonly advance: (ms: number) => void;
}

/** A clock that shows `startMs` until it is advanced. */
export function createFakeClock(startMs: number): FakeClock {
  assertInvariant(Number.isFinite(startMs), "a clock starts at a finite time");
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      assertInvariant(
        Number.isFinite(ms) && ms >= 0,
        "a clock advances by a finite time from 0 up",
      );
      nowMs += ms;
    },
  };
}
