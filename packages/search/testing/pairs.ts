// Tables of texts and what is looked for in them, one pair a line.

export interface Pair {
  readonly text: string;
  readonly query: string;
  readonly isFound: boolean;
}

/** The pairs of both tables; `text | query` in a line each. */
export function pairsOf(tables: {
  readonly found: string;
  readonly notFound: string;
}): readonly Pair[] {
  return [...linesOf(tables.found, true), ...linesOf(tables.notFound, false)];
}

function linesOf(table: string, isFound: boolean): readonly Pair[] {
  return table
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [text = "", query = ""] = line.split("|").map((one) => one.trim());
      return { text, query, isFound };
    });
}
