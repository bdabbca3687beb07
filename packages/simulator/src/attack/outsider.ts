/** Somebody who is in no circle and knows what leaks: addresses of logs, and a link that went to the wrong hands. */
import { logKeys } from "@halqa/engine/machine";
import type { Circle } from "@halqa/engine/machine";
import type { ClientCommand } from "@halqa/protocol";
import type { SeededRandom } from "@halqa/testkit";
import type { Story } from "../story/running-story.ts";
import type { SimRelay } from "../world/relay.ts";
import { speak } from "./stranger.ts";

const BODY = 3_840;
/** Half of what an inbox keeps of strangers, so that two of them fill it. */
const FLOOD = 32;

/** Garbage for a log: without a proof, and with one by keys of one's own. */
export function garbageForLogs({ sim }: Story, dice: SeededRandom): void {
  for (const circle of circlesIn({ sim })) {
    const { logId } = circle.log;
    const relay = sim.relays.find(({ url }) =>
      circle.info.relays.some((one) => one.url === url),
    );
    if (relay === undefined) continue;
    const commands = Array.from({ length: 4 }, (_, index): ClientCommand => ({
      type: "append",
      request: 10 + index,
      logId,
      expectedHead: undefined,
      body: dice.bytes(BODY),
    }));
    const own = logKeys({ ...circle.log.address, logSeed: dice.bytes(32) });
    speak({ sim, relay, dice, commands });
    speak({ sim, relay, dice, commands, keys: { ...own, logId } });
  }
}

/** Garbage for the inboxes of invites, as many as their link has reached. */
export function floodInvites({ sim }: Story, dice: SeededRandom): void {
  const byKey = (key: Uint8Array): SimRelay | undefined =>
    sim.relays.find(({ relayPub }) => Buffer.compare(relayPub, key) === 0);
  const sendIds = new Set<string>();
  for (const { state } of sim.devices)
    for (const { invites } of state.durable.circles.values())
      for (const { keys, invite } of invites) {
        const relay = byKey(invite.relayPub);
        const name = Buffer.from(keys.sendId).toString("hex");
        if (relay === undefined || sendIds.has(name)) continue;
        sendIds.add(name);
        const commands = Array.from(
          { length: FLOOD },
          (_, index): ClientCommand => ({
            type: "inbox-send",
            request: 10 + index,
            sendId: keys.sendId,
            body: dice.bytes(BODY),
          }),
        );
        speak({ sim, relay, dice, commands });
      }
}

function circlesIn({ sim }: Pick<Story, "sim">): readonly Circle[] {
  const byId = new Map<string, Circle>();
  for (const { state } of sim.devices)
    for (const { id, circle } of state.durable.circles.values())
      if (circle !== undefined) byId.set(id, circle);
  return [...byId.values()];
}
