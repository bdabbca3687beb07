import { encodeHex, err, ok } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import {
  createRecoveryKey,
  decodeRecoveryWords,
  encodeRecoveryWords,
  generatePassphrase,
} from "@halqa/backup";
import { describe, expect, it } from "vitest";
import { kindOf } from "../testing/sample.ts";

const random = createSeededRandom("words");
const key = createRecoveryKey(random.bytes);
const words = encodeRecoveryWords(key);

describe("recovery words", () => {
  it("[BK-1] are 24 words of BIP39 for 256 bits and back", () => {
    for (let i = 0; i < 50; i++) {
      const one = createRecoveryKey(random.bytes);
      const text = encodeRecoveryWords(one);
      expect(text.length).toBe(24);
      expect(decodeRecoveryWords(text.join(" "))).toEqual(ok(one));
    }
    // BIP39's own vectors for 256 bits, at both ends.
    const zeros = Array.from({ length: 23 }, () => "abandon");
    expect(encodeRecoveryWords(new Uint8Array(32))).toEqual([...zeros, "art"]);
    const ones = Array.from({ length: 23 }, () => "zoo");
    const ff = new Uint8Array(32).fill(255);
    expect(encodeRecoveryWords(ff)).toEqual([...ones, "vote"]);
  });

  it("[BK-2] are read as people type them", () => {
    const typed = [
      ` ${words.join("\n ")} `,
      words.join(", ").toUpperCase(),
      words.join(".\t"),
      words.map((word) => word.normalize("NFKC")).join("\u00a0\u3000"),
    ];
    for (const text of typed) {
      expect(decodeRecoveryWords(text)).toEqual(ok(key));
    }
  });

  it("[BK-3] name the word that is in no list, and tell a wrong number and a wrong word apart", () => {
    const wrong = words.with(7, "halqa");
    expect(decodeRecoveryWords(wrong.join(" "))).toEqual(
      err({ kind: "unknown-word", at: 7, word: "halqa" }),
    );
    for (const count of [0, 1, 12, 23, 25]) {
      const some = Array.from({ length: count }, (_, i) => words[i % 24]);
      expect(decodeRecoveryWords(some.join(" "))).toEqual(
        err({ kind: "wrong-count", count }),
      );
    }
    let noticed = 0;
    for (let at = 0; at < 24; at++) {
      const other = words[at] === "zoo" ? "zone" : "zoo";
      const read = decodeRecoveryWords(words.with(at, other).join(" "));
      if (kindOf(read) === "wrong-checksum") noticed++;
      else expect(read).not.toEqual(ok(key));
    }
    // One in 256 slips by.
    expect(noticed).toBeGreaterThanOrEqual(22);
    const swapped = words.with(0, words[1]!).with(1, words[0]!);
    expect(kindOf(decodeRecoveryWords(swapped.join(" ")))).toBe(
      "wrong-checksum",
    );
  });
});

describe("generated passphrases", () => {
  it("[BK-4] are six words, each of 2,048 as likely as any other", () => {
    const seen = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const drawn = generatePassphrase(random.bytes).split(" ");
      expect(drawn.length).toBe(6);
      for (const word of drawn) seen.set(word, (seen.get(word) ?? 0) + 1);
    }
    // 24,000 draws: about 11.7 of each word.
    expect(seen.size).toBeGreaterThan(2040);
    expect(Math.max(...seen.values())).toBeLessThan(40);
    expect(generatePassphrase(random.bytes, 5).split(" ").length).toBe(5);
    expect(() => generatePassphrase(random.bytes, 4)).toThrow("5 to 24");
    expect(encodeHex(key).length).toBe(64);
  });
});
