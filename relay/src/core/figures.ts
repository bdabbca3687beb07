// The relay's own figures (docs/spec/http.md, HT-22 to HT-24): how many and how much, never who, what or exactly when.
// Every name and every label is in the table below, so that nothing a client says can become one.

/** Counters and gauges by name; what stands for one label is a row of its own. */
export interface Figure {
  readonly name: FigureName;
  /** By label; the empty label where the figure has none. */
  readonly values: ReadonlyMap<string, number>;
}

interface FigureKind {
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** The name of its label; absent where there is one value. */
  readonly label?: string;
}

export const FIGURES = {
  halqa_ready: { type: "gauge", help: "1 where the relay takes work." },
  halqa_connections: { type: "gauge", help: "Connections of clients." },
  halqa_connections_total: {
    type: "counter",
    help: "Connections of clients that were let in.",
  },
  halqa_connections_refused_total: {
    type: "counter",
    help: "Connections of clients that were not let in.",
    label: "reason",
  },
  halqa_connections_ended_total: {
    type: "counter",
    help: "Connections of clients that have ended.",
    label: "reason",
  },
  halqa_connections_slowed_total: {
    type: "counter",
    help: "How often a connection was read more slowly.",
    label: "reason",
  },
  halqa_frames_received_total: {
    type: "counter",
    help: "Messages of clients.",
    label: "bytes",
  },
  halqa_frames_sent_total: {
    type: "counter",
    help: "Messages to clients.",
    label: "bytes",
  },
  halqa_refusals_total: {
    type: "counter",
    help: "Requests that were refused.",
    label: "code",
  },
  halqa_stored_total: {
    type: "counter",
    help: "What was stored for the first time.",
    label: "kind",
  },
  halqa_store_batches_total: {
    type: "counter",
    help: "Transactions of the store.",
  },
  halqa_store_requests_total: {
    type: "counter",
    help: "Requests in them.",
  },
  halqa_store_batch_largest: {
    type: "gauge",
    help: "Requests in the largest of the last window.",
  },
  halqa_store_failures_total: {
    type: "counter",
    help: "Requests that the store could not carry out.",
  },
  halqa_unread_bytes: {
    type: "gauge",
    help: "Bytes that wait for clients to read them.",
  },
  halqa_memory_bytes: { type: "gauge", help: "What the process takes." },
  halqa_loop_delay_seconds: {
    type: "gauge",
    help: "How late the event loop was in the last window.",
    label: "quantile",
  },
} as const satisfies Readonly<Record<string, FigureKind>>;

export type FigureName = keyof typeof FIGURES;

/** The figures in the text format of Prometheus, each under its name and help. */
export function renderFigures(figures: readonly Figure[]): string {
  return figures.map(renderFigure).join("");
}

function renderFigure({ name, values }: Figure): string {
  const { type, help, label }: FigureKind = FIGURES[name];
  // What never happened is 0, where there is no label to say it under.
  const isZero = label === undefined && values.size === 0;
  const counts: readonly (readonly [string, number])[] = isZero
    ? [["", 0]]
    : [...values];
  const rows = counts.map(([value, count]) => {
    const labels = label === undefined ? "" : `{${label}="${value}"}`;
    return `${name}${labels} ${count}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${rows.join("")}`;
}
