import { describe, expect, it } from "vitest";
import { segmentPath } from "./ring-geometry.ts";

function ends(path: string): readonly number[] {
  return [...path.matchAll(/-?\d+\.\d\d/g)].map(([number]) => Number(number));
}

describe("segmentPath", () => {
  it("begins at the top and goes clockwise", () => {
    const [startX = 0, startY = 0, endX = 0, endY = 0] = ends(
      segmentPath(0, 12),
    );
    expect(startX).toBeGreaterThan(24);
    expect(startY).toBeCloseTo(4.1, 1);
    expect(endX).toBeGreaterThan(startX);
    expect(endY).toBeGreaterThan(startY);
  });

  it.each([1, 2, 5, 12, 40])("leaves a gap between %i segments", (count) => {
    const paths = Array.from({ length: count }, (_, index) =>
      segmentPath(index, count),
    );
    paths.forEach((path, index) => {
      const [, , endX, endY] = ends(path);
      const [nextX, nextY] = ends(paths[(index + 1) % count] ?? "");
      expect([endX, endY]).not.toEqual([nextX, nextY]);
    });
  });

  it("draws a ring of one as the long way round", () => {
    expect(segmentPath(0, 1)).toContain(" 0 1 1 ");
  });
});
