/**
 * One device of a member who stays goes (docs/spec/linking.md, LK-50 to LK-54; docs/spec/circle.md, CI-160): because another device
 * of that member asked for it, or a steward wants it. A device that asks for its own removal asks for its member's.
 */
import { equalBytes, err } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { Circle, CircleEnv } from "./circle.ts";
import { planDrop, planRemove } from "./plan-commit.ts";
import type { PlannedCommit, Revoking } from "./plan-commit.ts";
import type { PlanFault } from "./plan-fault.ts";
import { leavesOf, rosterOf } from "./roster.ts";
import type { RosterLeaf } from "./roster.ts";

/** A device, as members name it. */
export interface DeviceName {
  readonly memberKey: Uint8Array;
  readonly no: number;
}

/** Its place in the circle; undefined where it is none. */
export function findDevice(
  circle: Circle,
  env: CircleEnv,
  { memberKey, no }: DeviceName,
): RosterLeaf | undefined {
  const roster = rosterOf(env.mls, circle.mls.tree);
  return leavesOf(roster, memberKey).find(
    ({ credential }) => credential.deviceNo === no,
  );
}

/** A steward's commit that takes one device out; of a member who has no other one, the member goes. */
export function planDevice(
  circle: Circle,
  env: CircleEnv,
  o: Revoking & { readonly device: DeviceName },
): Result<PlannedCommit, PlanFault> {
  const { device, revoke = [] } = o;
  const { memberKey } = device;
  const found = findDevice(circle, env, device);
  if (found === undefined) return err({ kind: "done" });
  if (found.leaf === circle.mls.own.leafIndex) return err({ kind: "own" });
  const roster = rosterOf(env.mls, circle.mls.tree);
  if (leavesOf(roster, memberKey).length === 1)
    return planRemove(circle, env, { memberKeys: [memberKey], revoke });
  return planDrop(circle, env, { leaf: found.leaf, revoke });
}

/** Whether the device is one of our own person's. */
export function isOwnDevice(
  { memberKey }: Circle,
  device: DeviceName,
): boolean {
  return equalBytes(memberKey, device.memberKey);
}
