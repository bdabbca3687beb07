// The figures as they stand (docs/spec/http.md, HT-22 to HT-24), gathered once in ten seconds: who asks more often gets the
// same again, so that no figure tells when within ten seconds something happened.

import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { renderFigures, type Figure, type FigureName } from "../core/index.ts";
import type { Readiness } from "./readiness.ts";
import type { Tally } from "./tally.ts";

/** Of each part, what the figures are taken from. */
export interface FigureSources {
  readonly tally: Tally;
  readonly clients: {
    readonly sockets: {
      readonly byId: ReadonlyMap<number, unknown>;
      readonly outbound: { readonly unreadInAll: number };
    };
    readonly loop: {
      readonly state: { readonly refusals: ReadonlyMap<string, number> };
    };
  };
  readonly readiness: Pick<Readiness, "isReady">;
}

export interface FigureWindow {
  /** The figures at the end of the last window. */
  readonly text: () => string;
  readonly stop: () => void;
}

/** docs/spec/http.md, HT-23. */
export const WINDOW_MS = 10_000;

// A delay is measured by a timer that is due every so often.
const RESOLUTION_MS = 10;

const SUMS: readonly FigureName[] = [
  "halqa_connections_total",
  "halqa_connections_refused_total",
  "halqa_connections_ended_total",
  "halqa_connections_slowed_total",
  "halqa_frames_received_total",
  "halqa_frames_sent_total",
  "halqa_stored_total",
  "halqa_store_batches_total",
  "halqa_store_requests_total",
  "halqa_store_failures_total",
];

/** Begins to gather; before the first window is over there is nothing to tell. */
export function watchFigures(
  sources: FigureSources,
  windowMs = WINDOW_MS,
): FigureWindow {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let text = "";
  const timer = setInterval(() => {
    text = renderFigures([...gather(sources), delayFigure(delay)]);
    sources.tally.largestBatch = 0;
    delay.reset();
  }, windowMs);
  timer.unref();
  return {
    text: () => text,
    stop: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}

function gather({ tally, clients, readiness }: FigureSources): Figure[] {
  const { sockets, loop } = clients;
  const gauges: readonly (readonly [FigureName, number])[] = [
    ["halqa_ready", readiness.isReady() ? 1 : 0],
    ["halqa_connections", sockets.byId.size],
    ["halqa_unread_bytes", sockets.outbound.unreadInAll],
    ["halqa_memory_bytes", process.memoryUsage.rss()],
    ["halqa_store_batch_largest", tally.largestBatch],
  ];
  return [
    ...gauges.map(([name, value]) => ({
      name,
      values: new Map([["", value]]),
    })),
    ...SUMS.map((name) => ({
      name,
      values: tally.sums.get(name) ?? new Map(),
    })),
    { name: "halqa_refusals_total", values: loop.state.refusals },
  ];
}

function delayFigure(delay: ReturnType<typeof monitorEventLoopDelay>): Figure {
  const secondsAt = (percentile: number): number => {
    const ms = delay.percentile(percentile) / 1e6 - RESOLUTION_MS;
    return Math.round(Math.max(0, ms)) / 1_000;
  };
  return {
    name: "halqa_loop_delay_seconds",
    values: new Map([
      ["0.5", secondsAt(50)],
      ["0.99", secondsAt(99)],
      ["1", secondsAt(100)],
    ]),
  };
}
