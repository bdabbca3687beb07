import { concatBytes, encodeUtf8, InvariantError, ok } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { createSeededRandom, findCanaries, mutateBytes } from "@halqa/testkit";
import type { BackupEntry, BackupKey } from "@halqa/backup";
import { beforeAll, describe, expect, it } from "vitest";
import {
  kindOf,
  passphraseKey,
  readFile,
  sampleEntries,
  wordsKey,
  writeFile,
} from "../testing/sample.ts";
import { forgeFile } from "../testing/forge.ts";
import { encodeEntry } from "./entry.ts";
import { FILE_HEADER_LENGTH } from "./file-header.ts";
import { padmeSize } from "./padme.ts";
import { createBackupReader } from "./read-backup.ts";
import { createBackupWriter } from "./write-backup.ts";

beforeAll(() => ready);

const entries = sampleEntries();
const large = sampleEntries(900);
const { bytes } = createSeededRandom("backup");
const deviceKey: BackupKey = { by: "device", key: bytes(32) };

describe("a backup", () => {
  it.each([
    ["words", wordsKey],
    ["a passphrase", passphraseKey],
    ["a device's key", deviceKey],
  ])("[BK-5] gives back its entries, opened by %s", (_, key) => {
    const file = writeFile(entries, key);
    expect(readFile(file, key)).toEqual(ok(entries));
  });

  it("[BK-5] is read the same in pieces of any size, and empty too", () => {
    const file = writeFile(large);
    for (const piece of [1_000_000, 65_536, 65_602, 4_096, 977]) {
      expect(readFile(file, wordsKey, piece)).toEqual(ok(large));
    }
    const small = writeFile(entries);
    expect(readFile(small, wordsKey, 1)).toEqual(ok(entries));
    expect(readFile(writeFile([]))).toEqual(ok([]));
  });

  it("[BK-6] has one order of entries, and refuses every other", () => {
    const [identity, setting, other, circle, mark, , item, next] = entries;
    const bad: readonly (readonly (BackupEntry | undefined)[])[] = [
      [setting, identity],
      [identity, identity],
      [identity, other, setting],
      [identity, setting, setting],
      [item],
      [mark],
      [circle, item, mark],
      [circle, mark, mark],
      [circle, next, item],
      [circle, item, item],
      [circle, circle],
      [circle, setting],
    ];
    for (const order of bad) {
      const list = order.filter((entry) => entry !== undefined);
      expect(() => writeFile(list)).toThrow(InvariantError);
      expect(kindOf(readFile(forge(list.map(encodeEntry))))).toBe("malformed");
    }
    const good = [circle, item].filter((entry) => entry !== undefined);
    expect(readFile(forge(good.map(encodeEntry)))).toEqual(ok(good));
  });

  it("[BK-6] refuses what is no entry, and padding that is not zero", () => {
    const [identity, setting, , circle] = entries.map(encodeEntry);
    const role = circle!.slice();
    role[1 + 32 + 1 + 15 + 32] = 9;
    const bad = [
      [Uint8Array.of(9)],
      [new Uint8Array(33)],
      [concatBytes(identity!, Uint8Array.of(0))],
      [setting!.subarray(0, 5)],
      [role],
      [new Uint8Array(1024 * 1024 + 1)],
    ];
    for (const list of bad) {
      expect(kindOf(readFile(forge(list)))).toBe("malformed");
    }
    expect(kindOf(readFile(forge([], { padding: 1 })))).toBe("malformed");
    expect(kindOf(readFile(forge([], { more: 2048 })))).toBe("malformed");
    expect(kindOf(readFile(forge([], { isEnded: false, padding: 1 })))).toBe(
      "malformed",
    );
  });

  it("[BK-7] [BK-8] looks like noise from its second byte on, and never the same twice", () => {
    const canary = "بنفسجة-Kanarya-77";
    const named: readonly BackupEntry[] = [
      { entry: "identity", seed: encodeUtf8("s".repeat(32)), name: canary },
    ];
    const [one, two] = [writeFile(named), writeFile(named)];
    expect(findCanaries(concatBytes(one, two), [canary])).toEqual([]);
    expect([one[0], one[1]]).toEqual([1, 1]);
    expect(one.slice(2, 10)).toEqual(new Uint8Array(8));
    for (let at = 10; at + 16 <= 2000; at += 16) {
      expect(one.slice(at, at + 16)).not.toEqual(two.slice(at, at + 16));
    }
    const counts = Array.from({ length: 256 }, () => 0);
    for (const octet of one.subarray(10)) counts[octet]!++;
    expect(Math.min(...counts)).toBeGreaterThan(one.length / 256 / 2);
  });

  it("[BK-9] has one of few lengths, at most an eighth longer than needed", () => {
    const lengths = new Set<number>();
    for (let items = 0; items < 60; items++) {
      lengths.add(writeFile(sampleEntries(items)).length);
    }
    expect(lengths.size).toBe(1);
    for (let length = 61_440; length < 40_000_000; length += 98_765) {
      const size = padmeSize(length);
      expect(size).toBeGreaterThanOrEqual(length);
      expect(size).toBeLessThan(length * 1.125);
      expect(padmeSize(size)).toBe(size);
    }
    const between = new Set(
      Array.from({ length: 65_536 }, (_, i) => padmeSize(65_536 + i)),
    );
    expect(between.size).toBeLessThanOrEqual(33);
  });

  it("[BK-20] keeps to its bounds, and a bug writes nothing", () => {
    const circle = entries.find((one) => one.entry === "circle")!;
    const item = (length: number): BackupEntry => ({
      entry: "item",
      ordinal: 0,
      item: new Uint8Array(length),
    });
    const largest = 1024 * 1024 - 9;
    const whole = [circle, item(largest)];
    expect(readFile(writeFile(whole))).toEqual(ok(whole));
    expect(() => writeFile([circle, item(largest + 1)])).toThrow(
      InvariantError,
    );
    const many = (count: number): readonly BackupEntry[] =>
      Array.from({ length: count }, (_, i) => {
        const id = new Uint8Array(32);
        new DataView(id.buffer).setUint32(0, i);
        return { ...circle, id };
      });
    expect(kindOf(readFile(writeFile(many(1024))))).toBe("ok");
    expect(() => writeFile(many(1025))).toThrow(InvariantError);
    const settings = Array.from({ length: 257 }, (_, i): BackupEntry => ({
      entry: "setting",
      name: `s${String(i).padStart(3, "0")}`,
      value: new Uint8Array(),
    }));
    expect(kindOf(readFile(writeFile(settings.slice(1))))).toBe("ok");
    expect(() => writeFile(settings)).toThrow(InvariantError);
  });

  it("[BK-10] is written and read with no more at hand than a chunk and an entry", () => {
    const writer = createBackupWriter({
      key: deviceKey,
      random: createSeededRandom("long").bytes,
    });
    const reader = createBackupReader(deviceKey);
    const item = (ordinal: number): BackupEntry => ({
      entry: "item",
      ordinal,
      item: new Uint8Array(5000).fill(ordinal % 251),
    });
    const circle = entries.find(({ entry }) => entry === "circle")!;
    let read = 0;
    const take = (pieces: Iterable<Uint8Array>): void => {
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(65_536 + FILE_HEADER_LENGTH);
        const some = reader.push(piece);
        expect(some.ok).toBe(true);
        if (some.ok) read += some.value.length;
      }
    };
    take(writer.push(circle));
    const behind: number[] = [];
    for (let i = 0; i < 2000; i++) {
      take(writer.push(item(i)));
      behind.push(i + 2 - read);
    }
    take(writer.finish());
    const rest = reader.finish();
    expect(rest.ok && read + rest.value.length).toBe(2001);
    // What was given in came out again, but for three chunks.
    expect(Math.max(...behind)).toBeLessThan(42);
  });
});

