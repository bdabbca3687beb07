/** Frames beside the log, bundles, words for moves, and what proves that entries stand in the log. */
import { decode, encode } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { entryIdOf } from "@halqa/protocol";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { openSection, sealBundle, splitBundle } from "./bundle.ts";
import { advanceLog, firstLog } from "./circle-log.ts";
import { MAX_BUNDLE_BYTES } from "./limits.ts";
import { mirrorKeys, openSideFrame, sealSideFrame } from "./mirror-log.ts";
import { proveEntries } from "./prove-entries.ts";
import { readSideFrame, writeSideFrame } from "./side-frame.ts";
import type { SideFrame } from "./side-frame.ts";

const random = createSeededRandom("side");
const address = {
  addressNumber: 0,
  part: 0,
  relayPub: random.bytes(32),
  logSeed: random.bytes(32),
};
const log = firstLog(address, random.bytes(32));
const bodies = Array.from({ length: 4 }, () => random.bytes(3_840));

const move: SideFrame = {
  frame: "move",
  proposed: {
    move: {
      circleId: random.bytes(32),
      term: 1,
      epoch: 3n,
      logId: log.logId,
      seq: 4,
      chain: random.bytes(16),
      relay: {
        url: "wss://there.example/",
        relayPub: random.bytes(32),
        access: random.bytes(32),
      },
    },
    words: [{ leaf: 2, signature: random.bytes(64) }],
  },
};
const frames: readonly SideFrame[] = [
  { frame: "entry", logId: log.logId, seq: 1, body: bodies[0] ?? log.logId },
  {
    frame: "head",
    logId: log.logId,
    seq: 1,
    head: random.bytes(32),
    signature: random.bytes(64),
  },
  move,
];

describe("frames", () => {
  it("[MV-20] have one form, and no bytes make reading throw", () => {
    for (const frame of frames) {
      const bytes = encode((w) => writeSideFrame(w, frame));
      expect(decode(bytes, readSideFrame)).toEqual({ ok: true, value: frame });
      for (let index = 0; index < 200; index++) {
        const mutant = mutateBytes(bytes, random);
        const read = decode(mutant, readSideFrame);
        if (read.ok)
          expect(encode((w) => writeSideFrame(w, read.value))).toEqual(mutant);
      }
    }
  });

  it("[MV-21] stand in a mirror's log, which has nothing in common with the ordering one, in an envelope of their own", () => {
    const relayPub = random.bytes(32);
    const keys = mirrorKeys(address, relayPub);
    expect(keys.logId).not.toEqual(log.logId);
    expect(mirrorKeys(address, random.bytes(32)).logId).not.toEqual(keys.logId);
    for (const frame of frames) {
      const o = { mirrorLogId: keys.logId, frame, random: random.bytes };
      const [one, other] = [
        sealSideFrame(address, o),
        sealSideFrame(address, o),
      ];
      if (!one.ok || !other.ok) throw new Error("a frame fits");
      expect(one.value).not.toEqual(other.value);
      const mirrorLogId = keys.logId;
      expect(openSideFrame(address, { mirrorLogId, body: one.value })).toEqual(
        frame,
      );
      const stranger = { ...address, logSeed: random.bytes(32) };
      expect(
        openSideFrame(stranger, { mirrorLogId, body: one.value }),
      ).toBeUndefined();
    }
  });
});

describe("bundles", () => {
  it("[MV-31] open for whoever knows the address, and their length is rounded", () => {
    const bundle = sealBundle([{ address, frames }], random.bytes);
    const [section] = splitBundle(bundle) ?? [];
    if (section === undefined) throw new Error("a bundle has a section");
    expect(openSection(address, section)).toEqual(frames);
    const stranger = { ...address, logSeed: random.bytes(32) };
    expect(openSection(stranger, section)).toBeUndefined();
    const lengths = new Set(
      Array.from({ length: 64 }, (_, words) => {
        const more = Array.from({ length: words }, (__, leaf) => ({
          leaf,
          signature: new Uint8Array(64),
        }));
        const proposed = { ...move.proposed, words: more };
        const one = { frame: "move", proposed } as const;
        return sealBundle([{ address, frames: [...frames, one] }], random.bytes)
          .length;
      }),
    );
    expect(lengths.size).toBeLessThan(32);
  });

  it("[MV-33] are refused when they are none, whatever the bytes", () => {
    const bundle = sealBundle([{ address, frames }], random.bytes);
    expect(splitBundle(new Uint8Array())).toBeUndefined();
    expect(splitBundle(bundle.slice(0, -1))).toBeUndefined();
    expect(splitBundle(new Uint8Array(MAX_BUNDLE_BYTES + 1))).toBeUndefined();
    for (let index = 0; index < 200; index++) {
      for (const section of splitBundle(mutateBytes(bundle, random)) ?? [])
        openSection(address, section);
    }
  });
});

describe("what proves entries", () => {
  const end = bodies.reduce(
    (at, body) => advanceLog(at, entryIdOf(sha256, body)),
    log,
  );
  const offered = (rows: readonly (readonly Uint8Array[])[]) =>
    new Map(rows.map((row, index) => [index + 1, row]));
  const proof = { seq: end.seq, head: end.relayHead };

  it("[MV-23] is a row to a head of the relay, past bodies that somebody else put there", () => {
    const wrong = random.bytes(3_840);
    const rows = bodies.map((body) => [wrong, body]);
    const proven = proveEntries(log, offered(rows), [proof]);
    expect(proven.map(({ body }) => body)).toEqual(bodies);
    expect(proveEntries(log, offered(rows), [])).toEqual([]);
    const other = { seq: end.seq, head: random.bytes(32) };
    expect(proveEntries(log, offered(rows), [other])).toEqual([]);
    const gap = offered(rows);
    gap.delete(2);
    expect(proveEntries(log, gap, [proof])).toEqual([]);
  });
});
