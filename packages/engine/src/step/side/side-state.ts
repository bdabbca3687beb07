/**
 * What a run knows of a circle beside the ordering relay's log (docs/spec/relays-of-a-circle.md): bodies that it read lately, entries that came
 * on other ways, and the logs at mirrors. Nothing of it is stored: it is read again, or asked for again.
 */
import type { EngineState } from "../state.ts";
import { update, withEntry } from "../turn.ts";
import type { Turn } from "../turn.ts";
import type { SideRun, Offers } from "./side-run.ts";

export const noOffers: Offers = {
  logId: new Uint8Array(),
  bodies: new Map(),
  heads: [],
  bytes: 0,
};

const empty: SideRun = {
  recent: [],
  offers: noOffers,
  loose: new Map(),
  sections: [],
  outgoing: [],
  nextOutgoing: 1,
  mirrors: new Map(),
};

export function sideOf({ side }: EngineState, circle: string): SideRun {
  return side.get(circle) ?? empty;
}

export function setSide(
  turn: Turn,
  circle: string,
  change: Partial<SideRun> | undefined,
): void {
  const run =
    change === undefined
      ? undefined
      : { ...sideOf(turn.state, circle), ...change };
  update(turn, { side: withEntry(turn.state.side, circle, run) });
}
