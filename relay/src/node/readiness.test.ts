import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogStore, StoreResult } from "../core/index.ts";
import { watchReadiness } from "./readiness.ts";
import { createTally } from "./tally.ts";
import { watchStore, type StoreOfUnknownHealth } from "./watched-store.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const EVERY_MS = 100;
const limits = { everyMs: EVERY_MS, patienceMs: 50 };

function watch(store: StoreOfUnknownHealth) {
  const watched = watchStore(store, createTally());
  const readiness = watchReadiness(watched, limits);
  const later = () => vi.advanceTimersByTimeAsync(EVERY_MS + 60);
  return { watched, readiness, later };
}

/** A store that gives this answer to every request. */
function storeThatAnswers(answer: () => StoreResult): LogStore {
  return { run: (requests) => Promise.resolve(requests.map(answer)) };
}

describe("readiness", () => {
  it("[HT-19] holds while the store answers", async () => {
    const run = vi.fn(storeThatAnswers(() => ({ t: "absent" })).run);
    const { readiness, later } = watch({ run });
    for (let i = 0; i < 5; i++) {
      expect(readiness.isReady()).toBe(true);
      await later();
    }
    // Asked by the clock, and not by those who ask whether it is ready.
    const asked = run.mock.calls.length;
    for (let i = 0; i < 100; i++) readiness.isReady();
    expect(run.mock.calls).toHaveLength(asked);
  });

  it("[HT-19] is over while the store does not answer, and comes back with it", async () => {
    let answer: ((results: StoreResult[]) => void) | undefined;
    const run = vi.fn(
      () =>
        new Promise<StoreResult[]>((resolve) => {
          answer = resolve;
        }),
    );
    const { readiness, later } = watch({ run });
    await later();
    expect(readiness.isReady()).toBe(false);
    await later();
    // Not asked again before it has answered: a store that hangs gathers no questions.
    expect(run).toHaveBeenCalledTimes(1);
    answer?.([{ t: "absent" }]);
    await Promise.resolve();
    await vi.advanceTimersByTimeAsync(1);
    expect(readiness.isReady()).toBe(true);
  });

  it.each([
    ["fails", storeThatAnswers(() => ({ t: "failed" }))],
    ["rejects", { run: () => Promise.reject(new Error("no disk")) }],
  ])("[HT-19] is over when the store %s", async (_, store) => {
    const { readiness, later } = watch(store);
    await later();
    expect(readiness.isReady()).toBe(false);
  });

  it("[HT-19] is over when a write fails, until one goes well", async () => {
    let answer: StoreResult = { t: "done" };
    const { readiness, watched, later } = watch(storeThatAnswers(() => answer));
    const write = () =>
      watched.run([{ t: "ack", inboxId: new Uint8Array(32), seq: 1 }]);
    const outcomes: boolean[] = [];
    for (const t of ["done", "failed", "done"] as const) {
      answer = { t };
      await write();
      outcomes.push(readiness.isReady());
    }
    expect(outcomes).toEqual([true, false, true]);
    // A read that goes well says nothing of writes.
    answer = { t: "failed" };
    await write();
    answer = { t: "absent" };
    await later();
    expect(readiness.isReady()).toBe(false);
  });

  it("[HT-19] is over while the store says that it takes no writes", () => {
    let isReadOnly = false;
    const store = storeThatAnswers(() => ({ t: "done" }));
    const { readiness } = watch({ ...store, isReadOnly: () => isReadOnly });
    isReadOnly = true;
    expect(readiness.isReady()).toBe(false);
    isReadOnly = false;
    expect(readiness.isReady()).toBe(true);
  });

  it("[HT-15] [HT-19] is over for good when the relay is about to end", async () => {
    const { readiness, later } = watch(
      storeThatAnswers(() => ({ t: "absent" })),
    );
    readiness.drain();
    await later();
    expect(readiness.isReady()).toBe(false);
  });
});
