/**
 * One step while it is being made: the state so far and the effects so far. Only `state` and `effects` are replaced or
 * added to; what they hold is never changed in place, so that a state given to `step` stays what it was (EN-1).
 */
import type { Effect } from "./event.ts";
import type { StepEnv } from "./env.ts";
import type { EngineState } from "./state.ts";

export interface Turn {
  readonly env: StepEnv;
  state: EngineState;
  readonly effects: Effect[];
}

/** Replaces parts of the state. */
export function update(turn: Turn, change: Partial<EngineState>): void {
  turn.state = { ...turn.state, ...change };
}

export function emit(turn: Turn, effect: Effect): void {
  turn.effects.push(effect);
}

/** A number that this run has not used: for tags and connections. */
export function takeNumber(turn: Turn): number {
  const { nextNumber } = turn.state;
  update(turn, { nextNumber: nextNumber + 1 });
  return nextNumber;
}

/** A map with one entry set, or taken out where the value is undefined. */
export function withEntry<K, V>(
  map: ReadonlyMap<K, V>,
  key: K,
  value: V | undefined,
): ReadonlyMap<K, V> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}
