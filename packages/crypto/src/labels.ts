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
  declineBox: "halqa/v1/box/decline",
  joinCheckBox: "halqa/v1/box/join-check",
  joinRevealBox: "halqa/v1/box/join-reveal",
  repairBox: "halqa/v1/box/repair",
  deviceLinkBox: "halqa/v1/box/device-link",
  bundleBox: "halqa/v1/box/bundle",
  stewardBox: "halqa/v1/box/steward",
  contentBox: "halqa/v1/box/content",
  /** What is sealed to stewards inside a message. */
  sealedContent: "halqa/v1/sealed-content",
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
  // The relays of a circle: the chain and the log behind a move, what is signed for one, what mirrors and bundles hold.
  chainRelayMove: "halqa/v1/chain/relay-move",
  relayMove: "halqa/v1/relay-move",
  movedLogSeed: "halqa/v1/log/moved",
  mirrorLogSeed: "halqa/v1/log/mirror",
  mirrorFrame: "halqa/v1/mirror/frame",
  bundleSection: "halqa/v1/bundle/section",
  // Invites: what their keys are derived for, and what a joiner signs.
  inviteSigning: "halqa/v1/invite/signing",
  inviteSealing: "halqa/v1/invite/sealing",
  inviteOwner: "halqa/v1/invite/owner",
  inviteSendId: "halqa/v1/invite/send-id",
  joinTicket: "halqa/v1/join-ticket",
  // The approval code: what a request binds its maker to, and what the digits are made of.
  joinCommitment: "halqa/v1/join-code/commitment",
  joinCode: "halqa/v1/join-code/digits",
  /** A member's word for what needs the word of many. */
  approval: "halqa/v1/approval",
  // Commits in several entries: what their maker signs, and what their body is bound to.
  fragmentManifest: "halqa/v1/fragments/manifest",
  fragmentBody: "halqa/v1/fragments/body",
  // Being let in again: what a request is authenticated with, and what is signed.
  repairKey: "halqa/v1/repair/key",
  repairRequest: "halqa/v1/repair/request",
  rebuildBox: "halqa/v1/box/rebuild",
  rebuildCall: "halqa/v1/rebuild/call",
  /** The key by which members write into another member's inbox. */
  inboxMember: "halqa/v1/inbox/member",
  // Linking another device: its session, what its maker is bound to, the digits, and the keys of its boxes.
  linkSession: "halqa/v1/link/session",
  linkCommitment: "halqa/v1/link/commitment",
  linkCode: "halqa/v1/link/digits",
  linkKey: "halqa/v1/link/key",
  /** The number that two members compare. */
  safetyNumber: "halqa/v1/safety-number",
  // The vault: what its keys are derived for, and what its ciphertexts are bound to.
  vaultKek: "halqa/v1/vault/kek",
  vaultSealedKey: "halqa/v1/vault/sealed-key",
  vaultHeaderTag: "halqa/v1/vault/tag-of-header",
  vaultHeaderName: "halqa/v1/vault/place-of-header",
  vaultSlotCheck: "halqa/v1/vault/slot-check",
  vaultNameKey: "halqa/v1/vault/names",
  vaultStoreKey: "halqa/v1/vault/store",
  vaultRecord: "halqa/v1/vault/record",
  vaultPage: "halqa/v1/vault/page-of-keys",
  vaultGroupKey: "halqa/v1/vault/group",
  vaultDay: "halqa/v1/vault/day",
  // Unlocking by the device's own lock: what its key is derived for, and where the record of it stands.
  quickUnlockKey: "halqa/v1/quick-unlock/key",
  quickUnlockName: "halqa/v1/quick-unlock/place",
  // Backups: the key of a file, from recovery words, a passphrase or for a device.
  backupFileKey: "halqa/v1/backup/file",
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
