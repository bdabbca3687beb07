/** What follows a transaction (docs/spec/engine.md, EN-12): answers, what is watched, acknowledgements. */
import { repliesIn } from "@halqa/model";
import type { Item } from "@halqa/model";
import { hearParts } from "./files/transfers.ts";
import { markAck } from "./inboxes.ts";
import { EXPIRY_LOOK_MS } from "./limits.ts";
import { forgetLoose } from "./side/offers.ts";
import { setSide, sideOf } from "./side/side-state.ts";
import type { Window } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";
import type { After } from "./job-after.ts";

const MINUTE_MS = 60_000;

export function applyAfter(turn: Turn, after: After): void {
  switch (after.after) {
    case "reply": {
      const { id, reply } = after;
      emit(turn, { type: "reply", id, reply });
      return;
    }
    case "items":
      putItems(turn, after.circle, after.puts);
      forgetLoose(
        turn,
        after.circle,
        after.puts.map(({ id }) => id),
      );
      return;
    case "window":
      openWindow(turn, after);
      return;
    case "brief": {
      const { circle, ordinal, item } = after;
      const briefs = withEntry(turn.state.briefs, circle, { ordinal, item });
      update(turn, { briefs });
      return;
    }
    case "greeted":
      greet(turn, after.circle, after.devices);
      return;
    case "ack": {
      const { inbox, seq } = after;
      markAck(turn, inbox, { seq, state: "due" });
      return;
    }
    case "parts":
      hearParts(turn, after);
      return;
    case "expiry":
      noteExpiry(turn, after);
      return;
    case "sections": {
      const { sections } = sideOf(turn.state, after.circle);
      setSide(turn, after.circle, {
        sections: [...sections, ...after.sections],
      });
      return;
    }
    case "booted":
      update(turn, { phase: "running" });
  }
}

/** Timers are short: a device can sleep, and its clock can be set. */
function noteExpiry(
  turn: Turn,
  { circle, minute }: Extract<After, { after: "expiry" }>,
): void {
  const expiries = withEntry(turn.state.expiries, circle, minute);
  update(turn, { expiries });
  if (minute === undefined) return;
  const afterMs = Math.min(
    Math.max(0, minute * MINUTE_MS - turn.env.now),
    EXPIRY_LOOK_MS,
  );
  emit(turn, { type: "timer", id: `expiry ${circle}`, afterMs });
}

/** A watched timeline follows what was folded, and lets go of what is beyond its limit. */
function putItems(turn: Turn, circle: string, puts: readonly Item[]): void {
  const brief = turn.state.briefs.get(circle);
  const changed = puts.find(({ ordinal }) => ordinal === brief?.ordinal);
  if (brief !== undefined && changed !== undefined) {
    const briefs = withEntry(turn.state.briefs, circle, {
      ...brief,
      item: changed,
    });
    update(turn, { briefs });
  }
  const window = turn.state.windows.get(circle);
  if (window === undefined || !window.isLoaded) return;
  const windows = withEntry(
    turn.state.windows,
    circle,
    putIntoWindow(window, puts),
  );
  update(turn, { windows });
}

function putIntoWindow(window: Window, puts: readonly Item[]): Window {
  const items = [...window.items];
  const quoted = new Map(window.quoted);
  for (const item of puts.toSorted(byOrdinal)) {
    const index = (item.ordinal ?? 0) - window.from;
    if (index >= 0) items[index] = item;
    if (item.ordinal !== undefined && quoted.has(item.ordinal))
      quoted.set(item.ordinal, item);
  }
  const surplus = Math.max(0, items.length - window.limit);
  if (surplus === 0) return { ...window, items, quoted };
  // What leaves the window may still be quoted in it; what nothing in it quotes goes.
  for (const item of items.slice(0, surplus)) {
    if (item.ordinal !== undefined) quoted.set(item.ordinal, item);
  }
  const kept = items.slice(surplus);
  const needed = new Set(repliesIn(kept).map(({ ordinal }) => ordinal));
  return {
    ...window,
    from: window.from + surplus,
    items: kept,
    quoted: new Map([...quoted].filter(([ordinal]) => needed.has(ordinal))),
  };
}

function byOrdinal(one: Item, other: Item): number {
  return (one.ordinal ?? 0) - (other.ordinal ?? 0);
}

function openWindow(
  turn: Turn,
  { circle, from, items, quoted }: Extract<After, { after: "window" }>,
): void {
  const window = turn.state.windows.get(circle);
  // Nobody may be watching any more.
  if (window === undefined) return;
  const loaded = { ...window, isLoaded: true, from, items, quoted };
  update(turn, { windows: withEntry(turn.state.windows, circle, loaded) });
}

function greet(turn: Turn, circle: string, devices: readonly string[]): void {
  const known = turn.state.greeted.get(circle) ?? new Set();
  const greeted = new Set([...known, ...devices]);
  update(turn, { greeted: withEntry(turn.state.greeted, circle, greeted) });
}
