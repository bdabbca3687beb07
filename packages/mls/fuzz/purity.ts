/** No operation of the engine may change a state that it was given: old ones still encode to the bytes they encoded to. */
import { equalBytes } from "@halqa/bytes";
import { encodeCommitPart, encodeMessagePart } from "../src/index.ts";
import type { GroupState } from "../src/index.ts";
import { demand, witnesses } from "./world.ts";
import type { World } from "./world.ts";

interface Remembered {
  readonly state: GroupState;
  readonly parts: readonly [Uint8Array, Uint8Array];
}

const rememberedByWorld = new WeakMap<World, Remembered[]>();
const REMEMBERED = 1 / 8;

/** Keeps the state of someone for the end of the history, now and then. */
export function rememberStates(world: World): void {
  if (!world.dice.bool(REMEMBERED)) return;
  const state = world.dice.pick(witnesses(world)).state();
  const remembered = rememberedByWorld.get(world) ?? [];
  rememberedByWorld.set(world, [
    ...remembered,
    { state, parts: partsOf(state) },
  ]);
}

export function checkUnchanged(world: World): void {
  for (const { state, parts } of rememberedByWorld.get(world) ?? []) {
    const now = partsOf(state);
    demand(
      equalBytes(parts[0], now[0]) && equalBytes(parts[1], now[1]),
      `a state of epoch ${state.context.epoch} was changed in place`,
    );
  }
}

function partsOf(state: GroupState): readonly [Uint8Array, Uint8Array] {
  return [encodeCommitPart(state), encodeMessagePart(state)];
}
