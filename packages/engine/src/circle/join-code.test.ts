import { describe, expect, it } from "vitest";
import { createSeededRandom } from "@halqa/testkit";
import { joinCodeOf } from "./join-code.ts";
import type { CodeFacts } from "./join-code.ts";

const random = createSeededRandom("join-code");

function someFacts(): CodeFacts {
  return {
    invitePub: random.bytes(32),
    circleId: random.bytes(32),
    stewardKey: random.bytes(32),
    joinerKey: random.bytes(32),
    requestId: random.bytes(32),
    joinerNonce: random.bytes(32),
    stewardNonce: random.bytes(32),
  };
}

describe("the approval code", () => {
  it("[IN-61] follows from invite, circle, both members, the request and both nonces", () => {
    const facts = someFacts();
    const code = joinCodeOf(facts);
    expect(code).toMatch(/^\d{6}$/);
    const changed = Object.keys(facts).map((key) =>
      joinCodeOf({ ...facts, [key]: random.bytes(32) }),
    );
    expect(changed).toHaveLength(7);
    expect(changed).not.toContain(code);
  });

  it("[IN-61] uses all digits", () => {
    const codes = Array.from({ length: 3_000 }, () => joinCodeOf(someFacts()));
    expect(new Set(codes).size).toBeGreaterThan(2_980);
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const digits = codes.map((code) => code[place]);
      for (const digit of "0123456789") {
        const count = digits.filter((one) => one === digit).length;
        expect(count).toBeGreaterThan(200);
      }
    }
  });
});
