// Frames from both sides: what goes in comes out, and nothing else is accepted.

import { equalBytes, InvariantError, type Result } from "@halqa/bytes";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BLOB_PART_SIZE,
  BODY_SIZES,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  FRAME_SIZES,
  MAX_COMMANDS,
  packFrames,
  type ClientCommand,
  type RelayCommand,
} from "./index.ts";
import { clientLayouts, relayLayouts } from "./layouts.ts";
import { anyClientCommand, anyRelayCommand } from "./testing/samples.ts";

type Command = ClientCommand | RelayCommand;

const id = new Uint8Array(32).fill(7);
const ping: Command = { type: "ping", request: 1 };

function pings(count: number): Command[] {
  return Array.from({ length: count }, () => ping);
}

function encoded(...commands: readonly Command[]): Uint8Array {
  const frame = encodeFrame(commands);
  if (!frame.ok) throw new InvariantError(frame.error.kind);
  return frame.value;
}

function kindOf(result: Result<unknown, { readonly kind: string }>): string {
  return result.ok ? "accepted" : result.error.kind;
}

/** A frame of these octets, the rest zero. */
function frameOf(size: number, ...octets: readonly number[]): Uint8Array {
  const frame = new Uint8Array(size);
  frame.set(octets);
  return frame;
}

function withOctet(frame: Uint8Array, at: number, octet: number): Uint8Array {
  const changed = frame.slice();
  changed[at] = octet;
  return changed;
}

