// What is done while the page goes (docs/spec/app.md, AP-40). A reload ends the worker in the middle of what it does, and a page
// that goes cannot wait for an answer as it does otherwise: it holds itself up for the moment that a transaction takes.

/** A transaction takes some 10 ms on a phone; longer than this nobody is kept. */
const MOST_MS = 300;

interface Leaving {
  /** Tells the engine what it was not told yet. */
  readonly save: () => void;
  /** Has the flag set to 1 when everything that the engine was told is stored; false where nothing is under way. */
  readonly settle: (flag: Int32Array<SharedArrayBuffer>) => boolean;
}

/** Saves when the page is hidden, and lets it go only when that is stored. */
export function watchLeaving({ save, settle }: Leaving): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  addEventListener("pagehide", () => {
    save();
    // Shared memory is the one thing that a page sees change without a turn of its own; it needs the isolation of HT-2.
    if (!crossOriginIsolated) return;
    const flag = new Int32Array(new SharedArrayBuffer(4));
    if (!settle(flag)) return;
    const end = performance.now() + MOST_MS;
    while (Atomics.load(flag, 0) === 0 && performance.now() < end);
  });
}
