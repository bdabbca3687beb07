// One clock for the page: what is drawn of times moves on with the minute.

import { useSyncExternalStore } from "react";

const MINUTE_MS = 60_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Milliseconds since 1970 at the beginning of the present minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, presentMinute);
}

function presentMinute(): number {
  const now = Date.now();
  return now - (now % MINUTE_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) schedule();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

function schedule(): void {
  timer = setTimeout(
    () => {
      for (const listener of listeners) listener();
      schedule();
    },
    MINUTE_MS - (Date.now() % MINUTE_MS),
  );
}
