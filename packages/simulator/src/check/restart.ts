/** I9: what a device shows is what its disk holds: started again without any network, it shows the same. */
import type { CircleSummary } from "@halqa/engine";
import type { Story } from "../story/running-story.ts";
import { pass } from "../world/create-sim.ts";
import { crash, start } from "../world/device.ts";
import { SimFault } from "../world/sim.ts";
import type { SimDevice } from "../world/sim.ts";

const BOOT_MS = 5_000;

/** Ends the world: nobody is online afterwards. */
export function checkRestart({ sim }: Story): void {
  const shown = sim.devices.map(shownBy);
  for (const device of sim.devices) {
    device.isOnline = false;
    crash(sim, device);
    start(sim, device);
  }
  pass(sim, BOOT_MS);
  for (const [index, device] of sim.devices.entries()) {
    const before = shown[index] ?? "";
    const after = shownBy(device);
    if (before !== after)
      throw new SimFault(
        "I9",
        `${device.name} shows something else after a restart: ${difference(before, after)}`,
      );
  }
}

/** Everything on the screen that does not speak of connections. */
function shownBy({ screen }: SimDevice): string {
  // What was forgotten is not in the list, though its last view may still be there.
  const here = new Set(screen.app?.circles.map(({ circle }) => circle));
  const circles = [...screen.circles]
    .filter(([circle]) => here.has(circle))
    .toSorted(byId)
    .map(([, view]) => ({
      ...view,
      summary: lasting(view.summary),
      relays: view.relays.map((relay) => ({ ...relay, state: undefined })),
      // By the clock: a day may begin while nobody looks.
      members: view.members.map((one) => ({ ...one, silentDays: undefined })),
    }));
  const timelines = [...screen.timelines]
    .filter(([circle]) => here.has(circle))
    .toSorted(byId);
  const app = screen.app && {
    profile: screen.app.profile,
    circles: screen.app.circles.map(lasting),
  };
  return JSON.stringify({ app, circles, timelines });
}

function lasting(summary: CircleSummary): object {
  return { ...summary, caughtUp: undefined };
}

function byId(
  [one]: readonly [string, unknown],
  [other]: readonly [string, unknown],
): number {
  return one < other ? -1 : 1;
}

const AROUND = 120;

function difference(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const from = Math.max(0, at - AROUND);
  return `${before.slice(from, at + AROUND)} / ${after.slice(from, at + AROUND)}`;
}
