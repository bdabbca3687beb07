// An order drawn at random.

/** Puts a list into any order, each as likely as every other but for less than one part in a million. */
export function shuffle(
  list: unknown[],
  random: (length: number) => Uint8Array,
): void {
  const drawn = random(4 * list.length);
  const view = new DataView(drawn.buffer, drawn.byteOffset, drawn.byteLength);
  for (let i = list.length - 1; i > 0; i--) {
    const j = view.getUint32(4 * i) % (i + 1);
    const [a, b] = [list[i]!, list[j]!];
    [list[i], list[j]] = [b, a];
  }
}
