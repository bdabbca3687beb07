import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { decodeHex, encodeHex, InvariantError } from "@halqa/bytes";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contents } from "../testing/arbitraries.ts";
import {
  decodeContent,
  encodeContent,
  isSignal,
  MAX_CONTENT_BYTES,
  MAX_SECRET_BOX_BYTES,
  MAX_SECRET_BOXES,
  MAX_TEXT_BYTES,
  type Content,
  type Extension,
} from "./index.ts";

import { isMediaType } from "./attachment.ts";
import { composeFileName, isFileName } from "./text.ts";

const content = contents();
const target = new Uint8Array(16).fill(7);

const fromHex = (hex: string): Uint8Array => {
  const bytes = decodeHex(hex.replaceAll(" ", ""));
  if (!bytes.ok) throw new Error("no hex");
  return bytes.value;
};
const read = (hex: string): unknown => {
  const got = decodeContent(fromHex(hex));
  return got.ok ? got.value : got.error.kind;
};
const text = (x: string, extensions?: readonly Extension[]): Content => ({
  kind: "text",
  text: x,
  ...(extensions === undefined ? {} : { extensions }),
});

describe("contents as bytes", () => {
  it("[CT-1] reads back what was written", () => {
    fc.assert(
      fc.property(content, (x) => {
        expect(decodeContent(encodeContent(x))).toEqual({ ok: true, value: x });
      }),
      { numRuns: 400 },
    );
  });

  it("[CT-1] answers damaged bytes with an error or with a content that has these very bytes", () => {
    fc.assert(
      fc.property(content, fc.integer(), (x, seed) => {
        const random = createSeededRandom(seed);
        for (let i = 0; i < 8; i++) {
          const bytes = mutateBytes(encodeContent(x), random);
          const got = decodeContent(bytes);
          if (got.ok) expect(encodeContent(got.value)).toEqual(bytes);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("[CT-1] answers any bytes", () => {
    const versioned = fc
      .tuple(fc.integer({ min: 1, max: 16 }), fc.uint8Array({ maxLength: 120 }))
      .map(([code, rest]) => Uint8Array.of(1, 0, code, 0, ...rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), versioned), (bytes) => {
        const got = decodeContent(bytes);
        if (got.ok) expect(encodeContent(got.value)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [text("Hi"), "01 0001 00 02 4869 00 00 00 00 00"],
    [
      { kind: "reaction", target, emoji: "👍" },
      `01 0002 00 ${"07".repeat(16)} 04 f09f918d`,
    ],
    [
      {
        kind: "notice",
        title: "T",
        when: {
          local: "2026-11-26T18:00",
          zone: "Asia/Beirut",
          instant: Date.UTC(2026, 10, 26, 16),
          minutes: 90,
        },
        place: "",
        agenda: "a",
      },
      "01 0003 00 01 54 07ea 0b 1a 12 00 0b 417369612f426569727574 01c8ac20 01 005a 00 01 61",
    ],
    [
      { kind: "rsvp", notice: target, answer: "maybe" },
      `01 0004 00 ${"07".repeat(16)} 02`,
    ],
    [
      { kind: "edit", target, text: "Hi" },
      `01 0005 00 ${"07".repeat(16)} 02 4869 00`,
    ],
    [{ kind: "delete", target }, `01 0006 00 ${"07".repeat(16)}`],
    [
      { kind: "hide", target, reason: "spam" },
      `01 0007 00 ${"07".repeat(16)} 03`,
    ],
    [{ kind: "pin", target, pinned: true }, `01 0008 00 ${"07".repeat(16)} 01`],
    [
      {
        kind: "poll",
        question: "Q",
        options: ["a", "b"],
        ballot: "several",
        closes: 7,
      },
      "01 000a 00 01 51 04 0161 0162 01 01 00000007",
    ],
    [
      { kind: "vote", poll: target, choices: [1] },
      `01 000b 00 ${"07".repeat(16)} 01 01`,
    ],
    [
      { kind: "poll-close", poll: target, counted: [target] },
      `01 000c 00 ${"07".repeat(16)} 10 ${"07".repeat(16)}`,
    ],
    [{ kind: "task", title: "T", done: true }, "01 000d 00 01 54 00 00 01"],
    [
      { kind: "task-update", task: target, title: "T", due: 5, done: false },
      `01 000e 00 ${"07".repeat(16)} 01 54 00 01 00000005 00`,
    ],
    [
      { kind: "minutes", notice: target, text: "Hi" },
      `01 000f 00 01 ${"07".repeat(16)} 02 4869`,
    ],
    [
      {
        kind: "text",
        text: "@A",
        mentions: [{ memberKey: new Uint8Array(32).fill(1), at: 0, length: 2 }],
        forwarded: true,
        lifetime: 60,
      },
      `01 0001 00 02 4041 00 24 ${"01".repeat(32)} 0000 0002 00 01 01 0000003c`,
    ],
    [
      {
        kind: "text",
        text: "",
        attachments: [
          {
            kind: "photo",
            chunks: [{ blobId: new Uint8Array(32).fill(2), parts: 4 }],
            key: new Uint8Array(32).fill(3),
            hash: new Uint8Array(32).fill(4),
            size: 260_000,
            mediaType: "image/jpeg",
            name: "a.jpg",
            thumbnail: { at: "here", bytes: Uint8Array.of(9) },
            width: 640,
            height: 480,
          },
        ],
      },
      `01 0001 00 00 00 00 4083 01 21 ${"02".repeat(32)} 04 ${"03".repeat(32)} ${"04".repeat(32)} 0003f7a0 0a 696d6167652f6a706567 05 612e6a7067 01 00 01 09 01 0280 01 01e0 00 00 00`,
    ],
    [{ kind: "hello" }, "01 8001 00"],
    [{ kind: "ack" }, "01 8002 00"],
    [
      {
        kind: "invite-secret",
        invitePub: new Uint8Array(32).fill(1),
        boxes: [{ to: new Uint8Array(32).fill(2), box: Uint8Array.of(9, 9) }],
      },
      `01 8003 00 ${"01".repeat(32)} 23 ${"02".repeat(32)} 02 0909`,
    ],
    [
      {
        kind: "approval",
        member: new Uint8Array(32).fill(1),
        policyVersion: 5,
        signature: new Uint8Array(64).fill(3),
      },
      `01 8010 00 ${"01".repeat(32)} 00000005 ${"03".repeat(64)}`,
    ],
    [
      text("Hi", [{ code: 0x0102, bytes: Uint8Array.of(5) }]),
      "01 0001 04 0102 01 05 02 4869 00 00 00 00 00",
    ],
  ] satisfies [Content, string][])(
    "[CT-2] [CT-3] writes the layout of the table: %#",
    (x, hex) => {
      expect(encodeHex(encodeContent(x))).toBe(hex.replaceAll(" ", ""));
      expect(read(hex)).toEqual(x);
    },
  );

  it("[CT-2] refuses version 0, what is cut off and what is left over", () => {
    expect(read("00 0001 00 02 4869 00")).toBe("invalid");
    expect(read("")).toBe("truncated");
    expect(read("01 0001 00 02 48")).toBe("truncated");
    expect(read("01 0001 00 02 4869 00 00 00 00 00 00")).toBe("trailing");
    expect(read("01 8001 00 00")).toBe("trailing");
  });

  it("[CT-2] refuses more bytes than one entry holds, and a text above its bound", () => {
    const large = new Uint8Array(MAX_CONTENT_BYTES + 1);
    large[0] = 2;
    expect(decodeContent(large)).toMatchObject({ error: { kind: "too-long" } });
    expect(decodeContent(large.subarray(1))).toMatchObject({ ok: false });
    const longest = text("ه".repeat(MAX_TEXT_BYTES / 2));
    const bytes = encodeContent(longest);
    expect(decodeContent(bytes)).toEqual({ ok: true, value: longest });
    expect(() => encodeContent(text("x".repeat(MAX_TEXT_BYTES + 1)))).toThrow(
      InvariantError,
    );
  });

  it("[CT-2] holds the largest secret of an invite, and no larger one", () => {
    const box = {
      to: new Uint8Array(32),
      box: new Uint8Array(MAX_SECRET_BOX_BYTES),
    };
    const secret = (boxes: number): Content => ({
      kind: "invite-secret",
      invitePub: new Uint8Array(32),
      boxes: Array.from({ length: boxes }, () => box),
    });
    const largest = secret(MAX_SECRET_BOXES);
    expect(decodeContent(encodeContent(largest))).toEqual({
      ok: true,
      value: largest,
    });
    expect(() => encodeContent(secret(MAX_SECRET_BOXES + 1))).toThrow(
      InvariantError,
    );
  });

  it("[CT-2] refuses an answer that is none of the three", () => {
    const rsvp = (octet: string): unknown =>
      read(`01 0004 00 ${"07".repeat(16)} ${octet}`);
    expect(rsvp("00")).toBe("invalid");
    expect(rsvp("04")).toBe("invalid");
    expect(rsvp("03")).toMatchObject({ answer: "no" });
  });

  it("[CT-4] keeps another version and an unknown code byte for byte", () => {
    for (const hex of [
      "02 0001 ffee00",
      "ff 0000",
      "01 0011 00",
      "01 7fff 03 0001 00 0102030405",
      "01 9000 00 ff",
    ]) {
      const bytes = fromHex(hex);
      const got = decodeContent(bytes);
      expect(got).toMatchObject({ ok: true, value: { kind: "unknown" } });
      if (got.ok) expect(encodeContent(got.value)).toEqual(bytes);
    }
  });

  it("[CT-4] says of an unknown code whether the list misses something", () => {
    const unknown = (code: number): Content => ({
      kind: "unknown",
      version: 1,
      code,
      bytes: new Uint8Array(0),
    });
    expect(isSignal(unknown(0x7fff))).toBe(false);
    expect(isSignal(unknown(0x8000))).toBe(true);
    expect(isSignal({ kind: "hello" })).toBe(true);
    expect(isSignal(text("x"))).toBe(false);
  });

  it("[CT-4] writes no unknown content that others would read as a known one", () => {
    expect(() =>
      encodeContent({
        kind: "unknown",
        version: 1,
        code: 1,
        bytes: fromHex("02 4869 00"),
      }),
    ).toThrow(InvariantError);
  });

  it("[CT-5] passes over an unknown extension and keeps it", () => {
    const hex = "01 0001 08 0001 00 7fff 02 abcd 02 4869 00 00 00 00 00";
    expect(read(hex)).toEqual(
      text("Hi", [
        { code: 1, bytes: new Uint8Array(0) },
        { code: 0x7fff, bytes: fromHex("abcd") },
      ]),
    );
  });

  it("[CT-5] reads a content with an unknown critical extension as unknown", () => {
    expect(read("01 0001 03 8000 00 02 4869 00")).toEqual({
      kind: "unknown",
      version: 1,
      code: 1,
      bytes: fromHex("02 4869 00"),
      extensions: [{ code: 0x8000, bytes: new Uint8Array(0) }],
    });
  });

  it("[CT-5] refuses extensions out of order, twice or too many", () => {
    expect(read("01 0001 06 0002 00 0001 00 02 4869 00")).toBe("non-canonical");
    expect(read("01 0001 06 0001 00 0001 00 02 4869 00")).toBe("non-canonical");
    const codes = Array.from(
      { length: 17 },
      (_, i) => `00${encodeHex(Uint8Array.of(i))}00`,
    );
    expect(read(`01 0001 33 ${codes.join("")} 02 4869 00`)).toBe("too-long");
    expect(
      read(`01 0001 30 ${codes.slice(1).join("")} 02 4869 00 00 00 00 00`),
    ).toMatchObject({ kind: "text" });
  });

  it("[CT-5] carries what later features add without a break", () => {
    const expiry = { code: 0x0010, bytes: Uint8Array.of(0, 0, 0x0e, 0x10) };
    const later = (code: number): Content => ({
      kind: "unknown",
      version: 1,
      code,
      bytes: createSeededRandom(code).bytes(300),
      extensions: [expiry],
    });
    for (const x of [
      text("Hi", [expiry]),
      later(0x40),
      later(0x41),
      later(0x0200),
    ]) {
      expect(decodeContent(encodeContent(x))).toEqual({ ok: true, value: x });
    }
  });

  it("[CT-2] refuses what breaks a rule of the new kinds", () => {
    const id = "07".repeat(16);
    const key = "01".repeat(32);
    for (const [what, hex] of Object.entries({
      "an empty text alone": "01 0001 00 00 00 00 00 00 00",
      "a mention behind the end": `01 0001 00 02 4041 00 24 ${key} 0001 0002 00 00 00`,
      "a mention of nothing": `01 0001 00 02 4041 00 24 ${key} 0001 0000 00 00 00`,
      "a mention through a code point": `01 0001 00 04 f09f918d 00 24 ${key} 0000 0001 00 00 00`,
      "a forwarded mark of 2": "01 0001 00 02 4869 00 00 00 02 00",
      "a lifetime of nothing": "01 0001 00 02 4869 00 00 00 00 01 00000000",
      "a lifetime of centuries": "01 0001 00 02 4869 00 00 00 00 01 ffffffff",
      "an empty edit": `01 0005 00 ${id} 00 00`,
      "an unknown reason": `01 0007 00 ${id} 06`,
      "a notice of version 0": `01 0009 00 ${id} 0000 01 01 54 07ea 0b 1a 12 00 03 555443 01c8ac98 00 00 00`,
      "a poll of one option": "01 000a 00 01 51 02 0161 00 00",
      "a poll with an option twice": "01 000a 00 01 51 04 0161 0161 00 00",
      "a vote for one thing twice": `01 000b 00 ${id} 02 0101`,
      "a vote for the 21st option": `01 000b 00 ${id} 01 14`,
    })) {
      expect(read(hex), what).toBe("invalid");
    }
    expect(read(`01 000c 00 ${id} 20 ${id} ${id}`)).toBe("non-canonical");
  });

  it("[CT-6] takes no path and no direction into the name of a file, and no parameters into its type", () => {
    expect(
      ["a/b", "a\\b", "..", ".", "a\u202egpj.exe", "a\u200fb"].map(isFileName),
    ).toEqual([false, false, false, false, false, false]);
    expect(["", "a.jpg", "صورة.jpg", "a b.tar.gz"].map(isFileName)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(composeFileName("/home/layla/ plan\u202e.pdf")).toBe("plan.pdf");
    expect(composeFileName("..")).toBe("");
    expect(isMediaType("image/svg+xml")).toBe(true);
    expect(isMediaType("text/html; charset=utf-8")).toBe(false);
    expect(isMediaType("Image/JPEG")).toBe(false);
  });

  it("[CT-6] refuses text that breaks the rules of its field", () => {
    const withText = (hex: string): unknown => {
      const bytes = fromHex(hex);
      return read(
        `01 0001 00 ${encodeHex(Uint8Array.of(bytes.length))} ${hex} 00 00 00 00 00`,
      );
    };
    expect(withText("48 69")).toMatchObject({ kind: "text" });
    for (const [what, hex] of Object.entries({
      empty: "",
      "only spaces": "20 0a 20",
      "a lone surrogate": "eda080",
      NUL: "4800",
      escape: "481b5b324a",
      "carriage return": "480d",
      "a right-to-left override": "e280ae48",
      "overlong UTF-8": "c0af",
    })) {
      expect(withText(hex), what).toBe("invalid");
    }
  });

  it("[CT-6] refuses a reaction that is no emoji and a notice whose title is no line", () => {
    expect(read(`01 0002 00 ${"07".repeat(16)} 01 61`)).toBe("invalid");
    expect(read(`01 0002 00 ${"07".repeat(16)} 00`)).toMatchObject({
      emoji: "",
    });
    const notice = (title: string): unknown =>
      read(`01 0003 00 ${title} 07ea 0b 1a 12 00 03 555443 01c8ac98 00 00 00`);
    expect(notice("01 54")).toMatchObject({ kind: "notice" });
    expect(notice("00")).toBe("invalid");
    expect(notice("03 540a54")).toBe("invalid");
  });

  it("[CT-6] lets no content leave that the others would refuse", () => {
    expect(() => encodeContent(text(""))).toThrow(InvariantError);
    expect(() => encodeContent(text("a\u0000"))).toThrow(InvariantError);
    expect(() => encodeContent(text("\ud800"))).toThrow(InvariantError);
    expect(() =>
      encodeContent({ kind: "reaction", target, emoji: "ok" }),
    ).toThrow(InvariantError);
    expect(() =>
      encodeContent({
        kind: "reaction",
        target: new Uint8Array(15),
        emoji: "👍",
      }),
    ).toThrow(InvariantError);
  });
});
