/** I14: a screen says `sent` of nothing that no relay keeps, and shows a circle that has stopped as one. */
import { encodeHex } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { entryIdOf } from "@halqa/protocol";
import type { CircleRecord } from "@halqa/engine/machine";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer, SimDevice } from "../world/sim.ts";

export function watchHonesty(story: Story): Observer {
  const kept = new Set<string>();
  for (const { onAppend } of story.sim.relays)
    onAppend.push((body) => kept.add(encodeHex(entryIdOf(sha256, body))));
  return {
    onScreen: (device, query) => {
      if (query.query === "app") return;
      const record = device.state.durable.circles.get(query.circle);
      if (record === undefined || story.hostile.has(device.index)) return;
      if (query.query === "circle") checkStanding(device, record);
      // A relay that lies about what it keeps makes liars of all.
      else if (query.query === "timeline" && story.attacked.size === 0)
        checkSent(device, record, kept);
    },
  };
}

function checkSent(
  device: SimDevice,
  { id, outbox }: CircleRecord,
  kept: ReadonlySet<string>,
): void {
  const items = device.screen.timelines.get(id)?.items ?? [];
  const sent = items.filter(
    (item) =>
      item.ordinal === undefined && "state" in item && item.state === "sent",
  );
  // What a screen calls a waiting item is the engine's affair: they are counted.
  const atRelay = outbox.filter(
    ({ sealed }) => sealed !== undefined && kept.has(encodeHex(sealed.entryId)),
  );
  if (sent.length > atRelay.length)
    throw new SimFault(
      "I14",
      `${device.name} says of ${sent.length} items that they are sent, and ${atRelay.length} are kept`,
    );
}

function checkStanding(device: SimDevice, { id, desk }: CircleRecord): void {
  const { standing } = device.screen.circles.get(id)?.summary ?? {};
  if (desk.place === "halted" && standing === "member")
    throw new SimFault("I14", `${device.name} shows a halted circle as sound`);
}
