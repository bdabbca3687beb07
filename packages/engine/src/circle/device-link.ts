/**
 * The link by which a new device asks to be linked (docs/spec/linking.md, LK-1 to LK-4): `l1.` and base64url, shown as a code or a
 * text. Whoever sees it can offer to link and nothing more: what is granted hangs on six digits that two people, or one,
 * compare on both screens.
 */
import {
  decode,
  decodeBase64url,
  encode,
  encodeBase64url,
  err,
  failReader,
  hasFailed,
  ok,
  readU32,
  writeU32,
  writeU8,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import { isX25519PublicKey, sha256 } from "@halqa/crypto";
import { hashLabeled, labeledBytes } from "./derive-key.ts";
import { readKey, readVersion, writeKey } from "./field.ts";
import { MAX_LINK_LENGTH } from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";
import { sixDigitsOf } from "./six-digits.ts";

export interface DeviceLink {
  /** Keeps the inboxes of both devices for as long as they link. */
  readonly relay: RelayRecord;
  /** The new device's inbox, and the key that boxes for it are sealed to. */
  readonly sendId: Uint8Array;
  readonly sealingKey: Uint8Array;
  /** To the new device's half of the code. */
  readonly commitment: Uint8Array;
  /** Minutes since 1970, by the new device's clock: nobody offers anything afterwards. */
  readonly untilMinute: number;
}

export interface DeviceLinkFault {
  readonly kind: "not-a-link" | "newer" | "malformed";
}

const VERSION = 1;
const PREFIX = "l1.";
const ANY_PREFIX = /^l[0-9]+\./;

export function encodeDeviceLink(link: DeviceLink): string {
  return PREFIX + encodeBase64url(bytesOf(link));
}

/** From the text, or from an address with the text behind its `#`. Any text may come. */
export function decodeDeviceLink(
  text: string,
): Result<DeviceLink, DeviceLinkFault> {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LINK_LENGTH) return err({ kind: "not-a-link" });
  const part = trimmed.slice(trimmed.indexOf("#") + 1);
  if (!ANY_PREFIX.test(part)) return err({ kind: "not-a-link" });
  if (!part.startsWith(PREFIX)) return err({ kind: "newer" });
  const bytes = decodeBase64url(part.slice(PREFIX.length));
  const link = bytes.ok ? decode(bytes.value, readLink) : bytes;
  return link.ok ? ok(link.value) : err({ kind: "malformed" });
}

/** Names the session: every box is bound to it, so that none of another session opens. */
export function linkSessionOf(link: DeviceLink): Uint8Array {
  return hashLabeled("linkSession", sha256(bytesOf(link)));
}

/** What a link binds its maker to. */
export function linkCommitmentOf(nonce: Uint8Array): Uint8Array {
  return sha256(labeledBytes("linkCommitment", nonce));
}

/** What both devices know once their nonces are there; each is 32 octets. */
export interface LinkFacts {
  readonly session: Uint8Array;
  /** Of the device that is there already. */
  readonly sendId: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly newNonce: Uint8Array;
  readonly oldNonce: Uint8Array;
}

/** Six digits. The new device was bound before the other's nonce existed, and the other one's was sent before it knew the first. */
export function linkCodeOf(o: LinkFacts): string {
  const { session, sendId, sealingKey, newNonce, oldNonce } = o;
  return sixDigitsOf(
    hashLabeled("linkCode", session, sendId, sealingKey, newNonce, oldNonce),
  );
}

function bytesOf(link: DeviceLink): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeRelayRecord(w, link.relay);
    writeKey(w, link.sendId);
    writeKey(w, link.sealingKey);
    writeKey(w, link.commitment);
    writeU32(w, link.untilMinute);
  });
}

function readLink(r: Reader): DeviceLink {
  readVersion(r, VERSION);
  const link = {
    relay: readRelayRecord(r),
    sendId: readKey(r),
    sealingKey: readKey(r),
    commitment: readKey(r),
    untilMinute: readU32(r),
  };
  if (!hasFailed(r) && !isX25519PublicKey(link.sealingKey))
    failReader(r, "invalid");
  return link;
}
