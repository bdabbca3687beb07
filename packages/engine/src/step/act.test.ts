import { decode, encode, readU8, writeU8 } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { readAct, subjectOf, writeAct } from "./act.ts";
import type { Act, MemberActName } from "./act.ts";

const key = new Uint8Array(32).fill(7);
const about: readonly MemberActName[] = [
  "remove",
  "promote",
  "demote",
  "make-reader",
  "make-member",
  "hold",
  "let-return",
  "succeed",
];
const blob = { blobId: key, key, length: 9, hash: key };
const acts: readonly Act[] = [
  { act: "invite", invitePub: key },
  { act: "revoke", invitePub: key },
  { act: "approve", request: key },
  ...about.map((act): Act => ({ act, memberKey: key })),
  { act: "rename", name: "حلقة" },
  { act: "settings", wish: {} },
  {
    act: "settings",
    wish: {
      posting: "stewards",
      adding: "everyone",
      pinning: "stewards",
      disappearing: 60,
    },
  },
  { act: "picture", blob },
  { act: "charter", blob: undefined },
  { act: "rotate", from: 7 },
  { act: "tidy" },
  { act: "close" },
  { act: "leave" },
];

describe("acts", () => {
  it("[EN-16] [EN-50] come back from their bytes as they were, each with bytes of its own", () => {
    const forms = acts.map((act) => encode((w) => writeAct(w, act)));
    expect(forms.map((bytes) => decode(bytes, readAct))).toEqual(
      acts.map((value) => ({ ok: true, value })),
    );
    expect(new Set(forms.map((bytes) => bytes.join())).size).toBe(acts.length);
  });

  it("[EN-17] are refused when they are damaged, or have another's subject", () => {
    const random = createSeededRandom("acts");
    for (const act of acts) {
      const bytes = encode((w) => writeAct(w, act));
      for (let run = 0; run < 50; run++) {
        const damaged = mutateBytes(bytes, random);
        const read = decode(damaged, readAct);
        if (!read.ok) continue;
        expect(encode((w) => writeAct(w, read.value))).toEqual(damaged);
      }
      const nameless = encode((w) => writeU8(w, 255));
      expect(decode(nameless, readAct).ok).toBe(false);
      const name = decode(bytes.slice(0, 1), readU8);
      if (!name.ok || subjectOf(act).length !== 32) continue;
      const short = Uint8Array.of(name.value, 1, 9);
      expect(decode(short, readAct).ok).toBe(false);
    }
  });
});
