/**
 * Invite links (docs/spec/invite.md, IN-10 to IN-13): `j1.` and base64url, behind the `#` of the app's address, where no
 * server sees it. Whoever holds a link may ask to join, nothing more.
 */
import {
  assertInvariant,
  decode,
  decodeBase64url,
  encode,
  encodeBase64url,
  encodeUtf8,
  equalBytes,
  err,
  failReader,
  hasFailed,
  ok,
  readU8,
  readUtf8,
  readVectorOf,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Result } from "@halqa/bytes";
import { isX25519PublicKey } from "@halqa/crypto";
import { composeName, isName } from "@halqa/model";
import type { Circle, CircleEnv } from "./circle.ts";
import { readDay, readKey, writeKey } from "./field.ts";
import { inviteKeys } from "./invite-secret.ts";
import type { Invite } from "./invite-secret.ts";
import { MAX_LABEL_BYTES, MAX_LINK_LENGTH, MAX_RELAYS } from "./limits.ts";
import { readRelayRecord, writeRelayRecord } from "./relay-record.ts";
import type { RelayRecord } from "./relay-record.ts";
import { relaysOf } from "./relay-term.ts";
import { isSteward, memberAt, membersOf } from "./roster.ts";

export interface InviteLink {
  /** As in `halqa_circle`; the first one keeps the invite's inbox. */
  readonly relays: readonly RelayRecord[];
  readonly sendId: Uint8Array;
  readonly inviteSeed: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly circleId: Uint8Array;
  /** The steward who made the link, or for whom another member did. */
  readonly stewardKey: Uint8Array;
  /** Days since 1970. */
  readonly expiryDay: number;
  /** Any member lets in who asks by this link, without asking anybody. */
  readonly isAuto: boolean;
  /** Cut to 64 bytes, and only for people to see whose link this is: it proves nothing. */
  readonly circleName: string;
  /** As `circleName`. */
  readonly inviterName: string;
}

export interface LinkFault {
  readonly kind:
    | "not-a-link"
    /** Of a later version of this program. */
    | "newer"
    | "malformed";
}

const PREFIX = "j1.";
const ANY_PREFIX = /^j[0-9]+\./;

/** The part behind `#`. */
export function encodeInviteLink(link: InviteLink): string {
  const bytes = encode((w) => {
    writeVectorOf(w, link.relays, writeRelayRecord);
    writeKey(w, link.sendId);
    writeKey(w, link.inviteSeed);
    writeKey(w, link.sealingKey);
    writeKey(w, link.circleId);
    writeKey(w, link.stewardKey);
    writeU32(w, link.expiryDay);
    // Flags, of which one has a meaning.
    writeU8(w, link.isAuto ? 1 : 0);
    writeVector(w, encodeUtf8(link.circleName));
    writeVector(w, encodeUtf8(link.inviterName));
  });
  return PREFIX + encodeBase64url(bytes);
}

/** From the part behind `#`, or from a whole link around it. Any text may come. */
export function decodeInviteLink(text: string): Result<InviteLink, LinkFault> {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LINK_LENGTH) return err({ kind: "not-a-link" });
  const part = trimmed.slice(trimmed.indexOf("#") + 1);
  if (!ANY_PREFIX.test(part)) return err({ kind: "not-a-link" });
  if (!part.startsWith(PREFIX)) return err({ kind: "newer" });
  const bytes = decodeBase64url(part.slice(PREFIX.length));
  if (!bytes.ok) return err({ kind: "malformed" });
  const link = decode(bytes.value, readLink);
  return link.ok ? ok(link.value) : err({ kind: "malformed" });
}

/** The link for an invite, from a steward; one with `auto` also from another member. */
export function createInviteLink(
  circle: Circle,
  env: CircleEnv,
  { invite, isAuto }: { readonly invite: Invite; readonly isAuto: boolean },
): InviteLink {
  const { sendId, inviteSeed, sealing } = inviteKeys(invite);
  const { circleId, name } = circle.info;
  const own = memberAt(circle, env, circle.mls.own.leafIndex);
  return {
    relays: relaysFor(circle, invite),
    sendId,
    inviteSeed,
    sealingKey: sealing.publicKey,
    circleId,
    stewardKey: stewardFor(circle, env),
    expiryDay: invite.expiryDay,
    isAuto,
    circleName: cutLabel(name),
    inviterName: cutLabel(own?.name ?? ""),
  };
}

/** The relay of the invite's inbox first: there the request goes, wherever the log has moved since. */
function relaysFor(circle: Circle, invite: Invite): readonly RelayRecord[] {
  const isFirst = ({ relayPub }: RelayRecord): boolean =>
    equalBytes(relayPub, invite.relayPub);
  const relays = relaysOf(circle);
  return [
    ...relays.filter(isFirst),
    ...relays.filter((relay) => !isFirst(relay)),
  ];
}

/** Ourselves, or the steward who came first. */
function stewardFor(circle: Circle, env: CircleEnv): Uint8Array {
  if (isSteward(circle)) return circle.memberKey;
  const first = membersOf(circle, env).find(({ isSteward: is }) => is);
  assertInvariant(first !== undefined, "V lets no circle be without a steward");
  return first.memberKey;
}

function readLink(r: Reader): InviteLink {
  const relays = readVectorOf(r, readRelayRecord, MAX_RELAYS);
  const sendId = readKey(r);
  const inviteSeed = readKey(r);
  const sealingKey = readKey(r);
  const circleId = readKey(r);
  const stewardKey = readKey(r);
  const expiryDay = readDay(r);
  const flags = readU8(r);
  const circleName = readLabel(r);
  const inviterName = readLabel(r);
  const isWhole =
    relays.length > 0 && flags <= 1 && isX25519PublicKey(sealingKey);
  if (!hasFailed(r) && !isWhole) failReader(r, "invalid");
  return {
    relays,
    sendId,
    inviteSeed,
    sealingKey,
    circleId,
    stewardKey,
    expiryDay,
    isAuto: flags === 1,
    circleName,
    inviterName,
  };
}

function readLabel(r: Reader): string {
  const label = readUtf8(r, MAX_LABEL_BYTES);
  if (label !== "" && !isName(label)) failReader(r, "invalid");
  return label;
}

/** As many whole characters as fit. */
function cutLabel(name: string): string {
  let label = "";
  for (const character of name) {
    if (encodeUtf8(label + character).length > MAX_LABEL_BYTES) break;
    label += character;
  }
  // The cut may have left a space or a joiner at the end.
  const composed = composeName(label);
  return composed.ok ? composed.value : "";
}
