/** Who watches what (docs/spec/views.md, VW-1 to VW-5): a view is made again when something that it is made of changed, after the transaction that changed it. */
import type { Query, View } from "../views/view.ts";
import { makeView } from "../views/make-view.ts";
import { partsOf } from "../views/parts-of.ts";
import { MAX_WATCHES } from "./limits.ts";
import { boundedLimit } from "./watch-limit.ts";
import type { Watch, Window } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

export function addWatch(turn: Turn, id: number, query: Query): void {
  const { watches } = turn.state;
  // An interface that watches more than any screen shows has forgotten to end its watches; the newest ones stay silent.
  if (watches.size >= MAX_WATCHES) return;
  const watch: Watch = { query, parts: [] };
  update(turn, { watches: withEntry(watches, id, watch) });
  if (query.query === "timeline") widenWindow(turn, query);
}

export function dropWatch(turn: Turn, id: number): void {
  const watch = turn.state.watches.get(id);
  if (watch === undefined) return;
  update(turn, { watches: withEntry(turn.state.watches, id, undefined) });
  const { query } = watch;
  if (query.query !== "timeline") return;
  const isWatched = [...turn.state.watches.values()].some(
    ({ query: other }) =>
      other.query === "timeline" && other.circle === query.circle,
  );
  if (isWatched) return;
  const windows = withEntry(turn.state.windows, query.circle, undefined);
  update(turn, { windows });
}

/** The widest watch decides how much of a timeline is at hand. */
function widenWindow(
  turn: Turn,
  { circle, limit }: Extract<Query, { query: "timeline" }>,
): void {
  const window = turn.state.windows.get(circle);
  const wanted = boundedLimit(limit);
  if (window !== undefined && window.limit >= wanted) return;
  const windows = withEntry(turn.state.windows, circle, emptyWindow(wanted));
  update(turn, { windows });
}

function emptyWindow(limit: number): Window {
  return { limit, isLoaded: false, from: 0, items: [], quoted: new Map() };
}

/** What was shown of circles that are gone goes too: should one come back, it begins with nothing (EN-15). */
export function forgetWindows(turn: Turn): void {
  const { windows, durable } = turn.state;
  for (const [circle, window] of windows) {
    // One that holds nothing stays as it is: two of them would be read again and again because of each other.
    const isEmpty = window.items.length === 0 && window.quoted.size === 0;
    if (isEmpty || durable.circles.has(circle)) continue;
    const empty = emptyWindow(window.limit);
    update(turn, { windows: withEntry(turn.state.windows, circle, empty) });
  }
}

/** Tells each watcher the view that it does not know yet. */
export function tellViews(turn: Turn): void {
  const context = { state: turn.state, env: turn.env };
  const changed = new Map<number, Watch>();
  for (const [id, watch] of turn.state.watches) {
    const parts = partsOf(context, watch.query);
    if (parts === undefined || areSame(parts, watch.parts)) continue;
    const view: View | undefined = makeView(context, watch.query);
    if (view === undefined) continue;
    changed.set(id, { ...watch, parts });
    emit(turn, { type: "view", id, view });
  }
  if (changed.size === 0) return;
  update(turn, { watches: new Map([...turn.state.watches, ...changed]) });
}

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return (
    one.length === other.length &&
    one.every((part, index) => Object.is(part, other[index]))
  );
}
