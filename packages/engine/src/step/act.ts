/**
 * What a person wants of a circle, as an act that waits (docs/spec/engine.md, EN-50): in words that hold in every epoch, never the
 * bytes of a commit. Each kind has a subject, by which equal wishes are known, and one byte form.
 */
import {
  decode,
  decodeUtf8,
  encode,
  encodeUtf8,
  failReader,
  readOptional,
  readU16,
  readU32,
  readU8,
  readVector,
  writeOptional,
  writeU16,
  writeU32,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import {
  decodeBlobReference,
  encodeBlobReference,
} from "../circle/blob-reference.ts";
import type { BlobReference } from "../circle/blob-reference.ts";
import { KEY_LENGTH, readKey, writeKey } from "../circle/field.ts";
import { decodeRelayWish, encodeRelayWish } from "./side/relay-act.ts";
import type { RelayWish } from "./side/relay-act.ts";
import { readMinutes, readWho, writeWho } from "../circle/settings.ts";
import type { CircleSettings } from "../circle/settings.ts";

/** What is to be set anew; the rest stays as whoever wins the race leaves it. */
export type SettingsWish = Partial<Omit<CircleSettings, "kind">>;

/** Acts about one member. */
export type MemberActName =
  | "remove"
  | "promote"
  | "demote"
  | "make-reader"
  | "make-member"
  | "hold"
  | "let-return"
  /** Makes a steward by the word of most members, where stewards do not. */
  | "succeed";

export type Act =
  | { readonly act: "invite" | "revoke"; readonly invitePub: Uint8Array }
  | { readonly act: "approve"; readonly request: Uint8Array }
  /** Lets a device in again in its own place. */
  | { readonly act: "repair"; readonly request: Uint8Array }
  | { readonly act: MemberActName; readonly memberKey: Uint8Array }
  /** Takes a further device of the person in. */
  | { readonly act: "link"; readonly keyPackage: Uint8Array }
  /** Takes one device out, whose member stays. */
  | {
      readonly act: "remove-device";
      readonly device: { readonly memberKey: Uint8Array; readonly no: number };
    }
  | { readonly act: "rename"; readonly name: string }
  /** Adds a mirror, takes a relay out, or goes to another one. */
  | { readonly act: "relays"; readonly relays: RelayWish }
  | { readonly act: "settings"; readonly wish: SettingsWish }
  | {
      readonly act: "picture" | "charter";
      /** Undefined: it goes. */
      readonly blob: BlobReference | undefined;
    }
  | {
      readonly act: "rotate";
      /** The address that is to be left: when another steward was first, nothing is left to do. */
      readonly from: number;
    }
  /** What members proposed takes effect. */
  | { readonly act: "tidy" }
  | { readonly act: "close" }
  | { readonly act: "leave" };

/** In the order of their octets. A place is never given a second meaning. */
const ACTS: readonly Act["act"][] = [
  "invite",
  "approve",
  "remove",
  "promote",
  "demote",
  "make-reader",
  "make-member",
  "hold",
  "let-return",
  "succeed",
  "rename",
  "settings",
  "picture",
  "charter",
  "close",
  "leave",
  "rotate",
  "tidy",
  "revoke",
  "repair",
  "link",
  "remove-device",
  "relays",
];

export function writeAct(w: Writer, act: Act): void {
  writeU8(w, ACTS.indexOf(act.act));
  writeVector(w, subjectOf(act));
}

export function readAct(r: Reader): Act {
  const name = ACTS[readU8(r)];
  const act = name && actOf(name, readVector(r));
  if (act !== undefined) return act;
  failReader(r, "invalid");
  return { act: "tidy" };
}

/** Whom or what an act is about: a key or an id of 32 bytes, or what is wished. */
export function subjectOf(act: Act): Uint8Array {
  if ("memberKey" in act) return act.memberKey;
  if ("invitePub" in act) return act.invitePub;
  if ("keyPackage" in act) return act.keyPackage;
  if ("device" in act) return encode((w) => writeDevice(w, act.device));
  if ("request" in act) return act.request;
  if ("name" in act) return encodeUtf8(act.name);
  if ("relays" in act) return encodeRelayWish(act.relays);
  if ("wish" in act) return encode((w) => writeWish(w, act.wish));
  if ("from" in act) return encode((w) => writeU32(w, act.from));
  const isSet = "blob" in act && act.blob !== undefined;
  return isSet ? encodeBlobReference(act.blob) : new Uint8Array();
}

/** The act of that name and subject; undefined when they do not belong together. */
function actOf(name: Act["act"], subject: Uint8Array): Act | undefined {
  if (isValued(name)) return valuedAct(name, subject);
  if (name === "link" || name === "remove-device")
    return deviceAct(name, subject);
  if (name === "close" || name === "leave" || name === "tidy")
    return subject.length === 0 ? { act: name } : undefined;
  return subject.length === KEY_LENGTH ? keyAct(name, subject) : undefined;
}

/** Acts whose subject is what is wished. */
type ValuedName =
  "relays" | "rename" | "settings" | "picture" | "charter" | "rotate";

const VALUED: readonly Act["act"][] = [
  "relays",
  "rename",
  "settings",
  "picture",
  "charter",
  "rotate",
];

function isValued(name: Act["act"]): name is ValuedName {
  return VALUED.includes(name);
}

function valuedAct(name: ValuedName, subject: Uint8Array): Act | undefined {
  switch (name) {
    case "rename": {
      const text = decodeUtf8(subject);
      return text.ok ? { act: name, name: text.value } : undefined;
    }
    case "settings": {
      const wish = decodeWish(subject);
      return wish.ok ? { act: name, wish: wish.value } : undefined;
    }
    case "relays": {
      const relays = decodeRelayWish(subject);
      return relays.ok ? { act: name, relays: relays.value } : undefined;
    }
    case "picture":
    case "charter":
      return blobAct(name, subject);
    case "rotate": {
      const from = decode(subject, readU32);
      return from.ok ? { act: name, from: from.value } : undefined;
    }
  }
}

function keyAct(
  name: "invite" | "revoke" | "approve" | "repair" | MemberActName,
  key: Uint8Array,
): Act {
  if (name === "invite" || name === "revoke")
    return { act: name, invitePub: key };
  if (name === "approve" || name === "repair")
    return { act: name, request: key };
  return { act: name, memberKey: key };
}

function blobAct(
  act: "picture" | "charter",
  subject: Uint8Array,
): Act | undefined {
  if (subject.length === 0) return { act, blob: undefined };
  const blob = decodeBlobReference(subject);
  return blob.ok ? { act, blob: blob.value } : undefined;
}

function deviceAct(
  act: "link" | "remove-device",
  subject: Uint8Array,
): Act | undefined {
  if (act === "link") return { act, keyPackage: subject };
  const device = decode(subject, readDevice);
  return device.ok ? { act, device: device.value } : undefined;
}

type ActDevice = Extract<Act, { readonly act: "remove-device" }>["device"];

function writeDevice(w: Writer, { memberKey, no }: ActDevice): void {
  writeKey(w, memberKey);
  writeU16(w, no);
}

function readDevice(r: Reader): ActDevice {
  return { memberKey: readKey(r), no: readU16(r) };
}

function writeWish(w: Writer, wish: SettingsWish): void {
  writeOptional(w, wish.posting, writeWho);
  writeOptional(w, wish.adding, writeWho);
  writeOptional(w, wish.pinning, writeWho);
  writeOptional(w, wish.disappearing, writeU32);
}

function decodeWish(bytes: Uint8Array): Result<SettingsWish, DecodeError> {
  return decode(bytes, (r) => {
    const posting = readOptional(r, readWho);
    const adding = readOptional(r, readWho);
    const pinning = readOptional(r, readWho);
    const disappearing = readOptional(r, readMinutes);
    return {
      ...(posting === undefined ? {} : { posting }),
      ...(adding === undefined ? {} : { adding }),
      ...(pinning === undefined ? {} : { pinning }),
      ...(disappearing === undefined ? {} : { disappearing }),
    };
  });
}
