/** Somebody who was put out and kept everything: what was known then must be good for nothing now (rules A5, A7). */
import { encodeBase64url } from "@halqa/bytes";
import { logKeys } from "@halqa/engine/machine";
import type { SeededRandom } from "@halqa/testkit";
import type { Story } from "../story/running-story.ts";
import type { Observer } from "../world/sim.ts";
import { forgeryNames, sealForged } from "./insider.ts";
import { speak } from "./stranger.ts";

/** Keeps what a device had of a circle in the moment before it was put out. */
export function rememberFormer({ former }: Story): Observer {
  return {
    onState: (device, before) => {
      const { circles } = device.state.durable;
      if (circles === before.durable.circles) return;
      for (const [id, { desk }] of circles) {
        const was = before.durable.circles.get(id);
        if (desk.place !== "removed" || was?.desk.place !== "in") continue;
        if (was.circle !== undefined)
          former.push({ device, circle: was.circle });
      }
    },
  };
}

/** One of them says or does something with the keys of then, to the address of then. */
export function actAsFormer(story: Story, dice: SeededRandom): void {
  const { sim, former, hostile } = story;
  if (former.length === 0) return;
  const { device, circle } = dice.pick(former);
  const relay = sim.relays.find(({ url }) =>
    circle.info.relays.some((one) => one.url === url),
  );
  const record = device.state.durable.circles.get(
    encodeBase64url(circle.info.circleId),
  );
  // Who was let in again is no stranger.
  if (relay === undefined || record?.desk.place === "in") return;
  hostile.add(device.index);
  const insider = { sim, device, circle, dice };
  const body = sealForged(insider, dice.pick(forgeryNames));
  if (body === undefined) return;
  const { logId } = circle.log;
  speak({
    sim,
    relay,
    dice,
    keys: logKeys(circle.log.address),
    commands: [
      { type: "append", request: 9, logId, expectedHead: undefined, body },
    ],
  });
}
