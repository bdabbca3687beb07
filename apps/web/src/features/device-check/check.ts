// The device check as a machine: observations in, one finding a row out (docs/spec/app.md, AP-10 to AP-14).
// A row passes because of an observation and for no other reason.

import type { Observation } from "./probe.ts";

export const CHECKS = ["page", "locking", "saving", "room", "lasting"] as const;
export type CheckId = (typeof CHECKS)[number];

/** What a row says, by name; the words are in words.ts. */
export type Saying =
  | "page-protected"
  | "page-not-protected"
  | "page-not-apart"
  | "locking-works"
  | "locking-not-loaded"
  | "locking-wrong"
  | "saving-works"
  | "saving-refused"
  | "saving-wrong"
  | "worker-not-started"
  | "worker-silent"
  | "room-enough"
  | "room-little"
  | "room-unknown"
  | "lasting-promised"
  | "lasting-open";

export type Finding =
  | { readonly state: "waiting" }
  | { readonly state: "passed" | "note" | "failed"; readonly says: Saying };

export interface DeviceState {
  readonly findings: Readonly<Record<CheckId, Finding>>;
  /** Kept for the numbers in words and details. */
  readonly freeBytes: number | undefined;
}

export type DeviceEvent = Observation | { readonly kind: "started" };

/** Months of text for a handful of circles; below it a device is full in all but name. */
const ENOUGH_BYTES = 50_000_000;

const waiting: Finding = { state: "waiting" };

export const notChecked: DeviceState = {
  findings: {
    page: waiting,
    locking: waiting,
    saving: waiting,
    room: waiting,
    lasting: waiting,
  },
  freeBytes: undefined,
};

/** The next state; total over all events. */
export function reduceDevice(
  state: DeviceState,
  event: DeviceEvent,
): DeviceState {
  switch (event.kind) {
    case "started":
      return notChecked;
    case "page":
      return withFindings(state, { page: judgePage(event) });
    case "locking":
      return withFindings(state, { locking: LOCKING[event.outcome] });
    case "saving":
      return withFindings(state, { saving: SAVING[event.outcome] });
    case "room":
      return {
        ...withFindings(state, { room: judgeRoom(event.freeBytes) }),
        freeBytes: event.freeBytes,
      };
    case "lasting":
      return withFindings(state, {
        lasting: event.isPromised
          ? { state: "passed", says: "lasting-promised" }
          : { state: "note", says: "lasting-open" },
      });
    case "worker-lost":
      return withFindings(state, loseWorker(state, event.because));
  }
}

/** What all rows together mean: `failed` counts the rows that speak against this browser. */
export function summarize({ findings }: DeviceState): {
  readonly isDone: boolean;
  readonly failed: number;
} {
  const states = CHECKS.map((check) => findings[check].state);
  return {
    isDone: !states.includes("waiting"),
    failed: states.filter((state) => state === "failed").length,
  };
}

const LOCKING: Record<"works" | "not-loaded" | "wrong-answer", Finding> = {
  works: { state: "passed", says: "locking-works" },
  "not-loaded": { state: "failed", says: "locking-not-loaded" },
  "wrong-answer": { state: "failed", says: "locking-wrong" },
};

const SAVING: Record<"works" | "refused" | "wrong-answer", Finding> = {
  works: { state: "passed", says: "saving-works" },
  refused: { state: "failed", says: "saving-refused" },
  "wrong-answer": { state: "failed", says: "saving-wrong" },
};

function judgePage(page: { isSecure: boolean; isIsolated: boolean }): Finding {
  if (!page.isSecure) return { state: "failed", says: "page-not-protected" };
  if (!page.isIsolated) return { state: "failed", says: "page-not-apart" };
  return { state: "passed", says: "page-protected" };
}

function judgeRoom(freeBytes: number | undefined): Finding {
  if (freeBytes === undefined) return { state: "note", says: "room-unknown" };
  return freeBytes < ENOUGH_BYTES
    ? { state: "failed", says: "room-little" }
    : { state: "passed", says: "room-enough" };
}

/** What the worker had already found out stands; what it still owed has failed. */
function loseWorker(
  { findings }: DeviceState,
  because: "not-started" | "no-answer",
): Partial<Record<CheckId, Finding>> {
  const lost: Finding = {
    state: "failed",
    says: because === "not-started" ? "worker-not-started" : "worker-silent",
  };
  return {
    locking: findings.locking.state === "waiting" ? lost : findings.locking,
    saving: findings.saving.state === "waiting" ? lost : findings.saving,
  };
}

function withFindings(
  state: DeviceState,
  found: Partial<Record<CheckId, Finding>>,
): DeviceState {
  return { ...state, findings: { ...state.findings, ...found } };
}
