/**
 * What two devices that link say to each other (docs/spec/linking.md, LK-10 to LK-15): the two nonces in sealed boxes, and from then
 * on messages that are numbered and authenticated with a key that only the holders of both nonces have. Somebody who saw
 * the link can seal a box to the new device; without the nonces it is none.
 */
import {
  concatBytes,
  decode,
  encode,
  readBytes,
  readU32,
  readU8,
  readVector,
  failReader,
  hasFailed,
  writeBytes,
  writeU32,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { Reader } from "@halqa/bytes";
import { hmacSha256, isX25519PublicKey, verifyHmacSha256 } from "@halqa/crypto";
import type { KeyPair, RandomBytes } from "@halqa/crypto";
import { hashLabeled } from "./derive-key.ts";
import type { LinkFacts } from "./device-link.ts";
import { readKey, readVersion, writeFixed, writeKey } from "./field.ts";
import { openPaddedBox, sealPaddedBox } from "./padded-box.ts";

/** Who writes. */
export type LinkRole = "new" | "existing";

/** The existing device's half, for the inbox of the link. */
export interface LinkOffer {
  readonly sendId: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly nonce: Uint8Array;
}

/** In the order of their octets, which are never given a second meaning. */
const KINDS = [
  /** The new device's person has compared the digits. */
  "ready",
  /** Circles that the existing device can take the new one into. */
  "circles",
  /** The new device's signature keys for them. */
  "keys",
  "certificates",
  /** KeyPackages. */
  "requests",
  "end",
  "cancel",
] as const;

export type LinkMessageKind = (typeof KINDS)[number];

export interface LinkMessage {
  readonly kind: LinkMessageKind;
  /** From 0 on, in each direction. */
  readonly number: number;
  readonly body: Uint8Array;
}

const VERSION = 1;
const OFFER = 0;
const REVEAL = 1;
const MESSAGE = 2;
const MAC_LENGTH = 32;
const LABEL = "deviceLinkBox";

interface Sealing {
  readonly session: Uint8Array;
  /** Of the device that the box is for. */
  readonly publicKey: Uint8Array;
  readonly random: RandomBytes;
}

interface Opening {
  readonly session: Uint8Array;
  readonly keyPair: KeyPair;
  readonly box: Uint8Array;
}

/** Undefined when the link names a key that is none. */
export function sealOffer(
  o: Sealing & { readonly offer: LinkOffer },
): Uint8Array | undefined {
  const { sendId, sealingKey, nonce } = o.offer;
  return seal(o, "existing", (plaintext) => {
    writeU8(plaintext, OFFER);
    writeKey(plaintext, sendId);
    writeKey(plaintext, sealingKey);
    writeKey(plaintext, nonce);
  });
}

/** What of the link's inbox is an offer. Any bytes may come. */
export function openOffer(o: Opening): LinkOffer | undefined {
  return open(o, "existing", (r) => {
    readTag(r, OFFER);
    const sendId = readKey(r);
    const sealingKey = readKey(r);
    if (!hasFailed(r) && !isX25519PublicKey(sealingKey))
      failReader(r, "invalid");
    return { sendId, sealingKey, nonce: readKey(r) };
  });
}

/** The new device's half, for whoever made the offer. */
export function sealReveal(
  o: Sealing & { readonly nonce: Uint8Array },
): Uint8Array | undefined {
  return seal(o, "new", (w) => {
    writeU8(w, REVEAL);
    writeKey(w, o.nonce);
  });
}

/** What of the inbox is the new device's half; that it is the one of the link, its commitment tells. */
export function openReveal(o: Opening): Uint8Array | undefined {
  return open(o, "new", (r) => {
    readTag(r, REVEAL);
    return readKey(r);
  });
}

/** Undefined when it does not fit or the other's key is none. */
export function sealLinkMessage(
  o: Sealing & {
    readonly facts: LinkFacts;
    readonly from: LinkRole;
    readonly message: LinkMessage;
  },
): Uint8Array | undefined {
  const { kind, number, body } = o.message;
  const content = encode((w) => {
    writeU8(w, KINDS.indexOf(kind));
    writeU32(w, number);
    writeVector(w, body);
  });
  const mac = hmacSha256(macKey(o.facts, o.from), content);
  return seal(o, o.from, (w) => {
    writeU8(w, MESSAGE);
    writeBytes(w, content);
    writeFixed(w, mac, MAC_LENGTH);
  });
}

/** What of the inbox is a message of the other device in this session. Any bytes may come. */
export function openLinkMessage(
  o: Opening & { readonly facts: LinkFacts; readonly from: LinkRole },
): LinkMessage | undefined {
  const read = open(o, o.from, (r) => {
    readTag(r, MESSAGE);
    const start = r.position;
    const kind = KINDS[readU8(r)];
    if (kind === undefined) failReader(r, "invalid");
    const number = readU32(r);
    const body = readVector(r);
    const content = r.bytes.slice(start, r.position);
    const mac = readBytes(r, MAC_LENGTH);
    return { message: { kind: kind ?? "cancel", number, body }, content, mac };
  });
  if (read === undefined) return undefined;
  const { message, content, mac } = read;
  const key = macKey(o.facts, o.from);
  return verifyHmacSha256(key, content, mac) ? message : undefined;
}

/** Only who knows both nonces has it. */
function macKey(
  { session, newNonce, oldNonce }: LinkFacts,
  from: LinkRole,
): Uint8Array {
  const direction = new Uint8Array([octetOf(from)]);
  return hashLabeled("linkKey", session, newNonce, oldNonce, direction);
}

function octetOf(role: LinkRole): number {
  return role === "new" ? 1 : 0;
}

function aadOf(session: Uint8Array, from: LinkRole): Uint8Array {
  return concatBytes(session, new Uint8Array([octetOf(from)]));
}

function seal(
  { session, publicKey, random }: Sealing,
  from: LinkRole,
  write: Parameters<typeof encode>[0],
): Uint8Array | undefined {
  const box = sealPaddedBox({
    label: LABEL,
    publicKey,
    aad: aadOf(session, from),
    plaintext: encode((w) => {
      writeU8(w, VERSION);
      write(w);
    }),
    random,
  });
  return box.ok ? box.value : undefined;
}

function open<T>(
  { session, keyPair, box }: Opening,
  from: LinkRole,
  read: (r: Reader) => T,
): T | undefined {
  const aad = aadOf(session, from);
  const opened = openPaddedBox({ label: LABEL, keyPair, aad, box });
  if (!opened.ok) return undefined;
  const decoded = decode(opened.value, (r) => {
    readVersion(r, VERSION);
    return read(r);
  });
  return decoded.ok ? decoded.value : undefined;
}

function readTag(r: Reader, tag: number): void {
  if (readU8(r) !== tag) failReader(r, "invalid");
}
