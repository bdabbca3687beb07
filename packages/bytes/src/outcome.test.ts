import { describe, expect, it } from "vitest";
import {
  assertInvariant,
  brandBytes,
  err,
  InvariantError,
  ok,
  type Brand,
  type Result,
} from "./index.ts";

const half = (n: number): Result<number, { kind: "odd" }> =>
  n % 2 === 0 ? ok(n / 2) : err({ kind: "odd" });

describe("Result", () => {
  it("[BY-1] is either a value or an error", () => {
    expect(ok(1)).toEqual({ ok: true, value: 1 });
    expect(err({ kind: "late" })).toEqual({
      ok: false,
      error: { kind: "late" },
    });
  });

  it("[BY-1] has a value only after a look at `ok`", () => {
    const result = half(4);
    // @ts-expect-error: there may be no value
    void result.value;
    expect(result.ok && result.value).toBe(2);
    expect(half(3)).toEqual({ ok: false, error: { kind: "odd" } });
  });
});

describe("InvariantError", () => {
  it("[BY-2] is thrown where a condition does not hold, and only there", () => {
    for (const holds of [true, 1, "text", {}]) {
      expect(() => assertInvariant(holds, "holds")).not.toThrow();
    }
    for (const fails of [false, 0, "", null, undefined]) {
      expect(() => assertInvariant(fails, "the reason")).toThrow(
        new InvariantError("the reason"),
      );
    }
  });

  it("[BY-2] is an Error with a name of its own", () => {
    const error = new InvariantError("the reason");
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("InvariantError: the reason");
  });
});

describe("Brand", () => {
  type GroupId = Brand<Uint8Array, "GroupId">;
  type DeviceId = Brand<Uint8Array, "DeviceId">;
  const length = (id: GroupId): number => id.length;

  it("[BY-24] is a name for the compiler and nothing at run time", () => {
    const plain = Uint8Array.of(1, 2);
    const groupId: GroupId = brandBytes(plain, "GroupId");
    const deviceId: DeviceId = brandBytes(plain, "DeviceId");
    expect(length(groupId)).toBe(2);
    expect(groupId).toBe(plain);
    // @ts-expect-error: a device id is no group id
    void length(deviceId);
    // @ts-expect-error: plain bytes are no group id
    void length(plain);
  });
});
