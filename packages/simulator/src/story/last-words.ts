/**
 * Where somebody had lost step, everybody says one thing more once all is at rest: being in again means to be heard and to hear
 * (test 2 of the ten in docs/spec/simulator.md).
 */
import { encodeHex } from "@halqa/bytes";
import { textsOf } from "../check/lists.ts";
import { give } from "../world/device.ts";
import { SimFault } from "../world/sim.ts";
import type { SimDevice } from "../world/sim.ts";
import { CANARY } from "./scene.ts";
import type { Story } from "./running-story.ts";

interface Words {
  readonly circle: string;
  readonly group: string;
  readonly text: string;
}

/** Lets them speak; the answer looks for what they said, once that has arrived. */
export function sayLastWords(story: Story): (() => void) | undefined {
  const { sim, fallen, hostile } = story;
  if (fallen.size === 0) return undefined;
  const honest = sim.devices.filter(
    ({ index, wasRestored }) => !hostile.has(index) && !wasRestored,
  );
  const said: Words[] = [];
  for (const device of honest)
    for (const [circle, { summary }] of device.screen.circles) {
      const group = groupOf(device, circle);
      if (summary.standing !== "member" || group === undefined) continue;
      const text = `${CANARY} ${device.name} at last`;
      give(sim, device, {
        command: { command: "send", circle, text },
        onReply: ({ ok }) => {
          // Readers, and who is in a circle that is closed, say nothing.
          if (ok) said.push({ circle, group, text });
        },
      });
    }
  return () => {
    for (const device of honest)
      for (const { circle, group, text } of said)
        if (
          groupOf(device, circle) === group &&
          !textsOf(device, circle).includes(text)
        )
          throw new SimFault("I3", `${device.name} does not hear "${text}"`);
  };
}

function groupOf({ state }: SimDevice, id: string): string | undefined {
  const record = state.durable.circles.get(id);
  if (record?.circle === undefined || record.desk.place !== "in")
    return undefined;
  return encodeHex(record.circle.mls.context.groupId);
}
