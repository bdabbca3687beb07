import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError, ok } from "@halqa/bytes";
import { padMessage, PADDING_OVERHEAD, unpadMessage } from "@halqa/crypto";
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { fromHex } from "../testing/hex.ts";
import { kindOf } from "../testing/outcome.ts";

const messages = fc.uint8Array({ maxLength: 60 });

describe("padding", () => {
  it("[CR-65] writes the length, the message and zeros", () => {
    expect(padMessage(Uint8Array.of(0xaa, 0xbb), 9)).toEqual(
      fromHex("00000002aabb000000"),
    );
  });

  it("[CR-65] gives back every message at every size that holds it", () => {
    fc.assert(
      fc.property(messages, fc.nat(40), (message, room) => {
        const size = message.length + PADDING_OVERHEAD + room;
        const padded = padMessage(message, size);
        expect(padded.length).toBe(size);
        expect(unpadMessage(padded)).toEqual(ok(message));
      }),
    );
  });

  it("[CR-65] throws where the message has no room", () => {
    const message = new Uint8Array(6);
    expect(() => padMessage(message, 9)).toThrow(InvariantError);
    expect(padMessage(message, 10).length).toBe(10);
  });

  it.each([
    ["", "nothing at all"],
    ["000000", "no whole length"],
    ["00000001", "a length beyond the end"],
    ["00000003aabb", "a length one beyond the end"],
    ["ffffffffaabb", "the greatest length"],
    ["80000000aabb", "a length that is negative as a signed number"],
    ["00000002aabb01", "padding that is not zero"],
    ["00000000000001", "a one at the very end"],
    ["00000001aabb", "a byte after the message"],
  ])("[CR-66] refuses %s: %s", (padded) => {
    expect(kindOf(unpadMessage(fromHex(padded)))).toBe("malformed");
  });

  it("[CR-66] takes of damaged paddings only those that say it all", () => {
    const random = createSeededRandom("padding");
    fc.assert(
      fc.property(messages, fc.nat(20), (message, room) => {
        const padded = padMessage(message, message.length + 4 + room);
        const damaged = mutateBytes(padded, random);
        const result = unpadMessage(damaged);
        if (!result.ok) return;
        expect(padMessage(result.value, damaged.length)).toEqual(damaged);
      }),
    );
  });

  it("[CR-66] reads a view at an offset", () => {
    const whole = fromHex("ffff00000001aa00ffff");
    expect(unpadMessage(whole.subarray(2, 8))).toEqual(ok(Uint8Array.of(0xaa)));
  });
});
