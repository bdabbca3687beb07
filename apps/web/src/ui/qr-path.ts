/** The dark cells of a code as one SVG path: a bar for each run in a row. */
export function qrPath(cells: readonly (readonly boolean[])[]): string {
  const bars: string[] = [];
  cells.forEach((row, y) => {
    let start: number | undefined;
    [...row, false].forEach((isDark, x) => {
      if (isDark) start ??= x;
      else if (start !== undefined) {
        bars.push(`M${start} ${y}h${x - start}v1H${start}z`);
        start = undefined;
      }
    });
  });
  return bars.join("");
}
