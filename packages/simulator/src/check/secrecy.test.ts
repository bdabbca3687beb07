import { describe, expect, it } from "vitest";
import { createTerms } from "./knowledge.ts";
import { checkHealed } from "./secrecy.ts";
import type { Epoch, Image } from "./secrecy.ts";

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);

const image: Image = {
  name: "p1",
  circle: "circle",
  group: "group",
  epoch: 4n,
  leaf: 1,
  // The key that stood at its place in the tree, and a secret of then.
  held: [key(1), key(50)],
  keys: [],
  texts: [],
};

function epochOf(o: {
  readonly epoch: bigint;
  readonly key: Uint8Array;
  readonly leafKey: Uint8Array;
}): Epoch {
  const { leafKey, ...rest } = o;
  return {
    circle: "circle",
    group: "group",
    roster: new Set(),
    leafKey: () => leafKey,
    ...rest,
  };
}

/** From the secret of then follows one key, and another one from nothing that was held. */
function terms() {
  const known = createTerms();
  const data = new TextEncoder().encode("a label");
  for (const n of [1, 2]) known.hearFresh(key(n));
  known.hear({ kind: "mac", key: key(1), data, out: key(11) });
  known.hear({ kind: "mac", key: key(2), data, out: key(12) });
  return known;
}

describe("an image of a device that went on", () => {
  it("[SI-8] I7 sees that it reaches an epoch in which the device has new keys", () => {
    const reached = epochOf({ epoch: 6n, key: key(11), leafKey: key(60) });
    expect(() => checkHealed(image, terms(), [reached])).toThrow(/I7/);
  });

  it("[SI-8] I7 lets it reach what comes before that, and nothing else", () => {
    const before = epochOf({ epoch: 5n, key: key(11), leafKey: key(50) });
    const closed = epochOf({ epoch: 6n, key: key(12), leafKey: key(60) });
    expect(() => checkHealed(image, terms(), [before, closed])).not.toThrow();
  });
});
