/** What people do once they see that a circle has stopped: they press what their screens offer them. */
import type { Command } from "@halqa/engine";
import { give } from "../world/device.ts";
import type { Story } from "./running-story.ts";

const MINUTE_MS = 60_000;
/** Devices help themselves first. */
const PATIENCE_MS = 4 * MINUTE_MS;
const EVERY_MS = 3 * MINUTE_MS;

/** Called after so much time in which all was well. */
export function lookAfter({ sim, hostile }: Story, waited: number): void {
  if (waited < PATIENCE_MS || waited % EVERY_MS !== 0) return;
  for (const device of sim.devices) {
    if (hostile.has(device.index) || !device.isRunning) continue;
    for (const { summary, repairs } of device.screen.circles.values()) {
      const { circle, standing, repair } = summary;
      const commands: Command[] = repairs
        .filter(({ state }) => state === "asking")
        .map(({ id }) => ({ command: "approve-repair", circle, request: id }));
      if (standing === "halted" && repair?.coming !== true)
        // Who is no steward, or can be let in by one, is told so.
        commands.push(
          { command: "repair", circle },
          { command: "rebuild", circle },
        );
      for (const command of commands)
        give(sim, device, { command, onReply: () => undefined });
    }
  }
}
