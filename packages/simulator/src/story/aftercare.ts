/** What people do once they see that a circle has stopped: they press what their screens offer them. */
import type { CircleView, Command } from "@halqa/engine";
import { give } from "../world/device.ts";
import type { Story } from "./running-story.ts";

const MINUTE_MS = 60_000;
/** Devices help themselves first. */
const PATIENCE_MS = 4 * MINUTE_MS;
const LAST_WAY_MS = 12 * MINUTE_MS;
const EVERY_MS = 3 * MINUTE_MS;

/** Called after so much time in which all was well. */
export function lookAfter({ sim, hostile }: Story, waited: number): void {
  if (waited < PATIENCE_MS || waited % EVERY_MS !== 0) return;
  for (const device of sim.devices) {
    if (hostile.has(device.index) || !device.isRunning) continue;
    for (const view of device.screen.circles.values())
      for (const command of offered(view, waited))
        give(sim, device, { command, onReply: () => undefined });
  }
}

function offered(
  { summary, repairs }: CircleView,
  waited: number,
): readonly Command[] {
  const { circle, standing, repair } = summary;
  const commands: Command[] = repairs
    .filter(({ state }) => state === "asking")
    .map(({ id }) => ({ command: "approve-repair", circle, request: id }));
  if (standing !== "halted") return commands;
  if (repair?.coming !== true) commands.push({ command: "repair", circle });
  // Nobody lets them in. Who is no steward is told so.
  if (waited >= LAST_WAY_MS) commands.push({ command: "rebuild", circle });
  return commands;
}
