import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { concatBytes, encodeUtf8, InvariantError } from "@halqa/bytes";
import {
  MAX_STREAM_CHUNK,
  openChunk,
  ready,
  sealChunk,
  startOpening,
  startSealing,
  STREAM_CHUNK_OVERHEAD,
  type OpeningStream,
} from "@halqa/crypto";
import {
  createSeededRandom,
  deepFreeze,
  expectUnchanged,
  mutateBytes,
} from "@halqa/testkit";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { kindOf, valueOf } from "../testing/outcome.ts";
import { putState, sodium, takeState } from "./sodium.ts";

beforeAll(() => ready);

const random = createSeededRandom("streams");
const key = random.bytes(32);
const context = encodeUtf8("blob 7");
const aad = concatBytes(encodeUtf8("halqa/v1/blob"), context);

function sealAll(plaintexts: readonly Uint8Array[]): {
  header: Uint8Array;
  chunks: Uint8Array[];
} {
  const started = startSealing({ key, context, random: random.bytes });
  let { stream } = started;
  const chunks: Uint8Array[] = [];
  for (const [i, plaintext] of plaintexts.entries()) {
    const final = i === plaintexts.length - 1;
    const sealed = sealChunk(stream, { plaintext, final });
    chunks.push(sealed.chunk);
    stream = sealed.stream;
  }
  expect(stream.ended).toBe(true);
  return { header: started.header, chunks };
}

/** What was read of a stream, and how the reading went. */
function openAll(header: Uint8Array, chunks: readonly Uint8Array[]) {
  let stream: OpeningStream = valueOf(startOpening({ key, context, header }));
  const plaintexts: Uint8Array[] = [];
  for (const chunk of chunks) {
    const opened = openChunk(stream, chunk);
    if (!opened.ok) return { outcome: opened.error.kind, plaintexts };
    plaintexts.push(opened.value.plaintext);
    ({ stream } = opened.value);
  }
  return { outcome: stream.ended ? "whole" : "cut", plaintexts };
}

const texts = [
  Uint8Array.of(1, 2, 3),
  new Uint8Array(),
  random.bytes(1000),
  Uint8Array.of(9),
];

describe("a stream", () => {
  it("[CR-100] gives back its chunks, whatever their lengths", () => {
    const chunk = fc.uint8Array({ maxLength: 300 });
    const lists = fc.array(chunk, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lists, (plaintexts) => {
        const { header, chunks } = sealAll(plaintexts);
        expect(header.length).toBe(24);
        expect(chunks.map((c) => c.length)).toEqual(
          plaintexts.map((p) => p.length + STREAM_CHUNK_OVERHEAD),
        );
        const read = openAll(header, chunks);
        expect(read).toEqual({ outcome: "whole", plaintexts });
      }),
    );
  });

  it("[CR-100] of ours is opened by libsodium's own calls", () => {
    const { header, chunks } = sealAll(texts);
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(
      header,
      key,
    );
    const read = chunks.map((chunk) =>
      sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, aad),
    );
    expect(read).toEqual([
      { tag: 0, message: texts[0] },
      { tag: 0, message: texts[1] },
      { tag: 0, message: texts[2] },
      { tag: 3, message: texts[3] },
    ]);
  });

  it("[CR-100] of libsodium's own calls is opened, and sealed on byte by byte", () => {
    permitNonceReuse("the same stream is sealed by both to compare the bytes");
    const { state, header } =
      sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
    const chunks = texts.map((text, i) =>
      sodium.crypto_secretstream_xchacha20poly1305_push(
        state,
        text,
        aad,
        i === texts.length - 1 ? 3 : 0,
      ),
    );
    expect(openAll(header, chunks)).toEqual({
      outcome: "whole",
      plaintexts: texts,
    });
    let { stream } = startSealing({ key, context, random: () => header });
    for (const [i, plaintext] of texts.entries()) {
      const final = i === texts.length - 1;
      const sealed = sealChunk(stream, { plaintext, final });
      expect(sealed.chunk).toEqual(chunks[i]);
      ({ stream } = sealed);
    }
  });

  it("[CR-101] is a value: sealing and opening leave the state they start from", () => {
    permitNonceReuse("the first chunk is sealed twice to see that it can be");
    const { header, stream } = startSealing({
      key,
      context,
      random: random.bytes,
    });
    deepFreeze(stream);
    const plaintext = texts[0]!;
    const first = expectUnchanged(stream, () =>
      sealChunk(stream, { plaintext, final: false }),
    );
    expect(sealChunk(stream, { plaintext, final: false })).toEqual(first);
    const opening = valueOf(startOpening({ key, context, header }));
    const opened = expectUnchanged(opening, () =>
      openChunk(opening, first.chunk),
    );
    expect(openChunk(opening, first.chunk)).toEqual(opened);
  });
});

