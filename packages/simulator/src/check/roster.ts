/** I13: nobody is in, out or a steward unless somebody who may do so asked for it. */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import type { Circle, CircleRecord } from "@halqa/engine/machine";
import { circleLedger } from "../story/ledger.ts";
import type { CircleLedger } from "../story/ledger.ts";
import type { Story } from "../story/running-story.ts";
import { SimFault } from "../world/sim.ts";
import type { Observer, SimDevice } from "../world/sim.ts";

export function watchRoster(story: Story): Observer {
  return {
    onState: (device, before) => {
      if (story.hostile.has(device.index)) return;
      const { circles } = device.state.durable;
      if (circles === before.durable.circles) return;
      for (const [id, record] of circles) {
        const was = before.durable.circles.get(id);
        if (record === was) continue;
        const ledger = circleLedger(story.ledger, id);
        meet(ledger, device, record);
        const { circle } = record;
        if (circle === undefined || record.desk.place !== "in") continue;
        if (was?.circle?.mls.context === circle.mls.context) continue;
        checkKeys(device, ledger, { circle, was: was?.circle });
      }
    },
  };
}

function meet(
  ledger: CircleLedger,
  device: SimDevice,
  { desk }: CircleRecord,
): void {
  const own = encodeBase64url(desk.memberKey);
  ledger.owners.set(own, device.index);
  if (ledger.isOpen) ledger.mayBeIn.add(own);
  if (desk.place !== "founding") return;
  ledger.mayBeIn.add(own);
  ledger.maySteward.add(own);
}

function checkKeys(
  device: SimDevice,
  ledger: CircleLedger,
  o: { readonly circle: Circle; readonly was: Circle | undefined },
): void {
  const now = keysOf(o.circle);
  for (const key of now)
    if (!ledger.mayBeIn.has(key))
      throw new SimFault(
        "I13",
        `${device.name} sees ${nameOf(ledger, key)}, whom nobody let in`,
      );
  for (const steward of o.circle.info.stewards) {
    const key = encodeBase64url(steward);
    if (!ledger.maySteward.has(key))
      throw new SimFault(
        "I13",
        `${device.name} sees ${nameOf(ledger, key)} as a steward`,
      );
  }
  // In a circle that was built anew people are in when they have come by themselves.
  const { was } = o;
  const isSame =
    was !== undefined &&
    equalBytes(was.mls.context.groupId, o.circle.mls.context.groupId);
  if (!isSame) return;
  for (const key of keysOf(was))
    if (!now.has(key) && !ledger.mayBeOut.has(key))
      throw new SimFault(
        "I13",
        `${device.name} misses ${nameOf(ledger, key)}, whom nobody removed`,
      );
}

function nameOf({ owners }: CircleLedger, key: string): string {
  const owner = owners.get(key);
  return owner === undefined ? `somebody (${key.slice(0, 8)})` : `p${owner}`;
}

const KEY_LENGTH = 32;
const rosters = new WeakMap<object, ReadonlySet<string>>();

/** The member keys in a tree. A credential is the member's key, a device number and a signature. */
export function keysOf({ mls: group }: Circle): ReadonlySet<string> {
  const known = rosters.get(group.tree);
  if (known !== undefined) return known;
  const keys = new Set<string>();
  for (const { leaf } of mls.members(group)) {
    const { credential } = leaf;
    if ("identity" in credential)
      keys.add(encodeBase64url(credential.identity.slice(1, 1 + KEY_LENGTH)));
  }
  rosters.set(group.tree, keys);
  return keys;
}
