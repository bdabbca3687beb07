// Every domain-separation label of this project, in one table. docs/spec/crypto.md, "Labels".
//
// Labels stand in front of other data and are told apart by their bytes alone, so none may be the beginning of
// another; a test holds the table to that. A label is never reused and never changes its meaning.

import { encodeUtf8 } from "@halqa/bytes";

export const labels = {
  /** The MLS exporter's label for the key of a circle's envelopes. */
  envelopeKey: "halqa/v1/envelope",
  /** Opens the associated data of an envelope. */
  envelopeBody: "halqa/v1/entry",
  /** Opens the associated data of every chunk of a blob. */
  blob: "halqa/v1/blob",
  // Sealed boxes: the HPKE info says what a box is for, so that none can be passed off as another.
  joinRequestBox: "halqa/v1/box/join-request",
  welcomeBox: "halqa/v1/box/welcome",
  repairBox: "halqa/v1/box/repair",
  deviceLinkBox: "halqa/v1/box/device-link",
  bundleBox: "halqa/v1/box/bundle",
  stewardBox: "halqa/v1/box/steward",
  // Circles. What a member is known by, and what a member's certificate signs.
  memberKey: "halqa/v1/member-key",
  certificate: "halqa/v1/certificate",
  /** The MLS exporter's label for the seed of an address, and what its keys are derived for. */
  logSeed: "halqa/v1/log-seed",
  logWriteKey: "halqa/v1/log/write",
  logReadKey: "halqa/v1/log/read",
  /** What shows that its sender is in an epoch. */
  epochTag: "halqa/v1/epoch-tag",
  // The chain that members keep over all logs of a circle: at its beginning, from log to log, and at a position.
  chainOrigin: "halqa/v1/chain/origin",
  chainMove: "halqa/v1/chain/move",
  chainAt: "halqa/v1/chain/at",
  // Invites: what their keys are derived for, and what a joiner signs.
  inviteSigning: "halqa/v1/invite/signing",
  inviteSealing: "halqa/v1/invite/sealing",
  inviteOwner: "halqa/v1/invite/owner",
  inviteSendId: "halqa/v1/invite/send-id",
  joinTicket: "halqa/v1/join-ticket",
  // The vault: what its keys are derived for, and what its ciphertexts are bound to.
  vaultKek: "halqa/v1/vault/kek",
  vaultSealedKey: "halqa/v1/vault/sealed-key",
  vaultHeaderTag: "halqa/v1/vault/tag-of-header",
  vaultHeaderName: "halqa/v1/vault/place-of-header",
  vaultSlotCheck: "halqa/v1/vault/slot-check",
  vaultNameKey: "halqa/v1/vault/names",
  vaultStoreKey: "halqa/v1/vault/store",
  vaultRecord: "halqa/v1/vault/record",
} as const;

export type LabelName = keyof typeof labels;

/** The purposes a sealed box can have. */
export type BoxLabelName = Extract<LabelName, `${string}Box`>;

const encoded = new Map<LabelName, Uint8Array>();

/** A label's bytes. Shared: not to be written to. */
export function labelBytes(name: LabelName): Uint8Array {
  let bytes = encoded.get(name);
  if (bytes === undefined) {
    bytes = encodeUtf8(labels[name]);
    encoded.set(name, bytes);
  }
  return bytes;
}
