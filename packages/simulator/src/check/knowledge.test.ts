import { describe, expect, it } from "vitest";
import { concatBytes } from "@halqa/bytes";
import { createTerms } from "./knowledge.ts";
import type { Terms } from "./knowledge.ts";

const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const label = new TextEncoder().encode("a label");

function recorded(...record: readonly ((terms: Terms) => void)[]): Terms {
  const terms = createTerms();
  for (const one of record) one(terms);
  return terms;
}

describe("who could know what", () => {
  it("[SI-8] I5: what is derived follows from its key, and its key not from it", () => {
    const terms = recorded(
      (t) => t.hearFresh(key(1)),
      (t) => t.hear({ kind: "mac", key: key(1), data: label, out: key(2) }),
      (t) => t.hear({ kind: "mac", key: key(2), data: label, out: key(3) }),
    );
    expect(terms.knowledgeOf([key(1)]).knows(key(3))).toBe(true);
    expect(terms.knowledgeOf([key(3)]).knows(key(2))).toBe(false);
    expect(terms.knowledgeOf([concatBytes(label, key(2))]).knows(key(3))).toBe(
      true,
    );
  });

  it("[SI-8] I5: what is made of two secrets needs both", () => {
    const both = concatBytes(label, key(2));
    const terms = recorded(
      (t) => t.hearFresh(key(1)),
      (t) => t.hearFresh(key(2)),
      (t) => t.hear({ kind: "mac", key: key(1), data: both, out: key(3) }),
    );
    expect(terms.knowledgeOf([key(1)]).knows(key(3))).toBe(false);
    expect(terms.knowledgeOf([key(2)]).knows(key(3))).toBe(false);
    expect(terms.knowledgeOf([key(1), key(2)]).knows(key(3))).toBe(true);
  });

  it("[SI-8] I5: an agreed secret needs the secret half of one of two keys", () => {
    const terms = recorded(
      (t) => t.hear({ kind: "pair", secretKey: key(1), out: key(11) }),
      (t) => t.hear({ kind: "pair", secretKey: key(2), out: key(12) }),
      (t) =>
        t.hear({ kind: "exchange", own: key(11), other: key(12), out: key(3) }),
    );
    expect(terms.knowledgeOf([key(11), key(12)]).knows(key(3))).toBe(false);
    expect(terms.knowledgeOf([key(1)]).knows(key(3))).toBe(true);
    expect(terms.knowledgeOf([key(2)]).knows(key(3))).toBe(true);
  });

  it("[SI-8] I6: what was sealed is open to who has the key, with all that lies in it", () => {
    const inside = concatBytes(label, key(2), label);
    const terms = recorded(
      (t) => t.hearFresh(key(2)),
      (t) =>
        t.hear({ kind: "seal", key: key(1), plaintext: inside, out: key(9) }),
    );
    expect(terms.knowledgeOf([key(9)]).knows(key(2))).toBe(false);
    expect(terms.knowledgeOf([key(1)]).knows(key(2))).toBe(true);
    expect(terms.keysOver(label)).toEqual([key(1)]);
  });

  it("[SI-8] I11: two entries under one key of MLS are seen, copies and what never left are not", () => {
    const seal =
      (n: number, plaintext: Uint8Array, out: Uint8Array) => (t: Terms) =>
        t.hear({ kind: "seal", key: key(n), plaintext, out });
    const envelope = (n: number): Uint8Array =>
      concatBytes(new Uint8Array(24), key(n));
    const terms = recorded(
      seal(1, label, key(21)),
      seal(1, label, key(22)),
      seal(5, concatBytes(label, key(21)), key(31)),
      seal(5, concatBytes(label, key(22)), key(32)),
    );
    expect(terms.sealedTwice([envelope(31), envelope(31)])).toBe(0);
    expect(terms.sealedTwice([envelope(31), envelope(32)])).toBe(1);
  });
});