describe("a backup that is not as it was made", () => {
  const file = (): Uint8Array => writeFile(entries);

  it("[BK-11] (N51) with any byte changed is refused, and says nothing of it before", () => {
    const whole = writeFile(entries, wordsKey);
    for (let at = 0; at < whole.length; at += at < 400 ? 1 : 211) {
      const changed = whole.slice();
      changed[at]! ^= 1 << (at % 8);
      const kind = kindOf(readFile(changed));
      const expected =
        at === 0
          ? "unsupported-version"
          : at === 1
            ? /^(unsupported-version|other-protection)$/
            : at < 10
              ? "refused-parameters"
              : "wrong-key-or-tampered";
      expect(kind).toMatch(expected);
    }
    const long = writeFile(large);
    for (const at of [70_000, 140_000, long.length - 1]) {
      const changed = long.slice();
      changed[at]! ^= 1;
      expect(kindOf(readFile(changed))).toBe("tampered");
    }
    const random = createSeededRandom("damage");
    for (let i = 0; i < 100; i++) {
      expect(kindOf(readFile(mutateBytes(whole, random)))).not.toBe("ok");
    }
  });

  it("[BK-11] (N51) cut anywhere is refused as cut", () => {
    const long = writeFile(large);
    const cuts = [0, 1, 65, 66, 67, 5000, 65_601, 65_602, 65_603, 200_000];
    for (const at of [...cuts, long.length - 1]) {
      expect([at, kindOf(readFile(long.subarray(0, at)))]).toEqual([
        at,
        "wrong-length",
      ]);
    }
  });

  it("[BK-11] (N51) with something behind it is refused, another backup too", () => {
    const one = file();
    for (const more of [
      Uint8Array.of(0),
      one,
      file(),
      new Uint8Array(70_000),
    ]) {
      expect(kindOf(readFile(concatBytes(one, more)))).toMatch(
        /^(wrong-length|wrong-key-or-tampered)$/,
      );
    }
    const long = writeFile(large);
    expect(kindOf(readFile(concatBytes(long, long)))).toBe("tampered");
  });

  it("[BK-11] (N51) put together of two files is refused", () => {
    const [one, two] = [writeFile(large), writeFile(large)];
    const cut = FILE_HEADER_LENGTH + 65_536;
    const parts = [
      [one.subarray(0, cut), two.subarray(cut)],
      [one.subarray(0, FILE_HEADER_LENGTH), two.subarray(FILE_HEADER_LENGTH)],
      [
        one.subarray(0, cut),
        one.subarray(cut + 65_536, cut + 2 * 65_536),
        one.subarray(cut),
      ],
    ];
    for (const some of parts) {
      expect(kindOf(readFile(concatBytes(...some)))).toMatch(/tampered$/);
    }
  });

  it("[BK-12] is refused to other words, another passphrase and another kind of key", () => {
    const other: BackupKey = { by: "words", key: bytes(32) };
    expect(kindOf(readFile(file(), other))).toBe("wrong-key-or-tampered");
    const locked = writeFile(entries, passphraseKey);
    for (const passphrase of ["orbit velvet harbour lamps", "", "\ud800"]) {
      const wrong: BackupKey = { by: "passphrase", passphrase };
      expect(kindOf(readFile(locked, wrong))).toBe("wrong-key-or-tampered");
    }
    expect(kindOf(readFile(locked))).toBe("other-protection");
    expect(kindOf(readFile(file(), passphraseKey))).toBe("other-protection");
    const { key } = wordsKey;
    const asDevice: BackupKey = { by: "device", key };
    expect(kindOf(readFile(file(), asDevice))).toBe("other-protection");
    const relabelled = file();
    relabelled[1] = 3;
    expect(kindOf(readFile(relabelled, asDevice))).toBe(
      "wrong-key-or-tampered",
    );
  });

  it("[BK-13] (N16) of another version or with cheap or dear parameters is refused before anything is derived", () => {
    const locked = writeFile(entries, passphraseKey);
    for (const version of [0, 2, 255]) {
      const other = locked.slice();
      other[0] = version;
      expect(kindOf(readFile(other, passphraseKey))).toBe(
        "unsupported-version",
      );
    }
    for (const [passes, memoryKiB] of [
      [1, 8],
      [1, 19 * 1024],
      [2, 8],
      [2, 4 * 1024 * 1024],
      [1000, 1024 * 1024],
    ]) {
      const other = locked.slice();
      const view = new DataView(other.buffer);
      view.setUint32(2, passes!);
      view.setUint32(6, memoryKiB!);
      expect(kindOf(readFile(other, passphraseKey))).toBe("refused-parameters");
    }
    // Within the limits, and not what the file was made with.
    const other = locked.slice();
    new DataView(other.buffer).setUint32(2, 3);
    expect(kindOf(readFile(other, passphraseKey))).toBe(
      "wrong-key-or-tampered",
    );
    const cheap = { ...passphraseKey, cost: { passes: 1, memoryKiB: 8 } };
    expect(() => writeFile(entries, cheap)).toThrow(InvariantError);
  });

  it("[BK-11] tells nothing after an error, whatever comes", () => {
    const reader = createBackupReader(wordsKey);
    const long = writeFile(large);
    const changed = long.slice();
    changed[70_000]! ^= 1;
    expect(kindOf(reader.push(changed))).toBe("tampered");
    expect(kindOf(reader.push(long))).toBe("tampered");
    expect(kindOf(reader.finish())).toBe("tampered");
  });
});

/** A file of any entries in any order, from the page of rules alone. */
function forge(
  bodies: readonly Uint8Array[],
  o: {
    readonly padding?: number;
    readonly more?: number;
    readonly isEnded?: boolean;
  } = {},
): Uint8Array {
  const { key } = wordsKey;
  return forgeFile(bodies, { ...o, key });
}
