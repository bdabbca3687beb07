/**
 * Invites among stewards (docs/spec/invite.md, IN-3): every one of them has the secret, so that a lost or taken phone stops no
 * invite.
 */
import { concatBytes, equalBytes, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { openBox, sealBox } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { KEY_LENGTH } from "./field.ts";
import { decodeInvite, encodeInvite, inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import { hasKey } from "./key-set.ts";
import { rosterOf } from "./roster.ts";

/** A box for one device. */
export interface StewardBox {
  /** The sealing key of that device. */
  readonly to: Uint8Array;
  readonly box: Uint8Array;
}

/** An invite with an inbox at the circle's first relay. It counts once a commit has recorded its public key. */
export function createInvite(
  circle: Circle,
  env: CircleEnv,
  expiryDay: number,
): Invite {
  const { relayPub } = circle.log.address;
  return { secret: env.random(KEY_LENGTH), expiryDay, relayPub };
}

/** The invite for every other device of a steward; the boxes travel as content. */
export function sealInvite(
  circle: Circle,
  env: CircleEnv,
  invite: Invite,
): readonly StewardBox[] {
  const { invitePub } = inviteKeys(invite);
  const own = circle.mls.own.leafIndex;
  return rosterOf(env.mls, circle.mls.tree).flatMap(
    ({ leaf, credential, info }) => {
      const isFor =
        leaf !== own && hasKey(circle.info.stewards, credential.memberKey);
      if (!isFor) return [];
      const box = sealBox({
        label: "stewardBox",
        publicKey: info.sealingKey,
        aad: concatBytes(circle.info.circleId, invitePub),
        plaintext: encodeInvite(invite),
        random: env.random,
      });
      return box.ok ? [{ to: info.sealingKey, box: box.value }] : [];
    },
  );
}

/** The invite of that name, when one of the boxes is for this device and holds its secret. */
export function openInvite(
  circle: Circle,
  o: {
    readonly invitePub: Uint8Array;
    readonly boxes: readonly StewardBox[];
  },
): Result<Invite, { readonly kind: "not-for-us" | "malformed" }> {
  const { invitePub } = o;
  for (const { to, box } of o.boxes) {
    const keyPair = circle.sealingKeys.find(({ publicKey }) =>
      equalBytes(publicKey, to),
    );
    if (keyPair === undefined) continue;
    const opened = openBox({
      label: "stewardBox",
      keyPair,
      aad: concatBytes(circle.info.circleId, invitePub),
      box,
    });
    if (!opened.ok) continue;
    const invite = decodeInvite(opened.value);
    // The sender could have sealed another secret, to make this steward open the wrong inbox.
    return invite.ok &&
      equalBytes(inviteKeys(invite.value).invitePub, invitePub)
      ? ok(invite.value)
      : err({ kind: "malformed" });
  }
  return err({ kind: "not-for-us" });
}
