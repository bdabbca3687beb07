import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { decodeHex, encodeHex } from "@halqa/bytes";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents, histories, id, people } from "../testing/arbitraries.ts";
import { applyBatch, emptyList, itemsOf } from "../testing/list.ts";
import {
  decodeItem,
  decodeSummary,
  emptySummary,
  encodeItem,
  encodeSummary,
  foldSummary,
  markRead,
  type Item,
  type Summary,
} from "./index.ts";

const items = histories(contents(id), 30).map((events) =>
  itemsOf(applyBatch(emptyList, events)),
);
const own = people[0].memberKey;
const summaries = fc
  .tuple(items, fc.integer({ min: -1, max: 30 }))
  .map(([list, read]) =>
    markRead(foldSummary(emptySummary, list, { own, minute: 0 }), read),
  );

const message: Item = {
  item: "message",
  id: new Uint8Array(16).fill(1),
  ordinal: 3,
  position: 2 ** 40 + 5,
  minute: 7,
  author: { memberKey: new Uint8Array(32).fill(2), name: "L" },
  text: "Hi",
  replyTo: { id: new Uint8Array(16).fill(3) },
  reactions: [
    { memberKey: new Uint8Array(32).fill(4), position: 9, emoji: "👍" },
    { memberKey: new Uint8Array(32).fill(5), position: 8, emoji: "" },
  ],
};
const messageHex = [
  "01 00",
  "01".repeat(16),
  "01 00000003 010000000005 00000007",
  `${"02".repeat(32)} 01 4c`,
  "02 4869",
  `01 ${"03".repeat(16)} 00`,
  "00 00 00 00 00 00",
  `4052 ${"04".repeat(32)} 000000000009 04 f09f918d`,
  `${"05".repeat(32)} 000000000008 00`,
  "00 00 00 00",
  "00",
]
  .join("")
  .replaceAll(" ", "");

describe("items as bytes", () => {
  it("[CT-34] read back what was written", () => {
    fc.assert(
      fc.property(items, (list) => {
        for (const item of list) {
          expect(decodeItem(encodeItem(item))).toEqual({
            ok: true,
            value: item,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-34] have one form, and any bytes get an answer", () => {
    fc.assert(
      fc.property(items, fc.integer(), (list, seed) => {
        const random = createSeededRandom(seed);
        for (const item of list.slice(0, 6)) {
          for (let i = 0; i < 6; i++) {
            const bytes = mutateBytes(encodeItem(item), random);
            const got = decodeItem(bytes);
            if (got.ok) expect(encodeItem(got.value)).toEqual(bytes);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("[CT-34] keep their layout: a later version reads what this one wrote", () => {
    expect(encodeHex(encodeItem(message))).toBe(messageHex);
    const bytes = decodeHex(messageHex);
    expect(bytes.ok && decodeItem(bytes.value)).toEqual({
      ok: true,
      value: message,
    });
  });

  it("[CT-34] are refused where people stand out of order or twice, and in another version", () => {
    const swapped = {
      ...message,
      reactions: message.reactions.toReversed(),
    };
    const twice = {
      ...message,
      reactions: [message.reactions[0]!, message.reactions[0]!],
    };
    for (const bad of [swapped, twice]) {
      expect(decodeItem(encodeItem(bad))).toMatchObject({
        error: { kind: "non-canonical" },
      });
    }
    const bytes = encodeItem(message);
    bytes[0] = 2;
    expect(decodeItem(bytes)).toMatchObject({ error: { kind: "invalid" } });
  });
});

describe("summaries as bytes", () => {
  it("[CT-34] read back what was written", () => {
    fc.assert(
      fc.property(summaries, (summary) => {
        expect(decodeSummary(encodeSummary(summary))).toEqual({
          ok: true,
          value: summary,
        });
      }),
      { numRuns: 100 },
    );
    expect(decodeSummary(encodeSummary(emptySummary))).toEqual({
      ok: true,
      value: emptySummary,
    });
  });

  it("[CT-34] have one form, and any bytes get an answer", () => {
    const random = createSeededRandom("summaries");
    fc.assert(
      fc.property(summaries, (summary: Summary) => {
        for (let i = 0; i < 10; i++) {
          const bytes = mutateBytes(encodeSummary(summary), random);
          const got = decodeSummary(bytes);
          if (got.ok) expect(encodeSummary(got.value)).toEqual(bytes);
        }
      }),
      { numRuns: 100 },
    );
  });
});
