/**
 * I1: who has read the same log to the same place is in the same epoch, with the same roster and the same secrets. I2: one
 * device takes one commit for an epoch, ever.
 */
import { encodeHex } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import type { Circle, EngineState } from "@halqa/engine/machine";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer, SimDevice } from "../world/sim.ts";

export function watchAgreement({ hostile }: Story): Observer {
  const byPrefix = new Map<string, { facts: string; name: string }>();
  const byEpoch = new Map<string, string>();
  return {
    onState: (device, before) => {
      if (hostile.has(device.index)) return;
      for (const [id, circle] of movedCircles(device, before)) {
        const facts = factsOf(circle);
        const prefix = prefixOf(circle);
        const known = byPrefix.get(prefix);
        if (known === undefined)
          byPrefix.set(prefix, { facts, name: device.name });
        else if (known.facts !== facts)
          throw new SimFault(
            "I1",
            `${device.name} and ${known.name} differ after ${circle.log.seq} entries of ${id.slice(0, 6)}: ${facts} and ${known.facts}`,
          );
        const [epoch = ""] = facts.split(" at ");
        checkEpoch(byEpoch, { device, id, circle, facts: epoch });
      }
    },
  };
}

function checkEpoch(
  byEpoch: Map<string, string>,
  o: {
    readonly device: SimDevice;
    readonly id: string;
    readonly circle: Circle;
    readonly facts: string;
  },
): void {
  const { groupId, epoch } = o.circle.mls.context;
  const key = `${o.device.index}/${o.id}/${encodeHex(groupId)}/${epoch}`;
  const known = byEpoch.get(key);
  if (known === undefined) byEpoch.set(key, o.facts);
  else if (known !== o.facts)
    throw new SimFault("I2", `${o.device.name} is twice in epoch ${epoch}`);
}

/** Circles whose place in the log or epoch is another than before. */
export function movedCircles(
  device: SimDevice,
  before: EngineState,
): readonly (readonly [string, Circle])[] {
  const { circles } = device.state.durable;
  if (circles === before.durable.circles) return [];
  const moved: (readonly [string, Circle])[] = [];
  for (const [id, record] of circles) {
    const { circle } = record;
    const was = before.durable.circles.get(id)?.circle;
    if (circle === undefined || circle === was) continue;
    if (record.desk.place !== "in" && record.desk.place !== "founding")
      continue;
    if (
      was?.mls.context === circle.mls.context &&
      was.log.seq === circle.log.seq
    )
      continue;
    moved.push([id, circle]);
  }
  return moved;
}

/** What names everything that a device has read of a circle. */
function prefixOf({ log }: Circle): string {
  return [log.logId, log.origin, log.relayHead].map(encodeHex).join("/");
}

/** The epoch's authenticator stands for its whole history, its tree and its context. */
function factsOf({ mls: group, log, fragments }: Circle): string {
  const { epoch } = group.context;
  return `${epoch} ${encodeHex(mls.epochAuthenticator(group)).slice(0, 24)} at ${log.seq} with ${fragments.map(setOf).join()}`;
}

/** Commits in several entries that are under way: all who read the log have the same of them. */
function setOf({ leaf, number, parts }: Circle["fragments"][number]): string {
  return `${leaf}.${number}.${parts.map((part) => (part === undefined ? 0 : 1)).join("")}`;
}
