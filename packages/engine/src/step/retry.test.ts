import { describe, expect, it } from "vitest";
import { found } from "../testing/story.ts";
import {
  createWorld,
  deviceOf,
  setOnline,
  settle,
  tell,
  watchEffects,
} from "../testing/world.ts";
import { FIRST_RETRY_MS, LAST_RETRY_MS } from "./limits.ts";

describe("a relay that cannot be reached", () => {
  // Timer by timer, because a world in which nobody waits would not go on.
  it("[EN-22] is left alone for longer after each try", () => {
    const world = createWorld("retry", "alice");
    found(world, "alice");
    const timers: { readonly id: string; readonly afterMs: number }[] = [];
    watchEffects(world, (_, effect) => {
      if (effect.type === "timer" && effect.id.startsWith("retry "))
        timers.push(effect);
    });
    setOnline(world, "alice", false);
    for (let tries = 0; tries < 12; tries++) {
      expect(timers).toHaveLength(tries + 1);
      const { id = "", afterMs = 0 } = timers.at(-1) ?? {};
      const whole = Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS);
      expect(afterMs).toBeGreaterThanOrEqual(whole / 2);
      expect(afterMs).toBeLessThanOrEqual(whole);
      tell(world, deviceOf(world, "alice"), { type: "timer", id });
      settle(world);
    }
  });
});
