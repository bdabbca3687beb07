// When the time for hello is over on which connection (docs/spec/relay-node.md, RN-5): one timer for all, as all have the
// same time and so come due in the order in which they came. A connection is held by its number alone, so that those who
// connect and leave at once take no memory until then.

export interface HelloDeadlines {
  /** The time of this connection begins. */
  readonly begin: (connection: number) => void;
  readonly stop: () => void;
}

interface Deadline {
  readonly connection: number;
  readonly at: number;
}

/** Says of each connection, once, that its time is over, whatever has become of it. */
export function createHelloDeadlines(
  ms: number,
  say: (connection: number) => void,
): HelloDeadlines {
  let waiting: Deadline[] = [];
  let timer: NodeJS.Timeout | undefined;
  const awaitNext = (): void => {
    const next = waiting[0];
    if (next === undefined) {
      timer = undefined;
      return;
    }
    timer = setTimeout(sayDue, Math.max(1, next.at - performance.now()));
    timer.unref();
  };
  const sayDue = (): void => {
    const now = performance.now();
    const later = waiting.findIndex(({ at }) => at > now);
    const due = waiting.splice(0, later === -1 ? waiting.length : later);
    for (const { connection } of due) say(connection);
    awaitNext();
  };
  return {
    begin: (connection) => {
      waiting.push({ connection, at: performance.now() + ms });
      if (timer === undefined) awaitNext();
    },
    stop: () => {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
