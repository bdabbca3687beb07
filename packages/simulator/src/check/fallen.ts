/**
 * Who lost step with a circle, or went over to one that was built anew: what was said meanwhile they do not get (RP-9), so their
 * lists have a gap, and are compared from the last words on.
 */
import { equalBytes } from "@halqa/bytes";
import type { CircleRecord } from "@halqa/engine/machine";
import type { Story } from "../story/running-story.ts";
import type { Observer, SimDevice } from "../world/sim.ts";

export function watchFallen({ fallen }: Story): Observer {
  return {
    onState: (device, before) => {
      const { circles } = device.state.durable;
      if (circles === before.durable.circles) return;
      for (const [id, record] of circles) {
        const was = before.durable.circles.get(id);
        if (record !== was && isFall(record, was))
          fallen.add(nameOf(device, id));
      }
    },
  };
}

function isFall(
  { circle, desk }: CircleRecord,
  was: CircleRecord | undefined,
): boolean {
  if (desk.place === "halted") return true;
  return (
    circle !== undefined &&
    was?.circle !== undefined &&
    !equalBytes(circle.mls.context.groupId, was.circle.mls.context.groupId)
  );
}

export function hasFallen(
  { fallen }: Pick<Story, "fallen">,
  device: SimDevice,
  circle: string,
): boolean {
  return fallen.has(nameOf(device, circle));
}

function nameOf({ index }: SimDevice, circle: string): string {
  return `${index}/${circle}`;
}
