// Which records of a group there are (docs/spec/vault.md, "Groups"): a directory, written at each renewal, and a journal of
// what came and went since. So the vault knows what to seal anew, and a record that somebody took away is missed.

import {
  decode,
  encode,
  failReader,
  readU8,
  readUtf8,
  readVectorOf,
  encodeUtf8,
  writeU8,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import type { RecordRef, RecordWrite } from "./store.ts";
import { OWN_STORE } from "./vault-keys.ts";

/** Living records by `nameOf`. */
export type Living = ReadonlyMap<string, RecordRef>;

export interface JournalEntry {
  readonly added: readonly RecordRef[];
  readonly removed: readonly RecordRef[];
}

const VERSION = 1;

/** The group of a record of state: its id up to the first slash, which is its circle. */
export function groupOf({ id }: RecordRef): string {
  const end = id.indexOf("/");
  return end < 0 ? id : id.slice(0, end);
}

/** One text for one reference. */
export function nameOf({ store, id }: RecordRef): string {
  return `${store}\0${id}`;
}

export function directoryRef(group: string): RecordRef {
  return { store: OWN_STORE, id: `directory/${group}` };
}

export function journalRef(group: string, index: number): RecordRef {
  return { store: OWN_STORE, id: `journal/${index}/${group}` };
}

/** What is alive after these writes, and what they changed about it. */
export function applyWrites(
  living: Living,
  writes: readonly RecordWrite[],
): { readonly living: Living; readonly entry: JournalEntry } {
  const next = new Map(living);
  for (const { ref, value } of writes) {
    if (value === undefined) next.delete(nameOf(ref));
    else next.set(nameOf(ref), ref);
  }
  const added = [...next].filter(([name]) => !living.has(name));
  const removed = [...living].filter(([name]) => !next.has(name));
  const entry = {
    added: added.map(([, ref]) => ref),
    removed: removed.map(([, ref]) => ref),
  };
  return { living: next, entry };
}

/** What is alive after a journal's entry. */
export function applyEntry(living: Living, entry: JournalEntry): Living {
  const next = new Map(living);
  for (const ref of entry.removed) next.delete(nameOf(ref));
  for (const ref of entry.added) next.set(nameOf(ref), ref);
  return next;
}

export function encodeDirectory(living: Living): Uint8Array {
  return encodeEntry({ added: [...living.values()], removed: [] });
}

export function decodeDirectory(bytes: Uint8Array): Living | undefined {
  const entry = decodeEntry(bytes);
  return entry && applyEntry(new Map(), entry);
}

export function encodeEntry({ added, removed }: JournalEntry): Uint8Array {
  return encode((w) => {
    writeU8(w, VERSION);
    writeVectorOf(w, added, writeName);
    writeVectorOf(w, removed, writeName);
  });
}

export function decodeEntry(bytes: Uint8Array): JournalEntry | undefined {
  const entry = decode(bytes, (r): JournalEntry => {
    if (readU8(r) !== VERSION) failReader(r, "invalid");
    return {
      added: readVectorOf(r, readName),
      removed: readVectorOf(r, readName),
    };
  });
  return entry.ok ? entry.value : undefined;
}

function writeName(w: Writer, { store, id }: RecordRef): void {
  writeVector(w, encodeUtf8(store));
  writeVector(w, encodeUtf8(id));
}

function readName(r: Reader): RecordRef {
  return { store: readUtf8(r), id: readUtf8(r) };
}
