/**
 * When something is renewed that is renewed from time to time (docs/spec/engine.md, EN-120): a week after the last time, by this
 * device's own clock. Clocks jump, so what lies further ahead than a week is due as well.
 */
import type { Upkeep } from "./durable.ts";

const WEEK_MS = 7 * 86_400_000;

/** From the moment when a circle came to this device. */
export function firstUpkeep(now: number): Upkeep {
  return { rotateAt: now + WEEK_MS, renewAt: now + WEEK_MS, restUntil: 0 };
}

/** A week from now. */
export function nextUpkeep(now: number): number {
  return now + WEEK_MS;
}

const DAY_MS = 86_400_000;

/** When something is tried again that no commit took. */
export function againFrom(now: number): number {
  return now + DAY_MS;
}

const REST_MS = 60_000;

/** When the next try may begin after one that is made now. */
export function restFrom(now: number): number {
  return now + REST_MS;
}

/** Whether a rest is over; one that ends far ahead was set by a clock that was wrong. */
export function isRested(until: number, now: number): boolean {
  return now >= until || until > now + REST_MS;
}

/** Whether the time has come; a time beyond a week was set by a clock that was wrong. */
export function isDue(at: number, now: number): boolean {
  return now >= at || at > now + WEEK_MS;
}
