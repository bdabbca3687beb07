// What another app handed over to be said in a circle (docs/spec/app.md, AP-95). It is in memory alone until a circle is chosen.

/** Longer texts are no messages; the rest is cut off. */
export const MOST_SHARED = 4_000;

export interface Shared {
  /** What was handed over, once; undefined where there is nothing, or where it is gone. */
  readonly take: () => Promise<string | undefined>;
}
