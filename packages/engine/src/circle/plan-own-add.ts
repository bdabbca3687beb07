/**
 * The commit by which a member takes a further device of its own into a circle (docs/spec/linking.md, LK-30; docs/spec/circle.md,
 * CI-80, CI-81, CI-133): one Add, without a path and without what others proposed, by stewards and other members alike.
 */
import { equalBytes, err } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import type { KeyPackage } from "../ports/mls.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import { factsOf } from "./leaf-facts.ts";
import type { LeafFacts } from "./leaf-facts.ts";
import { MAX_LEAVES_OF_MEMBER } from "./limits.ts";
import type { NewDevice } from "./new-device.ts";
import { sealCommit } from "./plan-commit.ts";
import type { PlannedCommit } from "./plan-commit.ts";
import type { PlanFault } from "./plan-fault.ts";
import { findAnswer } from "./repair-request.ts";
import { leavesOf, rosterOf } from "./roster.ts";

/** `keyPackage` is as the new device sent it; `now` in seconds since 1970. */
export function planOwnAdd(
  circle: Circle,
  env: CircleEnv,
  o: { readonly keyPackage: Uint8Array; readonly now: number },
): Result<PlannedCommit, PlanFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  if (circle.info.isClosed) return err({ kind: "closed" });
  const device = readDevice(circle, env, o.keyPackage);
  if ("kind" in device) return err(device);
  const { keyPackage } = device;
  return sealCommit(circle, env, {
    options: {
      proposals: [{ kind: "add", keyPackage }],
      references: [],
      authenticatedData: ownAuthenticatedData(circle),
      now: BigInt(o.now),
    },
    requests: [device],
  });
}

/** What V would say of it, before a commit is made for nothing. */
function readDevice(
  circle: Circle,
  env: CircleEnv,
  bytes: Uint8Array,
): NewDevice | PlanFault {
  const parsed = env.mls.decodeKeyPackage(bytes);
  const facts = parsed.ok ? factsOf(parsed.value.leafNode) : undefined;
  if (!parsed.ok || facts === undefined)
    return { kind: "refused", detail: "malformed" };
  const keyPackage = parsed.value;
  const fault =
    checkPlace(circle, env, facts) ?? checkLeaf(circle, env, keyPackage);
  if (fault !== undefined) return fault;
  const answer = findAnswer(circle, facts);
  if (answer === undefined) return { kind: "refused", detail: "relay" };
  const { memberKey } = facts.credential;
  const { sealingKey } = facts.info;
  return { keyPackage, memberKey, sealingKey, ...answer };
}

function checkPlace(
  circle: Circle,
  env: CircleEnv,
  { credential, info }: LeafFacts,
): PlanFault | undefined {
  const isOwn = equalBytes(credential.memberKey, circle.memberKey);
  const isFurther = info.invitePub === undefined && info.lastPathEpoch === 0n;
  if (!isOwn || !isFurther) return { kind: "refused", detail: "other-member" };
  const roster = rosterOf(env.mls, circle.mls.tree);
  const devices = leavesOf(roster, circle.memberKey);
  if (devices.some((one) => equalBytes(one.info.sealingKey, info.sealingKey)))
    return { kind: "done" };
  if (devices.length >= MAX_LEAVES_OF_MEMBER) return { kind: "too-many" };
  const isTaken = devices.some(
    (one) => one.credential.deviceNo === credential.deviceNo,
  );
  return isTaken ? { kind: "refused", detail: "device-number" } : undefined;
}

function checkLeaf(
  circle: Circle,
  env: CircleEnv,
  keyPackage: KeyPackage,
): PlanFault | undefined {
  const groupEnv = groupEnvOf(circle, env);
  const fault = env.mls.validateKeyPackage(groupEnv, { keyPackage });
  const { groupId } = circle.mls.context;
  const verdict = groupEnv.policy.checkLeaf(keyPackage.leafNode, groupId);
  if (fault === undefined && verdict === undefined) return undefined;
  return { kind: "refused", detail: verdict ?? fault?.code ?? "leaf" };
}
