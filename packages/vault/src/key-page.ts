// The page of keys that are to be destroyed one day (docs/spec/vault.md, "The page"): one for the state of each group, one for each
// day on which something expires. It is sealed under the slot's state secret, so that destroying that secret destroys every
// key that the next page does not hold.

import {
  decode,
  encode,
  failReader,
  readBytes,
  readU32,
  readU8,
  readUtf8,
  readVectorOf,
  encodeUtf8,
  writeBytes,
  writeU32,
  writeU8,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import type { RawWrite } from "./raw-store.ts";
import { lastingBody, openRecord, sealRecord } from "./record.ts";
import { OWN_STORE, type VaultKeys } from "./vault-keys.ts";

export interface KeyPage {
  /** By name of the group. */
  readonly groups: ReadonlyMap<string, Uint8Array>;
  /** By day. */
  readonly days: ReadonlyMap<number, Uint8Array>;
  /** Days before this one are over: they get no key again. */
  readonly today: number;
}

const VERSION = 1;
const KEY_LENGTH = 32;
const pageRef = { store: OWN_STORE, id: "page" };

/** The page of a vault that holds nothing. */
export const emptyPage: KeyPage = {
  groups: new Map(),
  days: new Map(),
  today: 0,
};

/** Where the page stands. */
export function pagePlace(keys: VaultKeys): Uint8Array {
  return keys.placeOf(pageRef);
}

/** The write that puts a page into the store, for a secret of the slot. */
export function putPage(input: {
  readonly page: KeyPage;
  readonly keys: VaultKeys;
  readonly stateSecret: Uint8Array;
  readonly random: RandomBytes;
}): RawWrite {
  const { page, keys, stateSecret, random } = input;
  const body = lastingBody(encodePage(page));
  const key = keys.pageKey(stateSecret);
  const value = sealRecord({ key, ref: pageRef, body, random });
  return { key: pagePlace(keys), value };
}

/** The page, where this secret opens it. */
export function openPage(
  record: Uint8Array,
  keys: VaultKeys,
  stateSecret: Uint8Array,
): KeyPage | undefined {
  const key = keys.pageKey(stateSecret);
  const body = openRecord({ key, ref: pageRef, record });
  if (!body.ok || body.value.body !== "value") return undefined;
  const page = decode(body.value.value, (r): KeyPage => {
    if (readU8(r) !== VERSION) failReader(r, "invalid");
    const today = readU32(r);
    const groups = readVectorOf(
      r,
      (inner) => [readUtf8(inner), readBytes(inner, KEY_LENGTH)] as const,
    );
    const days = readVectorOf(
      r,
      (inner) => [readU32(inner), readBytes(inner, KEY_LENGTH)] as const,
    );
    return { groups: new Map(groups), days: new Map(days), today };
  });
  return page.ok ? page.value : undefined;
}

function encodePage({ groups, days, today }: KeyPage): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeU32(w, today);
    writeVectorOf(w, [...groups], (inner, [name, key]) => {
      writeVector(inner, encodeUtf8(name));
      writeBytes(inner, key);
    });
    writeVectorOf(w, [...days], (inner, [day, key]) => {
      writeU32(inner, day);
      writeBytes(inner, key);
    });
  });
}
