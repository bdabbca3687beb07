// What a backup holds, entry by entry (docs/spec/backup.md, "Entries"): content and identity, never the keys of a group. There is no
// entry for those, so that no file can bring them back.

import {
  decode,
  encode,
  encodeUtf8,
  failReader,
  readBytes,
  readOptional,
  readU32,
  readU64,
  readU8,
  readUtf8,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU32,
  writeU64,
  writeU8,
  writeVector,
  writeVectorOf,
  type DecodeError,
  type Reader,
  type Result,
  type Writer,
} from "@halqa/bytes";
import { MAX_RELAYS, MAX_SETTING_NAME_LENGTH } from "./limits.ts";

export type BackupEntry =
  IdentityEntry | SettingEntry | CircleEntry | MarkEntry | ItemEntry;

/** Who the person is. A file for another device of the same person has none. */
export interface IdentityEntry {
  readonly entry: "identity";
  readonly seed: Uint8Array;
  readonly name: string | undefined;
}

/** Something that a device was told once; the name is a word of the code. */
export interface SettingEntry {
  readonly entry: "setting";
  readonly name: string;
  readonly value: Uint8Array;
}

/** What is needed to show a circle's list and to ask to be let in again. */
export interface CircleEntry {
  readonly entry: "circle";
  readonly id: Uint8Array;
  readonly name: string;
  readonly memberKey: Uint8Array;
  readonly role: CircleRole;
  readonly relays: readonly BackupRelay[];
  /** How far the person has read: one more than the last ordinal. */
  readonly read: number;
  /** By which a new device asks to be let in again, as the engine writes it; undefined where nobody can be asked. */
  readonly wayBack: Uint8Array | undefined;
}

/** What the person was in the circle when the backup was made; `none` where they were not in. */
export type CircleRole = "none" | "reader" | "member" | "steward";

export interface BackupRelay {
  readonly url: string;
  readonly relayPub: Uint8Array;
  readonly access: Uint8Array | undefined;
}

/** Of the circle before it: a member whose key the person has compared. */
export interface MarkEntry {
  readonly entry: "mark";
  readonly member: Uint8Array;
}

/** Of the circle before it: an item of its list, encoded as the model does. */
export interface ItemEntry {
  readonly entry: "item";
  readonly ordinal: number;
  readonly item: Uint8Array;
}

const KEY_LENGTH = 32;
const KINDS = ["identity", "setting", "circle", "mark", "item"] as const;
const ROLES: readonly CircleRole[] = ["none", "reader", "member", "steward"];

/** An entry as bytes; the same entry is always the same bytes. */
export function encodeEntry(entry: BackupEntry): Uint8Array {
  return encode((w) => {
    writeU8(w, KINDS.indexOf(entry.entry));
    switch (entry.entry) {
      case "identity":
        writeBytes(w, entry.seed);
        writeOptional(w, entry.name, writeText);
        return;
      case "setting":
        writeText(w, entry.name);
        writeVector(w, entry.value);
        return;
      case "circle":
        writeCircle(w, entry);
        return;
      case "mark":
        writeBytes(w, entry.member);
        return;
      case "item":
        writeU32(w, entry.ordinal);
        writeVector(w, entry.item);
    }
  });
}

/** The entry of any bytes. */
export function decodeEntry(
  bytes: Uint8Array,
): Result<BackupEntry, DecodeError> {
  return decode(bytes, (r): BackupEntry => {
    const kind = KINDS[readU8(r)];
    switch (kind) {
      case "identity":
        return {
          entry: kind,
          seed: readBytes(r, KEY_LENGTH),
          name: readOptional(r, (inner) => readUtf8(inner)),
        };
      case "setting":
        return {
          entry: kind,
          name: readUtf8(r, MAX_SETTING_NAME_LENGTH),
          value: readVector(r),
        };
      case "circle":
        return readCircle(r);
      case "mark":
        return { entry: kind, member: readBytes(r, KEY_LENGTH) };
      case "item":
        return { entry: kind, ordinal: readU32(r), item: readVector(r) };
      case undefined:
        break;
    }
    failReader(r, "invalid");
    return { entry: "item", ordinal: 0, item: new Uint8Array() };
  });
}

function writeCircle(w: Writer, circle: CircleEntry): void {
  writeBytes(w, circle.id);
  writeText(w, circle.name);
  writeBytes(w, circle.memberKey);
  writeU8(w, ROLES.indexOf(circle.role));
  writeVectorOf(w, circle.relays, (inner, { url, relayPub, access }) => {
    writeText(inner, url);
    writeBytes(inner, relayPub);
    writeOptional(inner, access, writeVector);
  });
  writeU64(w, BigInt(circle.read));
  writeOptional(w, circle.wayBack, writeVector);
}

function readCircle(r: Reader): CircleEntry {
  const id = readBytes(r, KEY_LENGTH);
  const name = readUtf8(r);
  const memberKey = readBytes(r, KEY_LENGTH);
  const role = ROLES[readU8(r)];
  if (role === undefined) failReader(r, "invalid");
  const relays = readVectorOf(r, readRelay, MAX_RELAYS);
  const read = readU64(r);
  if (read > 0xffff_ffffn) failReader(r, "invalid");
  const wayBack = readOptional(r, (inner) => readVector(inner));
  return {
    entry: "circle",
    id,
    name,
    memberKey,
    role: role ?? "none",
    relays,
    read: Number(read),
    wayBack,
  };
}

function readRelay(r: Reader): BackupRelay {
  return {
    url: readUtf8(r),
    relayPub: readBytes(r, KEY_LENGTH),
    access: readOptional(r, (inner) => readVector(inner)),
  };
}

function writeText(w: Writer, text: string): void {
  writeVector(w, encodeUtf8(text));
}
