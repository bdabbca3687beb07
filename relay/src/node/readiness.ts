// Whether the relay is fit for work, as `/readyz` says (docs/spec/http.md, HT-19): the store answers and takes writes, and
// the relay is not about to end. Asked on a clock of its own, so that no request from outside makes work for the store.

import type { WatchedStore } from "./watched-store.ts";

export interface Readiness {
  readonly isReady: () => boolean;
  /** From here on it is not ready. */
  readonly drain: () => void;
}

export interface ReadinessLimits {
  /** How often the store is asked. */
  readonly everyMs: number;
  /** How long it may take to answer. A full queue of the store takes a second or two. */
  readonly patienceMs: number;
}

const LIMITS: ReadinessLimits = { everyMs: 5_000, patienceMs: 5_000 };

/** Begins to ask; a relay that has just opened its store is ready. */
export function watchReadiness(
  store: WatchedStore,
  { everyMs, patienceMs }: ReadinessLimits = LIMITS,
): Readiness {
  let answers = true;
  let isDraining = false;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    const late = setTimeout(() => {
      answers = false;
    }, patienceMs);
    const found = await askStore(store);
    clearTimeout(late);
    answers = found;
    isAsking = false;
  };
  const timer = setInterval(() => void ask(), everyMs);
  // The relay does not stay alive to look at its health.
  timer.unref();
  return {
    isReady: () => answers && !isDraining && !store.isReadOnly(),
    drain: () => {
      isDraining = true;
      clearInterval(timer);
    },
  };
}

/** Whether the store can look something up: a log under an id that no key has. */
async function askStore(store: WatchedStore): Promise<boolean> {
  try {
    const [found] = await store.run([
      { t: "find-log", logId: new Uint8Array(32) },
    ]);
    return found !== undefined && found.t !== "failed";
  } catch {
    // The store could not carry it out, which is the answer to the question.
    return false;
  }
}
