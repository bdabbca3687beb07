// The only clock that the relay keeps anything by: whole days since 1970 (docs/spec/relay-node.md, RN-12).

export interface DayClock {
  /** The day at the start. */
  readonly first: number;
  stop(): void;
}

const DAY_MS = 86_400_000;
const LOOK_MS = 60_000;

/** Calls `onDay` when a later day begins. A clock that is set back does not take a day back. */
export function startDayClock(onDay: (day: number) => void): DayClock {
  const first = today();
  let last = first;
  const timer = setInterval(() => {
    const day = today();
    if (day <= last) return;
    last = day;
    onDay(day);
  }, LOOK_MS);
  return { first, stop: () => clearInterval(timer) };
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS);
}
