import { InvariantError } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { describeCrash } from "./describe-crash.ts";

function caught(wrong: () => unknown): unknown {
  try {
    return wrong();
  } catch (error) {
    return error;
  }
}

describe("describeCrash", () => {
  it("[HT-25] names the mistake and its place, and repeats no message", () => {
    const said = describeCrash(
      caught(() => Buffer.alloc(1).writeUInt8(47_110_815)),
    );
    expect(said).toMatch(
      /^The relay ends by a mistake of its own, RangeError \(ERR_OUT_OF_RANGE\)\.\n {4}at /,
    );
    expect(said).toContain("describe-crash.test.ts:");
    expect(said).not.toContain("47110815");
    expect(said).not.toContain("47_110_815");
  });

  it("[HT-25] takes no line of a message for a place", () => {
    const error = new TypeError("no\n    at secret (secret.ts:1:1) and more");
    expect(describeCrash(error)).not.toContain("secret");
  });

  it("[HT-25] repeats what we wrote ourselves", () => {
    const said = describeCrash(new InvariantError("hello comes first"));
    expect(said).toContain("InvariantError: hello comes first.");
    expect(describeCrash("secret")).toBe(
      "The relay ends by a mistake of its own.",
    );
  });
});
