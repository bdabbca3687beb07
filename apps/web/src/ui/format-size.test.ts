import { describe, expect, it } from "vitest";
import { formatSize } from "./format-size.ts";

describe("formatSize", () => {
  it.each([
    [1_234_000_000, "1.2 GB"],
    [56_789_000_000, "57 GB"],
    [50_000_000, "50 MB"],
    [1_500, "1.5 kB"],
    [0, "0 kB"],
    [-5, "0 kB"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(formatSize(bytes, "en-u-nu-latn").replace(/\s/, " ")).toBe(text);
  });

  it("[AP-4] uses the digits and words of Arabic", () => {
    expect(formatSize(1_234_000_000, "ar-u-nu-arab")).toContain("١٫٢");
    expect(formatSize(1_234_000_000, "ar-u-nu-arab")).toMatch(/بايت/);
  });
});
