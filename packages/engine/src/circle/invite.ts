/**
 * The secrets of an invite (docs/spec/invite.md, IN-1 to IN-3). One secret gives all of its keys; every steward has it, so
 * that a lost or taken phone stops no invite. A link carries only what follows from it for the joiner.
 */
import {
  concatBytes,
  decode,
  encode,
  equalBytes,
  err,
  ok,
  writeU32,
  writeU8,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { dhkemX25519, ed25519PublicKey, openBox, sealBox } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import type { Circle, CircleEnv } from "./circle.ts";
import { deriveKey } from "./derive-key.ts";
import {
  KEY_LENGTH,
  readDay,
  readKey,
  readVersion,
  writeKey,
} from "./field.ts";
import { hasKey } from "./key-set.ts";
import { rosterOf } from "./roster.ts";

/** What every steward keeps of an invite. */
export interface Invite {
  readonly secret: Uint8Array;
  /** Days since 1970: the last on which requests are answered, by the clock of the steward who answers. */
  readonly expiryDay: number;
  /** Of the relay that keeps the invite's inbox. */
  readonly relayPub: Uint8Array;
}

export interface InviteKeys {
  /** Signs join requests; its public half names the invite in the circle. */
  readonly inviteSeed: Uint8Array;
  readonly invitePub: Uint8Array;
  /** Requests are sealed to it. */
  readonly sealing: KeyPair;
  /** Owns the inbox. */
  readonly ownerSeed: Uint8Array;
  readonly ownerPub: Uint8Array;
  readonly sendId: Uint8Array;
}

/** A box for one device. */
export interface StewardBox {
  /** The sealing key of that device. */
  readonly to: Uint8Array;
  readonly box: Uint8Array;
}

const VERSION = 1;
const NO_CONTEXT = new Uint8Array();

/** An invite with an inbox at the circle's first relay. It counts once a commit has recorded its public key. */
export function createInvite(
  circle: Circle,
  env: CircleEnv,
  expiryDay: number,
): Invite {
  const { relayPub } = circle.log.address;
  return { secret: env.random(KEY_LENGTH), expiryDay, relayPub };
}

/** All keys of an invite. */
export function inviteKeys({ secret }: Pick<Invite, "secret">): InviteKeys {
  const inviteSeed = deriveKey(secret, "inviteSigning", NO_CONTEXT);
  const ownerSeed = deriveKey(secret, "inviteOwner", NO_CONTEXT);
  return {
    inviteSeed,
    invitePub: ed25519PublicKey(inviteSeed),
    sealing: dhkemX25519.deriveKeyPair(
      deriveKey(secret, "inviteSealing", NO_CONTEXT),
    ),
    ownerSeed,
    ownerPub: ed25519PublicKey(ownerSeed),
    sendId: deriveKey(secret, "inviteSendId", NO_CONTEXT),
  };
}

export function encodeInvite(invite: Invite): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeKey(w, invite.secret);
    writeU32(w, invite.expiryDay);
    writeKey(w, invite.relayPub);
  });
}

export function decodeInvite(bytes: Uint8Array): Result<Invite, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return {
      secret: readKey(r),
      expiryDay: readDay(r),
      relayPub: readKey(r),
    };
  });
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
