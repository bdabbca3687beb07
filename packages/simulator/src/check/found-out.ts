/** I8: a relay that contradicted what it signed is found out by whoever saw both; and nobody cries wolf. */
import { encodeHex } from "@halqa/bytes";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";

/** Honest members whose logs differ cannot all be without an alarm once they have talked to one relay again. */
export function checkFoundOut({ sim, hostile }: Story): void {
  const heads = new Map<string, string>();
  for (const device of sim.devices) {
    if (hostile.has(device.index) || device.wasRestored) continue;
    for (const { circle, desk } of device.state.durable.circles.values()) {
      if (circle === undefined || desk.place !== "in") continue;
      if (desk.alarms.length > 0) continue;
      const { log } = circle;
      const place = `${encodeHex(log.logId)}/${log.seq}`;
      const head = encodeHex(log.relayHead);
      const known = heads.get(place);
      heads.set(place, head);
      if (known !== undefined && known !== head)
        throw new SimFault(
          "I8",
          `${device.name} reads another log than others, and nobody is alarmed`,
        );
    }
  }
}
