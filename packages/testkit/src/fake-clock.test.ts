import { InvariantError } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { createFakeClock, type FakeClock } from "./index.ts";

describe("a fake clock", () => {
  it("stands still until it is advanced", () => {
    const clock = createFakeClock(1_000);
    expect([clock.now(), clock.now()]).toEqual([1_000, 1_000]);
    clock.advance(250);
    clock.advance(0);
    clock.advance(0.5);
    expect(clock.now()).toBe(1_250.5);
  });

  it("is one of its own each time", () => {
    const [a, b] = [createFakeClock(0), createFakeClock(-5)];
    a.advance(7);
    expect([a.now(), b.now()]).toEqual([7, -5]);
  });

  it("can be handed over in parts", () => {
    const { now, advance }: FakeClock = createFakeClock(1);
    advance(1);
    expect(now()).toBe(2);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
    "does not advance by %d",
    (ms) => {
      const clock = createFakeClock(0);
      expect(() => clock.advance(ms)).toThrow(InvariantError);
      expect(clock.now()).toBe(0);
    },
  );

  it("does not start at no time", () => {
    expect(() => createFakeClock(Number.NaN)).toThrow(InvariantError);
  });
});
