/**
 * The secret of an invite and all that follows from it (docs/spec/invite.md, IN-1). Whoever has the secret can answer requests; a
 * link carries only what follows from it for the joiner.
 */
import { decode, encode, writeU32, writeU8 } from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import { dhkemX25519, ed25519PublicKey } from "@halqa/crypto";
import type { KeyPair } from "@halqa/crypto";
import { deriveKey } from "./derive-key.ts";
import { readDay, readKey, readVersion, writeKey } from "./field.ts";

/** What every steward keeps of an invite, and every member of one with `auto`. */
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

const VERSION = 1;
const NO_CONTEXT = new Uint8Array();

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

/** The key that names an invite with this secret. */
export function invitePubOf(secret: Uint8Array): Uint8Array {
  return ed25519PublicKey(deriveKey(secret, "inviteSigning", NO_CONTEXT));
}

export function encodeInvite(invite: Invite): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeInvite(w, invite);
  });
}

export function decodeInvite(bytes: Uint8Array): Result<Invite, DecodeError> {
  return decode(bytes, (r) => {
    readVersion(r, VERSION);
    return readInvite(r);
  });
}

export function writeInvite(w: Writer, invite: Invite): void {
  writeKey(w, invite.secret);
  writeU32(w, invite.expiryDay);
  writeKey(w, invite.relayPub);
}

export function readInvite(r: Reader): Invite {
  return { secret: readKey(r), expiryDay: readDay(r), relayPub: readKey(r) };
}
