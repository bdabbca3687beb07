import { describe, expect, it } from "vitest";
import { ready } from "@halqa/crypto";
import type { CommandReply } from "@halqa/engine";
import { createSim, pass } from "./create-sim.ts";
import { crash, give, start } from "./device.ts";
import type { Sim, SimDevice } from "./sim.ts";

await ready;

function oneDevice(): { readonly sim: Sim; readonly device: SimDevice } {
  const sim = createSim({ seed: 1, devices: 1, relays: 1 });
  const [device] = sim.devices;
  if (device === undefined) throw new Error("the world has a device");
  start(sim, device);
  pass(sim, 1_000);
  return { sim, device };
}

function nameIt(sim: Sim, device: SimDevice): CommandReply[] {
  const replies: CommandReply[] = [];
  give(sim, device, {
    command: { command: "set-profile", name: "Ali" },
    onReply: (reply) => replies.push(reply),
  });
  return replies;
}

describe("a device", () => {
  it("[SI-3] ends after any effect, and has afterwards what it committed until then", () => {
    const outcomes = new Set<string>();
    for (let at = 1; at < 8; at++) {
      const { sim, device } = oneDevice();
      device.crashAt = device.effects + at;
      const replies = nameIt(sim, device);
      pass(sim, 1_000);
      const wasTold = replies.length > 0;
      crash(sim, device);
      start(sim, device);
      pass(sim, 1_000);
      const isThere = device.screen.app?.profile?.name === "Ali";
      // Whoever was told has it; who was not told may have it.
      expect(isThere || !wasTold).toBe(true);
      outcomes.add(`${String(wasTold)} ${String(isThere)}`);
    }
    expect(outcomes).toContain("true true");
    expect(outcomes).toContain("false true");
  });

  it("[SI-3] hears nothing more of what was under way when it ended", () => {
    const { sim, device } = oneDevice();
    const replies = nameIt(sim, device);
    crash(sim, device);
    start(sim, device);
    pass(sim, 1_000);
    expect(replies).toEqual([]);
  });
});
