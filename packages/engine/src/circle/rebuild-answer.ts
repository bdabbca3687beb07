/** Who answered a call (docs/spec/repair.md, RP-24): a device that its maker knew, with a KeyPackage for the new group. */
import { equalBytes } from "@halqa/bytes";
import { ed25519Verify, sha256 } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { groupEnvOf } from "./group-env.ts";
import type { LastGood } from "./last-good.ts";
import { factsOf } from "./leaf-facts.ts";
import type { NewDevice } from "./new-device.ts";
import { decodeRepairForm, findAnswer, requestText } from "./repair-request.ts";
import { isSameInvite } from "./same-invite.ts";

export interface RebuildAnswer extends NewDevice {
  /** SHA-256 of the KeyPackage. */
  readonly id: Uint8Array;
  readonly name: string;
  readonly invitePub: Uint8Array;
}

/** Undefined for what is no answer, or of no device of the last good epoch. */
export function readAnswer(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly bytes: Uint8Array;
    readonly lastGood: LastGood;
    readonly invitePub: Uint8Array;
  },
): RebuildAnswer | undefined {
  const form = decodeRepairForm(o.bytes);
  if (form?.cause !== "called") return undefined;
  const parsed = env.mls.decodeKeyPackage(form.keyPackageBytes);
  const facts = parsed.ok ? factsOf(parsed.value.leafNode) : undefined;
  if (!parsed.ok || facts === undefined) return undefined;
  const keyPackage = parsed.value;
  const { memberKey } = facts.credential;
  const text = requestText(circle.info.circleId, form.body);
  const isKnown = o.lastGood.devices.some(
    (one) =>
      equalBytes(one.memberKey, memberKey) &&
      form.signatures.some((signature) =>
        ed25519Verify(one.signatureKey, text, signature),
      ),
  );
  const groupEnv = groupEnvOf(circle, env);
  const { groupId } = circle.mls.context;
  const isFine =
    isKnown &&
    env.mls.validateKeyPackage(groupEnv, { keyPackage }) === undefined &&
    groupEnv.policy.checkLeaf(keyPackage.leafNode, groupId) === undefined &&
    facts.info.lastPathEpoch === 0n &&
    isSameInvite(facts.info.invitePub, o.invitePub);
  const answer = findAnswer(circle, facts);
  if (!isFine || answer === undefined) return undefined;
  const { name, sealingKey } = facts.info;
  const id = sha256(form.keyPackageBytes);
  const { invitePub } = o;
  return { id, name, keyPackage, memberKey, sealingKey, ...answer, invitePub };
}