describe("attacks on a stream", () => {
  let header: Uint8Array;
  let chunks: readonly Uint8Array[];
  beforeEach(() => {
    ({ header, chunks } = sealAll(texts));
  });

  it("[CR-102] cut off at any chunk is never whole", () => {
    for (let length = 0; length < chunks.length; length++) {
      expect(openAll(header, chunks.slice(0, length)).outcome).toBe("cut");
    }
    expect(openAll(header, chunks).outcome).toBe("whole");
  });

  it("[CR-102] continued after its final chunk is malformed", () => {
    for (const more of [...chunks, new Uint8Array(40)]) {
      expect(openAll(header, [...chunks, more]).outcome).toBe("malformed");
    }
    const started = startSealing({ key, context, random: random.bytes });
    const { stream } = sealChunk(started.stream, {
      plaintext: texts[0]!,
      final: true,
    });
    expect(() =>
      sealChunk(stream, { plaintext: texts[0]!, final: true }),
    ).toThrow(InvariantError);
  });

  it("[CR-103] with chunks dropped, repeated, swapped or of another stream does not open", () => {
    const [a, b, c, d] = [chunks[0]!, chunks[1]!, chunks[2]!, chunks[3]!];
    const other = sealAll(texts).chunks;
    const attacks = [
      [b, c, d],
      [a, c, d],
      [a, a, b, c, d],
      [b, a, c, d],
      [a, b, d],
      [d],
      [a, other[1]!, c, d],
    ];
    for (const attack of attacks) {
      expect(openAll(header, attack).outcome).toBe("not-opened");
    }
  });

  it("[CR-103] with a damaged chunk does not open", () => {
    const mutations = createSeededRandom("stream mutations");
    for (let i = 0; i < 200; i++) {
      const damaged = mutateBytes(chunks[0]!, mutations);
      const short = damaged.length < STREAM_CHUNK_OVERHEAD;
      expect(openAll(header, [damaged]).outcome).toBe(
        short ? "malformed" : "not-opened",
      );
    }
  });

  it("[CR-103] opens with its own key, header and context only", () => {
    const good = { key, context, header };
    for (const wrong of [
      { key: flip(key) },
      { context: flip(context) },
      { context: new Uint8Array() },
      { header: flip(header) },
    ]) {
      const stream = valueOf(startOpening({ ...good, ...wrong }));
      expect(kindOf(openChunk(stream, chunks[0]!))).toBe("not-opened");
    }
    const stream = valueOf(startOpening(good));
    expect(kindOf(openChunk(stream, chunks[0]!))).toBe("ok");
  });

  it("[CR-104] with libsodium's other tags is malformed", () => {
    for (const tag of [1, 2]) {
      const { state, header: theirs } =
        sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
      const chunk = sodium.crypto_secretstream_xchacha20poly1305_push(
        state,
        texts[0]!,
        aad,
        tag,
      );
      expect(openAll(theirs, [chunk]).outcome).toBe("malformed");
    }
  });

  it("[CR-104] with a header of another length is malformed", () => {
    for (const length of [0, 23, 25]) {
      const short = new Uint8Array(length);
      expect(kindOf(startOpening({ key, context, header: short }))).toBe(
        "malformed",
      );
    }
  });
});

describe("bounds of a stream", () => {
  it("[CR-105] the largest chunk is 16 parts of 65,280 bytes", () => {
    expect(MAX_STREAM_CHUNK).toBe(1_044_480);
    const plaintext = new Uint8Array(MAX_STREAM_CHUNK - STREAM_CHUNK_OVERHEAD);
    const { header, chunks } = sealAll([plaintext]);
    expect(chunks[0]!.length).toBe(MAX_STREAM_CHUNK);
    expect(openAll(header, chunks).outcome).toBe("whole");
  });

  it("[CR-105] sealing more is a bug, opening more is malformed", () => {
    const { stream, header } = startSealing({
      key,
      context,
      random: random.bytes,
    });
    const plaintext = new Uint8Array(
      MAX_STREAM_CHUNK - STREAM_CHUNK_OVERHEAD + 1,
    );
    expect(() => sealChunk(stream, { plaintext, final: true })).toThrow(
      InvariantError,
    );
    const chunk = new Uint8Array(MAX_STREAM_CHUNK + 1);
    expect(openAll(header, [chunk]).outcome).toBe("malformed");
  });

  it("[CR-3] throws on a key of another length", () => {
    const short = key.subarray(1);
    const header = new Uint8Array(24);
    expect(() =>
      startSealing({ key: short, context, random: random.bytes }),
    ).toThrow(InvariantError);
    expect(() => startOpening({ key: short, context, header })).toThrow(
      InvariantError,
    );
  });

  it("[CR-106] leaves nothing behind in libsodium's memory", () => {
    // Freed memory is handed out again: a state that stayed would push the next one further up.
    const { header, chunks } = sealAll(texts);
    const before = stateAddress();
    for (let i = 0; i < 50; i++) {
      openAll(header, chunks);
      openAll(header, [new Uint8Array(20)]);
    }
    expect(stateAddress()).toBe(before);
  });
});

function flip(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  flipped[5]! ^= 4;
  return flipped;
}

function stateAddress(): number {
  const address = putState(new Uint8Array(52));
  takeState(address, 52);
  return Number(address);
}
