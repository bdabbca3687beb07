// Which words are asked for, to see that they were kept (docs/spec/app.md, AP-71).

const ASKED = 3;

/** Three different places among so many, in order; drawn, so that nobody writes down those three alone. */
export function drawPlaces(
  count: number,
  draw: (bound: number) => number,
): readonly number[] {
  const places = new Set<number>();
  while (places.size < Math.min(ASKED, count)) places.add(draw(count));
  return [...places].toSorted((one, other) => one - other);
}

/** Whether what was typed is the word. */
export function isSameWord(typed: string, word: string | undefined): boolean {
  return typed.trim().toLowerCase() === word;
}
