import { describe, expect, it } from "vitest";
import { qrPath } from "./qr-path.ts";

describe("qrPath", () => {
  it("draws a bar for each run of dark cells, up to the edge", () => {
    expect(
      qrPath([
        [true, true, false, true],
        [false, false, false, false],
        [true, true, true, true],
      ]),
    ).toBe("M0 0h2v1H0zM3 0h1v1H3zM0 2h4v1H0z");
  });

  it("draws nothing of nothing", () => {
    expect(qrPath([])).toBe("");
  });
});
