/** Virtual time (docs/spec/simulator.md, SI-1): what is to happen, by its time; equal times in the order of planning. */

interface Planned {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface Agenda {
  readonly now: () => number;
  /** Plans something for `ms` from now, never before what happens now. */
  readonly after: (ms: number, run: () => void) => void;
  /** Lets the next thing happen, if it is due by then. False when nothing is. */
  readonly runNext: (until: number) => boolean;
  /** Moves time on where nothing is due before. */
  readonly moveTo: (at: number) => void;
  /** Time goes on while nothing happens: all that is planned moves with it. */
  readonly leap: (ms: number) => void;
}

/** An empty agenda that begins at this time, milliseconds since 1970. */
export function createAgenda(start: number): Agenda {
  let heap: Planned[] = [];
  let now = start;
  let planned = 0;
  return {
    now: () => now,
    after: (ms, run) => {
      push(heap, { at: now + Math.max(0, ms), order: planned++, run });
    },
    runNext: (until) => {
      const [next] = heap;
      if (next === undefined || next.at > until) return false;
      pop(heap);
      now = next.at;
      next.run();
      return true;
    },
    moveTo: (at) => {
      now = Math.max(now, at);
    },
    leap: (ms) => {
      now += ms;
      heap = heap.map((one) => ({ ...one, at: one.at + ms }));
    },
  };
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}

function push(heap: Planned[], item: Planned): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !isBefore(item, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = item;
}

function pop(heap: Planned[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const child = smallerChild(heap, at);
    const below = heap[child];
    if (below === undefined || !isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}

function smallerChild(heap: readonly Planned[], at: number): number {
  const left = 2 * at + 1;
  const one = heap[left];
  const other = heap[left + 1];
  if (one === undefined || other === undefined) return left;
  return isBefore(other, one) ? left + 1 : left;
}
