import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { describe, expect, it } from "vitest";
import { endingOf } from "./testing/crash-stage.ts";
import type { Ending, Stage } from "./testing/crash-stage.ts";
import { crashScenarios } from "./testing/crash-scenarios.ts";
import type { CrashScenario } from "./testing/crash-scenarios.ts";
import { createWorld, deviceOf, settle } from "./testing/world.ts";

// All places with HALQA_EVERY_CRASH=1; by default a few of each device, others in each scenario.
const EVERY = process.env["HALQA_EVERY_CRASH"] !== undefined;
const SAMPLES = 3;
const NEVER = 1e9;

interface Told extends Ending {
  /** What the dropped device had done when the scenario began. */
  readonly from: number;
}

function tell(
  scenario: CrashScenario,
  o: { readonly device: string; readonly at: number },
): Told {
  const world = createWorld("crash scenario", ...scenario.devices);
  const stage: Stage = { world, circle: scenario.before(world) };
  settle(world);
  const device = deviceOf(world, o.device);
  const from = device.effects;
  device.crashAt = from + o.at;
  scenario.tell(stage);
  return { ...endingOf(stage, scenario), from };
}

/** Where to drop a device that does so many things; each scenario begins elsewhere, so that together they reach much. */
function placesIn(effects: number, offset: number): readonly number[] {
  const count = EVERY ? effects : Math.min(SAMPLES, effects);
  return Array.from(
    { length: count },
    (_, index) =>
      1 +
      ((Math.floor((index * effects) / count) + (EVERY ? 0 : offset)) %
        effects),
  );
}

describe("a device dropped after an effect comes to the same end", () => {
  for (const [offset, [name, scenario]] of Object.entries(
    crashScenarios,
  ).entries()) {
    it(`[SI-14] [EN-12] ${name}`, () => {
      permitNonceReuse(
        "what was built and not stored is built again, byte for byte, before it leaves",
      );
      for (const device of scenario.dropped) {
        const whole = tell(scenario, { device, at: NEVER });
        const effects = (whole.effects[device] ?? 0) - whole.from;
        expect(effects).toBeGreaterThan(0);
        for (const at of placesIn(effects, offset * 7)) {
          const place = `${device} after ${at} of ${effects}`;
          let ending: unknown;
          try {
            ending = tell(scenario, { device, at }).facts;
          } catch (error) {
            ending = error instanceof Error ? error.message : error;
          }
          expect([place, ending]).toEqual([place, whole.facts]);
        }
      }
    }, 600_000);
  }
});
