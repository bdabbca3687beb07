// The contract of the raw store as a suite that every implementation passes (docs/spec/storage.md, ST-1 to ST-9).

import { concatBytes, decodeUtf8, encodeUtf8, type Result } from "@halqa/bytes";
import { StoreFault, type RawStore, type RawWrite } from "@halqa/vault";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSeededRandom } from "../src/seeded-random.ts";

/** A place on some disk that can be opened again and again, one store at a time. */
export interface RawStorePlace {
  /** Rejects where somebody else has it open and it does not let a second one in. */
  readonly open: () => Promise<RawStore>;
  /** Lets the device have no room for a value of more than 100,000 bytes, for the store that is open, until told otherwise. */
  readonly fill: (isFull: boolean) => void;
  /** Takes the place away after a test. */
  readonly remove: () => Promise<void>;
}

/** A place and the store open on it. */
interface Subject {
  readonly place: RawStorePlace;
  store: RawStore;
}

interface ContractCase {
  readonly rule: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** Registers the suite under `name`; `make` gives a fresh place for each test. */
export function describeRawStore(
  name: string,
  make: () => Promise<RawStorePlace>,
): void {
  describe(name, () => {
    let subject: Subject;
    beforeEach(async () => {
      const place = await make();
      subject = { place, store: await place.open() };
    });
    afterEach(async () => {
      await subject.store.close();
      await subject.place.remove();
    });
    for (const { rule, check } of contract) it(rule, () => check(subject));
  });
}

const contract: readonly ContractCase[] = [
  {
    rule: "[ST-1] answers each key in order, undefined where nothing is",
    check: async ({ store }) => {
      await store.commit([put(1, "one"), put(2, "two")]);
      expect(await texts(store, [2, 3, 1, 2])).toEqual([
        "two",
        undefined,
        "one",
        "two",
      ]);
      expect(await store.read([])).toEqual([]);
    },
  },
  {
    rule: "[ST-2] applies the writes of a commit in their order",
    check: async ({ store }) => {
      await store.commit([put(1, "a"), put(1, "b"), put(2, "c"), drop(2)]);
      await store.commit([drop(3), drop(1), put(1, "d")]);
      await store.commit([]);
      const expected = ["d", undefined, undefined];
      expect(await texts(store, [1, 2, 3])).toEqual(expected);
    },
  },
  {
    rule: "[ST-3] takes bytes as they are at the call and hands out copies",
    check: async ({ store }) => {
      const write = { key: keyOf(1), value: encodeUtf8("as it was") };
      const committed = store.commit([write]);
      write.value.fill(0);
      write.key.fill(0);
      await committed;
      const wanted = keyOf(1);
      const reading = store.read([wanted]);
      wanted.fill(0);
      const [read] = await reading;
      expect(read).toEqual(encodeUtf8("as it was"));
      read?.fill(0);
      expect(await texts(store, [1])).toEqual(["as it was"]);
    },
  },
  {
    rule: "[ST-4] keeps any bytes, and of a view only what it shows",
    check: async (subject) => {
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      const large = createSeededRandom("large").bytes(1_000_000);
      const part = large.slice(0, 1000);
      const view = concatBytes(part, part, part).subarray(1000, 2000);
      const values = [new Uint8Array(), every, large, view];
      const writes = values.map((value, i) => ({ key: keyOf(i), value }));
      await subject.store.commit(writes);
      await reopen(subject);
      const read = await subject.store.read(writes.map(({ key }) => key));
      expect(read).toHaveLength(values.length);
      for (const [i, value] of values.entries()) {
        // Compared as buffers: item by item would take seconds.
        expect(Buffer.from(value).equals(read[i] ?? part)).toBe(true);
      }
      expect(read[3]?.buffer.byteLength).toBe(1000);
    },
  },
  {
    rule: "[ST-5] writes nothing of a commit that it cannot write whole",
    check: async ({ store }) => {
      await store.commit([put(1, "before")]);
      const short = { key: new Uint8Array(31), value: new Uint8Array(1) };
      const writes = [put(1, "after"), put(2, "after"), short, drop(1)];
      await expect(store.commit(writes)).rejects.toThrow("32 bytes");
      const keys = [keyOf(1), short.key];
      await expect(store.read(keys)).rejects.toThrow("32 bytes");
      expect(await texts(store, [1, 2])).toEqual(["before", undefined]);
      await store.commit([put(2, "later")]);
      expect(await texts(store, [1, 2])).toEqual(["before", "later"]);
    },
  },
  {
    rule: "[ST-6] has everything after it was closed and opened",
    check: async (subject) => {
      await subject.store.commit([put(1, "one"), put(2, "two")]);
      await subject.store.commit([drop(1), put(3, "three")]);
      await reopen(subject);
      const expected = [undefined, "two", "three"];
      expect(await texts(subject.store, [1, 2, 3])).toEqual(expected);
    },
  },
  {
    rule: "[ST-7] finishes what is under way when it is closed, and nothing after",
    check: async (subject) => {
      const { store, place } = subject;
      const ended: string[] = [];
      void store.commit([put(1, "a")]).then(() => ended.push("commit"));
      void store.read([keyOf(1)]).then(() => ended.push("read"));
      await store.close();
      expect(ended).toEqual(["commit", "read"]);
      await store.close();
      const late = [
        () => store.read([keyOf(1)]),
        () => store.commit([put(2, "late")]),
      ];
      for (const call of late) {
        await expect(call()).rejects.toThrow(new StoreFault("unavailable"));
      }
      subject.store = await place.open();
      expect(await texts(subject.store, [1, 2])).toEqual(["a", undefined]);
    },
  },
  {
    rule: "[ST-8] does what it is asked in the order it is asked",
    check: async ({ store }) => {
      const commits = Array.from({ length: 20 }, (_, i) =>
        store.commit([put(1, `${i}`), i % 2 === 0 ? put(2, `${i}`) : drop(2)]),
      );
      const read = texts(store, [1, 2]);
      await Promise.all(commits);
      expect(await read).toEqual(["19", undefined]);
    },
  },
  { rule: "[ST-9] agrees with a table in memory", check: compareWithTable },
  {
    rule: "[ST-10] says that there is no room, keeps what was there, and goes on when there is",
    check: async (subject) => {
      const { store, place } = subject;
      await store.commit([put(1, "before"), put(2, "before")]);
      place.fill(true);
      const large = { key: keyOf(3), value: new Uint8Array(400_000).fill(7) };
      for (const writes of [
        [put(1, "after"), large],
        [drop(2), large, put(4, "after")],
      ]) {
        const commit = store.commit(writes);
        await expect(commit).rejects.toThrow(new StoreFault("full"));
      }
      const before = ["before", "before", undefined, undefined];
      expect(await texts(store, [1, 2, 3, 4])).toEqual(before);
      place.fill(false);
      await store.commit([put(1, "later"), large]);
      await reopen(subject);
      expect(await texts(subject.store, [1, 2])).toEqual(["later", "before"]);
      const [kept] = await subject.store.read([keyOf(3)]);
      expect(kept?.length).toBe(400_000);
    },
  },
  {
    rule: "[ST-17] lets one of two openers write: the second is kept out, or the first",
    check: async (subject) => {
      const { store, place } = subject;
      await store.commit([put(1, "first")]);
      const second = await place.open().catch(() => undefined);
      if (second === undefined) {
        await store.commit([put(1, "first again")]);
        expect(await texts(store, [1])).toEqual(["first again"]);
        return;
      }
      const late = store.commit([put(1, "too late"), put(2, "too late")]);
      await expect(late).rejects.toThrow(new StoreFault("unavailable"));
      await second.commit([put(1, "second")]);
      const later = store.commit([drop(1)]);
      await expect(later).rejects.toThrow(new StoreFault("unavailable"));
      expect(await texts(second, [1, 2])).toEqual(["second", undefined]);
      await store.close();
      subject.store = second;
    },
  },
];

async function compareWithTable(subject: Subject): Promise<void> {
  const random = createSeededRandom("history");
  const table = new Map<number, string>();
  const numbers = Array.from({ length: 12 }, (_, n) => n);
  for (let round = 0; round < 60; round++) {
    const writes = Array.from({ length: random.int(8) }, () => {
      const n = random.pick(numbers);
      const text = random.bool(0.3) ? undefined : `${round}/${n}`;
      if (text === undefined) table.delete(n);
      else table.set(n, text);
      return text === undefined ? drop(n) : put(n, text);
    });
    await subject.store.commit(writes);
    if (random.bool(0.1)) await reopen(subject);
    const expected = numbers.map((n) => table.get(n));
    expect(await texts(subject.store, numbers)).toEqual(expected);
  }
}

async function reopen(subject: Subject): Promise<void> {
  await subject.store.close();
  subject.store = await subject.place.open();
}

async function texts(
  store: RawStore,
  numbers: readonly number[],
): Promise<(string | undefined)[]> {
  const values = await store.read(numbers.map(keyOf));
  return values.map((value) => value && textOf(decodeUtf8(value)));
}

function textOf(text: Result<string, unknown>): string {
  return text.ok ? text.value : "no text";
}

function put(n: number, text: string): RawWrite {
  return { key: keyOf(n), value: encodeUtf8(text) };
}

function drop(n: number): RawWrite {
  return { key: keyOf(n), value: undefined };
}

function keyOf(n: number): Uint8Array {
  return new Uint8Array(32).fill(0xa5, 1).fill(n, 31);
}
