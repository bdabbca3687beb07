import { concatBytes, encodeHex, encodeUtf8 } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { createSeededRandom, findCanaries } from "./index.ts";

const word = "مِرسال-Kanarya-7";
const key = createSeededRandom("key").bytes(32);
const noise = createSeededRandom("noise").bytes(20_000);

const around = (bytes: Uint8Array): Uint8Array =>
  concatBytes(noise.subarray(0, 9001), bytes, noise.subarray(9001));

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64");

// Planted, each as some program would do it by accident.
const leaks: readonly (readonly [string, Uint8Array])[] = [
  ["utf8", encodeUtf8(word)],
  ["utf16le", Buffer.from(word, "utf16le")],
  ["utf16be", Buffer.from(word, "utf16le").swap16()],
  ["utf8 in hex", encodeUtf8(encodeHex(encodeUtf8(word)))],
  ["utf8 in HEX", encodeUtf8(encodeHex(encodeUtf8(word)).toUpperCase())],
  ["utf16le in base64", encodeUtf8(base64(Buffer.from(word, "utf16le")))],
  ...["", "a", "ab", "abc"].flatMap((before) =>
    ["", "!", "!!"].map((after): readonly [string, Uint8Array] => [
      "utf8 in base64",
      encodeUtf8(base64(encodeUtf8(`${before}${word}${after}`))),
    ]),
  ),
  ["utf8 in base64url", encodeUtf8(Buffer.from(word).toString("base64url"))],
];

describe("findCanaries", () => {
  it.each(leaks)("finds a word as %s", (form, leak) => {
    const forms = findCanaries(around(leak), ["absent", word]);
    expect(forms.map((finding) => finding.form)).toContain(form);
    expect(forms.every((finding) => finding.canary === word)).toBe(true);
  });

  it("finds bytes as such, in hexadecimal and in base64", () => {
    const shifted = concatBytes(Uint8Array.of(7), key, Uint8Array.of(8));
    const planted = [
      key,
      encodeUtf8(encodeHex(key)),
      encodeUtf8(base64(key)),
      encodeUtf8(Buffer.from(shifted).toString("base64url")),
    ];
    for (const leak of planted) {
      const [found] = findCanaries(around(leak), [key]);
      expect(found?.canary).toBe(encodeHex(key));
    }
  });

  it("finds nothing where nothing is", () => {
    expect(findCanaries(noise, [word, key])).toEqual([]);
    expect(findCanaries(new Uint8Array(), [word, key])).toEqual([]);
  });
});