describe("a frame", () => {
  it("[RL-2] [RL-3] gives back every command of a client", () => {
    fc.assert(
      fc.property(
        fc.array(anyClientCommand, { minLength: 1, maxLength: 3 }),
        (commands) => {
          const frame = encodeFrame(commands);
          fc.pre(frame.ok);
          expect(decodeClientFrame(encoded(...commands))).toEqual({
            ok: true,
            value: commands,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("[RL-2] [RL-3] gives back every command of a relay", () => {
    fc.assert(
      fc.property(
        fc.array(anyRelayCommand, { minLength: 1, maxLength: 3 }),
        (commands) => {
          const frame = encodeFrame(commands);
          fc.pre(frame.ok);
          expect(decodeRelayFrame(encoded(...commands))).toEqual({
            ok: true,
            value: commands,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("[RL-1] is the smallest of three sizes that holds its commands", () => {
    expect(FRAME_SIZES).toEqual([4_096, 16_384, 65_536]);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyClientCommand, anyRelayCommand), {
          minLength: 1,
          maxLength: 6,
        }),
        (commands) => {
          const length =
            1 + commands.reduce((sum, command) => sum + lengthOf(command), 0);
          const smallest = FRAME_SIZES.find((size) => length <= size);
          const frame = encodeFrame(commands);
          expect(frame.ok ? frame.value.length : frame.error.kind).toBe(
            smallest ?? "too-large",
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("[RL-1] has at least one command and at most 64", () => {
    expect(kindOf(encodeFrame([]))).toBe("empty");
    const most = pings(MAX_COMMANDS);
    expect(decodeClientFrame(encoded(...most))).toEqual({
      ok: true,
      value: most,
    });
    expect(kindOf(encodeFrame([...most, ping]))).toBe("too-many");
    const pingOctets = encoded(ping).slice(1, 6);
    const tooMany = frameOf(
      4_096,
      1,
      ...pings(MAX_COMMANDS + 1).flatMap(() => [...pingOctets]),
    );
    expect(kindOf(decodeClientFrame(tooMany))).toBe("too-long");
    expect(kindOf(decodeClientFrame(frameOf(4_096, 1)))).toBe("invalid");
  });

  it("[RL-4] holds one body of each size with all that goes with it", () => {
    const signature = new Uint8Array(64);
    for (const [i, bodySize] of BODY_SIZES.entries()) {
      const body = new Uint8Array(bodySize).fill(1);
      const head = { logId: id, seq: 9, head: id, signature };
      const frames = [
        encoded({
          type: "append",
          request: 1,
          logId: id,
          expectedHead: 8,
          body,
        }),
        encoded({ type: "inbox-send", request: 1, sendId: id, body }),
        encoded({
          type: "inbox-send",
          request: 1,
          sendId: id,
          memberSignature: signature,
          body,
        }),
        encoded(
          { type: "inbox-message", inboxId: id, seq: 9, body },
          { type: "inbox-caught-up", request: 1, inboxId: id, seq: 9 },
        ),
        encoded(
          { type: "entry", logId: id, seq: 9, body },
          { type: "head", ...head },
          { type: "ok", request: 1 },
        ),
        encoded(
          { type: "entry", logId: id, seq: 9, body },
          { type: "caught-up", request: 1, ...head },
        ),
      ];
      expect(frames.map((frame) => frame.length)).toEqual(
        Array(6).fill(FRAME_SIZES[i]),
      );
    }
    const bytes = new Uint8Array(BLOB_PART_SIZE);
    const part = { request: 1, blobId: id, index: 15, bytes };
    expect(encoded({ type: "blob-part", ...part }).length).toBe(65_536);
    expect(encoded({ type: "blob-data", ...part }).length).toBe(65_536);
  });

  it("[RL-4] holds no body of another size", () => {
    for (const length of [0, 3_839, 3_841, 4_096, 65_281]) {
      const body = new Uint8Array(length);
      expect(() =>
        encodeFrame([{ type: "entry", logId: id, seq: 1, body }]),
      ).toThrow(InvariantError);
    }
  });
});

describe("decoding", () => {
  it("[RL-1] refuses every other length, version and padding", () => {
    const good = encoded(ping);
    expect(kindOf(decodeClientFrame(good))).toBe("accepted");
    for (const length of [0, 1, 6, 4_095, 4_097, 16_383, 65_535, 65_537]) {
      const cut = new Uint8Array(length);
      cut.set(good.subarray(0, Math.min(length, good.length)));
      expect(kindOf(decodeClientFrame(cut))).not.toBe("accepted");
    }
    for (const version of [0, 2, 255]) {
      expect(kindOf(decodeClientFrame(withOctet(good, 0, version)))).toBe(
        "invalid",
      );
    }
    for (const at of [7, 100, 4_095]) {
      expect(kindOf(decodeClientFrame(withOctet(good, at, 1)))).not.toBe(
        "accepted",
      );
    }
  });

  it("[RL-1] refuses a larger frame than its commands need", () => {
    const good = encoded(ping);
    for (const size of [16_384, 65_536]) {
      expect(
        kindOf(decodeClientFrame(frameOf(size, ...good.subarray(0, 6)))),
      ).toBe("non-canonical");
    }
  });

  it("[RL-2] refuses the commands of the other side and unknown ones", () => {
    expect(kindOf(decodeRelayFrame(encoded(ping)))).toBe("invalid");
    expect(
      kindOf(decodeClientFrame(encoded({ type: "pong", request: 1 }))),
    ).toBe("invalid");
    for (const code of [20, 100, 127, 140, 255]) {
      expect(kindOf(decodeClientFrame(frameOf(4_096, 1, code)))).toBe(
        "invalid",
      );
      expect(kindOf(decodeRelayFrame(frameOf(4_096, 1, code)))).toBe("invalid");
    }
  });

  it("[RL-2] has another type octet for every command, below 128 for clients", () => {
    const ofClients = Object.values(clientLayouts).map(({ code }) => code);
    const ofRelays = Object.values(relayLayouts).map(({ code }) => code);
    expect(new Set([...ofClients, ...ofRelays]).size).toBe(
      ofClients.length + ofRelays.length,
    );
    expect(ofClients.every((code) => code > 0 && code < 128)).toBe(true);
    expect(ofRelays.every((code) => code >= 128 && code < 256)).toBe(true);
  });

  it.each<
    readonly [string, Command, { at: number; octets: readonly number[] }]
  >([
    [
      "a size of body that there is not",
      {
        type: "append",
        request: 1,
        logId: id,
        expectedHead: undefined,
        body: new Uint8Array(3_840),
      },
      { at: 46, octets: [3, 255] },
    ],
    [
      "a class of sender that there is not",
      {
        type: "inbox-send",
        request: 1,
        sendId: id,
        body: new Uint8Array(3_840),
      },
      { at: 38, octets: [2, 255] },
    ],
    [
      "a sequence above 2^53 - 1",
      { type: "subscribe", request: 1, logId: id, fromSeq: 1 },
      { at: 39, octets: [0x20, 0x80, 0xff] },
    ],
    [
      "a presence octet of 2",
      {
        type: "open-log",
        request: 1,
        logId: id,
        readSignature: undefined,
        writeSignature: undefined,
      },
      { at: 38, octets: [2, 255] },
    ],
    [
      "a count of parts that there is not",
      { type: "blob-create", request: 1, partHashes: [id], access: undefined },
      { at: 6, octets: [0, 2, 3, 5, 15, 17, 255] },
    ],
    [
      "an index of 16",
      { type: "blob-get", request: 1, blobId: id, index: 0 },
      { at: 38, octets: [16, 255] },
    ],
  ])("[RL-2] refuses %s", (_, command, { at, octets }) => {
    const good = encoded(command);
    expect(kindOf(decodeClientFrame(good))).toBe("accepted");
    for (const octet of octets) {
      expect(kindOf(decodeClientFrame(withOctet(good, at, octet)))).not.toBe(
        "accepted",
      );
    }
  });

  it("[RL-2] refuses an entry, and a request for one, of sequence 0", () => {
    const subscribe = encoded({
      type: "subscribe",
      request: 1,
      logId: id,
      fromSeq: 1,
    });
    expect(kindOf(decodeClientFrame(withOctet(subscribe, 45, 0)))).toBe(
      "invalid",
    );
    const entry = encoded({
      type: "entry",
      logId: id,
      seq: 1,
      body: new Uint8Array(3_840),
    });
    expect(kindOf(decodeRelayFrame(withOctet(entry, 41, 0)))).toBe("invalid");
  });

  it("[RL-2] refuses a code of refusal that there is not", () => {
    const good = encoded({ type: "error", request: 1, code: "unavailable" });
    for (const octet of [0, 11, 255]) {
      expect(kindOf(decodeRelayFrame(withOctet(good, 6, octet)))).not.toBe(
        "accepted",
      );
    }
  });

  it("[RL-3] answers damaged frames, and what it accepts it would have written", () => {
    const random = createSeededRandom("frames");
    let accepted = 0;
    const samples = fc.sample(fc.oneof(anyClientCommand, anyRelayCommand), {
      numRuns: 60,
      seed: 1,
    });
    for (const command of samples) {
      const frame = encoded(command);
      for (let i = 0; i < 60; i++) {
        const damaged = toFrame(
          mutateBytes(
            frame.subarray(0, 1 + Math.min(lengthOf(command), 400)),
            random,
          ),
          frame.length,
        );
        for (const decode of [decodeClientFrame, decodeRelayFrame]) {
          const decoded = decode(damaged);
          if (!decoded.ok) continue;
          accepted += 1;
          expect(equalBytes(encoded(...decoded.value), damaged)).toBe(true);
        }
      }
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it("[RL-3] answers random octets of any length", () => {
    const random = createSeededRandom("octets");
    for (let i = 0; i < 2_000; i++) {
      const size = random.bool(0.5) ? 4_096 : random.int(5_000);
      const frame = random.bytes(size);
      if (random.bool(0.8)) frame[0] = 1;
      if (random.bool(0.8))
        frame[1] = random.bool(0.5) ? random.int(16) : 128 + random.int(12);
      expect(typeof decodeClientFrame(frame).ok).toBe("boolean");
      expect(typeof decodeRelayFrame(frame).ok).toBe("boolean");
    }
  });

  it("[RL-3] hands over copies", () => {
    const frame = encoded({
      type: "append",
      request: 1,
      logId: id,
      expectedHead: 1,
      body: new Uint8Array(3_840).fill(5),
    });
    const decoded = decodeClientFrame(frame);
    frame.fill(0);
    expect(decoded.ok && decoded.value[0]).toMatchObject({
      logId: id,
      body: new Uint8Array(3_840).fill(5),
    });
  });
});

describe("packing", () => {
  it("[RL-5] keeps every command in order and every body in its own size", () => {
    fc.assert(
      fc.property(fc.array(anyRelayCommand, { maxLength: 40 }), (commands) => {
        const frames = packFrames(commands);
        const out = frames.flatMap((frame) => {
          const decoded = decodeRelayFrame(frame);
          if (!decoded.ok) throw new InvariantError(decoded.error.kind);
          const [first] = decoded.value;
          expect(encoded(first!).length).toBe(frame.length);
          return decoded.value;
        });
        expect(out).toEqual(commands);
      }),
      { numRuns: 100 },
    );
  });

  it("[RL-5] puts a batch and its head into as many frames as it has bodies", () => {
    const entry = (seq: number, size: number): Command => ({
      type: "entry",
      logId: id,
      seq,
      body: new Uint8Array(size),
    });
    const head: Command = {
      type: "head",
      logId: id,
      seq: 3,
      head: id,
      signature: new Uint8Array(64),
    };
    const frames = packFrames([
      entry(1, 3_840),
      entry(2, 65_280),
      entry(3, 3_840),
      head,
    ]);
    expect(frames.map((frame) => frame.length)).toEqual([4_096, 65_536, 4_096]);
  });

  it("[RL-5] begins another frame after 64 commands", () => {
    const frames = packFrames(pings(MAX_COMMANDS + 1));
    expect(frames.map((frame) => frame.length)).toEqual([4_096, 4_096]);
    expect(packFrames([])).toEqual([]);
  });
});

/** How many octets a command takes, reckoned from its fields and not from the code that writes them. */
function lengthOf(command: Command): number {
  const isUnsigned =
    command.type === "inbox-send" && !("memberSignature" in command);
  return Object.entries<unknown>({ ...command })
    .map(([name, value]) => lengthOfField(name, value))
    .reduce((sum, length) => sum + length, isUnsigned ? 1 : 0);
}

function lengthOfField(name: string, value: unknown): number {
  if (/seq|expectedHead/i.test(name)) return 8;
  if (/^(request|limit)$/.test(name)) return 4;
  const isOptional = /^(access|(read|write|member)Signature)$/.test(name);
  const withOwn =
    name === "endpoint" ? 2 : name === "body" || isOptional ? 1 : 0;
  if (value instanceof Uint8Array) return value.length + withOwn;
  if (Array.isArray(value)) return 1 + 32 * value.length;
  // A type, a code, an index, or an optional field that is absent.
  return 1;
}

/** These octets in a frame of this size, or as they are where they are longer. */
function toFrame(octets: Uint8Array, size: number): Uint8Array {
  if (octets.length >= size) return octets;
  const frame = new Uint8Array(size);
  frame.set(octets);
  return frame;
}
