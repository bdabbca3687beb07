import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBucket, placesIn } from "./bucket.ts";
import {
  candidatesIn,
  isFoundIn,
  namesFor,
  namesOfSegment,
  parseQuery,
  planSegment,
  SEGMENT_SPAN,
  segmentOf,
  startOfSegment,
  type Doc,
} from "./index.ts";

const words = [
  "strike",
  "rent",
  "اجتماع",
  "الاجتماع",
  "کرێ",
  "civîn",
  "a",
  "42",
];
const doc = (span: number): fc.Arbitrary<Doc> =>
  fc.record({
    ordinal: fc.nat({ max: span - 1 }),
    text: fc
      .array(fc.constantFrom(...words), { maxLength: 6 })
      .map((list) => list.join(" ")),
    fleeting: fc.boolean(),
  });
const docs = fc.uniqueArray(doc(200), {
  selector: (x) => x.ordinal,
  maxLength: 60,
});

type Records = ReadonlyMap<string, Uint8Array>;
const store = (
  ...plans: readonly ReturnType<typeof planSegment>[]
): Records => {
  const records = new Map<string, Uint8Array>();
  for (const { name, value } of plans.flat()) {
    if (value === undefined) records.delete(name);
    else records.set(name, value);
  }
  return records;
};
const find = (
  records: Records,
  typed: string,
  segment = 0,
): readonly number[] =>
  candidatesIn(parseQuery(typed)!, segment, (name) => records.get(name));

describe("a segment", () => {
  it("[SE-20] finds every text that has what is looked for, the newest first, and reads the records that it names only", () => {
    fc.assert(
      fc.property(docs, fc.constantFrom(...words), (list, typed) => {
        const records = store(planSegment(0, list));
        const query = parseQuery(typed)!;
        const names = new Set(namesFor(query, 0));
        const found = candidatesIn(query, 0, (name) => {
          expect(names.has(name)).toBe(true);
          return records.get(name);
        });
        expect(found).toEqual(found.toSorted((a, b) => b - a));
        for (const { ordinal, text } of list) {
          if (isFoundIn(query, text)) expect(found).toContain(ordinal);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("[SE-21] stands at names that can be computed, for any place in the list", () => {
    const start = startOfSegment(97);
    expect(segmentOf(start)).toBe(97);
    expect(segmentOf(start + SEGMENT_SPAN - 1)).toBe(97);
    const plan = planSegment(97, [{ ordinal: start + 5, text: "rent" }]);
    expect(plan.map((x) => x.name)).toEqual(namesOfSegment(97));
    expect(find(store(plan), "rent", 97)).toEqual([start + 5]);
    for (const name of namesFor(parseQuery("rent")!, 97))
      expect(namesOfSegment(97)).toContain(name);
  });

  it("[SE-22] written again holds nothing of what is gone", () => {
    const before = planSegment(0, [
      { ordinal: 1, text: "secret plan" },
      { ordinal: 2, text: "rent" },
    ]);
    const after = planSegment(0, [{ ordinal: 2, text: "rent" }]);
    const records = store(before, after);
    expect(find(records, "secret")).toEqual([]);
    expect(find(records, "rent")).toEqual([2]);
    expect(records).toEqual(store(after));
  });

  it("[SE-23] holds no word of what will disappear, and still leads to it", () => {
    const fleeting = planSegment(0, [
      { ordinal: 3, text: "clandestine", fleeting: true },
    ]);
    expect(find(store(fleeting), "clandestine")).toEqual([3]);
    const other = planSegment(0, [
      { ordinal: 3, text: "otherwise", fleeting: true },
    ]);
    expect(fleeting).toEqual(other);
  });

  it("[SE-24] leads to texts that are too long for it, and stays small under a flood", () => {
    const random = createSeededRandom("flood");
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const word = (): string =>
      Array.from({ length: 12 }, () => letters[random.int(26)]).join("");
    const long = Array.from({ length: 1_200 }, word).join(" ");
    const plan = planSegment(0, [{ ordinal: 9, text: `${long} needle` }]);
    expect(find(store(plan), "needle")).toEqual([9]);
    const size = plan.reduce((sum, x) => sum + (x.value?.length ?? 0), 0);
    expect(size).toBeLessThan(100);
  });

  it("[SE-25] costs a few records for a thousand messages", () => {
    const random = createSeededRandom("talk");
    const talk = Array.from({ length: SEGMENT_SPAN }, (_, ordinal) => ({
      ordinal,
      text: Array.from(
        { length: 8 },
        () => words[random.int(words.length)],
      ).join(" "),
    }));
    const plan = planSegment(0, talk);
    expect(plan.length).toBeLessThanOrEqual(33);
    for (const { value } of plan)
      expect(value?.length ?? 0).toBeLessThan(65_536);
  });

  it("[SE-26] finds nothing in records that are damaged, and never throws", () => {
    const random = createSeededRandom("damage");
    const plan = planSegment(0, [{ ordinal: 1, text: "strike fund" }]);
    for (let i = 0; i < 300; i++) {
      const records = new Map(
        plan.flatMap(({ name, value }) =>
          value === undefined ? [] : [[name, mutateBytes(value, random)]],
        ),
      );
      expect(() => find(records, "strike")).not.toThrow();
    }
  });
});

describe("buckets as bytes", () => {
  const places = fc
    .uniqueArray(fc.nat({ max: SEGMENT_SPAN - 1 }), {
      minLength: 1,
      maxLength: 40,
    })
    .map((list) => list.toSorted((a, b) => a - b));

  it("[SE-26] tell of each gram where it stands, and of damaged bytes something in its bounds", () => {
    const bucket = fc
      .array(fc.tuple(fc.constantFrom("^a", "abc", "اجت", "^"), places))
      .map((list) => new Map<string, readonly number[]>(list));
    fc.assert(
      fc.property(bucket, fc.integer(), (x, seed) => {
        const bytes = encodeBucket(x);
        for (const gram of ["^a", "abc", "اجت", "^", "xyz"]) {
          expect(placesIn(bytes, gram)).toEqual(x.get(gram) ?? []);
        }
        const damaged = mutateBytes(bytes, createSeededRandom(seed));
        const got = placesIn(damaged, "abc");
        expect(got.every((place) => place >= 0 && place < SEGMENT_SPAN)).toBe(
          true,
        );
      }),
      { numRuns: 200 },
    );
  });
});
