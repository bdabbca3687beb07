import { describe, expect, it } from "vitest";
import { compareTyped } from "./compare-typed.ts";

const NUMBER = "01234 56789 01234";

describe("a number that was typed", () => {
  it("[AP-34] is the same in any digits and groups", () => {
    expect(compareTyped("012345678901234", NUMBER)).toBe("same");
    expect(compareTyped("٠١٢٣٤ ٥٦٧٨٩ ٠١٢٣٤", NUMBER)).toBe("same");
    expect(compareTyped("۰۱۲۳۴-۵۶۷۸۹-۰۱۲۳۴", NUMBER)).toBe("same");
  });

  it("[AP-34] is another one with a digit more, less or changed", () => {
    expect(compareTyped("01234 56789 01235", NUMBER)).toBe("different");
    expect(compareTyped("01234 56789", NUMBER)).toBe("different");
    expect(compareTyped("01234 56789 012345", NUMBER)).toBe("different");
  });

  it("is no number where letters stand in it", () => {
    expect(compareTyped("s1.abc", NUMBER)).toBe("no-digits");
    expect(compareTyped("", NUMBER)).toBe("no-digits");
  });
});
