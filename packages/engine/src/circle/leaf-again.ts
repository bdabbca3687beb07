/** The leaf with which a device comes into a circle again (docs/spec/repair.md, RP-2; docs/spec/linking.md, LK-41). */
import type { CircleEnv } from "./circle.ts";
import { hasAuthority } from "./credential.ts";
import type { LastGood } from "./last-good.ts";
import { createCertifiedLeaf, createLeaf } from "./own-leaf.ts";
import type { NewLeaf } from "./own-leaf.ts";
import type { InboxAddress } from "./relay-record.ts";

/**
 * With new keys where this device can certify them. A device that was linked cannot: it keeps its signature key and the
 * certificate, and has new keys for everything else.
 */
export function createLeafAgain(
  env: CircleEnv,
  o: {
    readonly lastGood: LastGood;
    readonly identitySeed: Uint8Array;
    readonly inbox: InboxAddress;
    readonly invitePub: Uint8Array | undefined;
    /** Seconds since 1970. */
    readonly now: number;
  },
): NewLeaf {
  const { lastGood, identitySeed, ...rest } = o;
  const { memberKey, deviceNo, certificate, signatureSeed } = lastGood;
  const { circleId } = lastGood.info;
  const common = { ...rest, name: lastGood.memberName };
  return hasAuthority(identitySeed, { circleId, memberKey })
    ? createLeaf(env, { ...common, identitySeed, circleId, deviceNo })
    : createCertifiedLeaf(env, {
        ...common,
        signatureSeed,
        credential: { memberKey, deviceNo, certificate },
      });
}
