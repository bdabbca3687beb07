// Leaves that are kept in memory (docs/spec/relay-node.md, RN-30), by the ranks that each of them holds: they are written as
// soon as they change, so that nothing is lost with them. Whoever keeps them drops them all where the file may have
// changed under them.

/** From `id` up to what is before `end`. */
interface Range {
  readonly id: number;
  readonly end: number | undefined;
}

export interface KeptLeaves<L extends Range> {
  find(rank: number): L | undefined;
  /** One whose end is known. */
  add(leaf: L): void;
  drop(id: number): void;
  clear(): void;
}

/** At most so many: where there are more, half of them go, which half is the same to all. */
export function keepLeaves<L extends Range>(most: number): KeptLeaves<L> {
  let leaves: L[] = [];
  let parity = 0;
  const behind = (rank: number): number => {
    let [low, high] = [0, leaves.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((leaves[middle]?.id ?? 0) <= rank) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    find: (rank) => {
      const leaf = leaves[behind(rank) - 1];
      return leaf && rank < (leaf.end ?? 0) ? leaf : undefined;
    },
    add: (leaf) => {
      if (leaves.length >= most) {
        leaves = leaves.filter((_, i) => i % 2 === parity);
        parity = 1 - parity;
      }
      leaves.splice(behind(leaf.id), 0, leaf);
    },
    drop: (id) => {
      const at = behind(id) - 1;
      if (leaves[at]?.id === id) leaves.splice(at, 1);
    },
    clear: () => {
      leaves = [];
    },
  };
}
