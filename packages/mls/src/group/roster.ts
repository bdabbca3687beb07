/**
 * Who sat at which leaf in an epoch, for checking late messages (docs/spec/mls-profile.md, ML-35). On disk a past roster is
 * written as its differences from the next newer one: a whole roster of 1,000 members would be 130 KB each time.
 */
import {
  equalBytes,
  failReader,
  hasFailed,
  readOptional,
  readU32,
  readVector,
  readVectorOf,
  writeOptional,
  writeU32,
  writeVector,
  writeVectorOf,
} from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import {
  encodeCredential,
  readCredential,
  writeCredential,
} from "../structs/credential.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { indexOf } from "../tree/tree-index.ts";
import type { RosterEntry } from "./state.ts";

export type Roster = readonly (RosterEntry | undefined)[];

/** The bound of the ratchet tree's own codec. */
const MAX_LEAVES = 0x1_00_00;

/** Shares the leaves of the tree it is taken from; ends with the last member. */
export function rosterOf(tree: RatchetTree): Roster {
  return withoutBlankEnd([...indexOf(tree).leafRow]);
}

/** The roster with those leaves blank. */
export function withoutLeaves(
  roster: Roster,
  removed: ReadonlySet<number>,
): Roster {
  const left = roster.slice();
  for (const leaf of removed) {
    if (leaf < left.length) left[leaf] = undefined;
  }
  return withoutBlankEnd(left);
}

function withoutBlankEnd(roster: (RosterEntry | undefined)[]): Roster {
  let length = roster.length;
  while (length > 0 && roster[length - 1] === undefined) length -= 1;
  roster.length = length;
  return roster;
}

/** Writes `roster` as the leaves in which it differs from `newer`. */
export function writeRoster(
  writer: Writer,
  roster: Roster,
  newer: Roster,
): void {
  const length = Math.max(roster.length, newer.length);
  const changed: number[] = [];
  for (let leaf = 0; leaf < length; leaf++) {
    if (!sameEntry(roster[leaf], newer[leaf])) changed.push(leaf);
  }
  writeU32(writer, roster.length);
  writeVectorOf(writer, changed, (w, leaf) => {
    writeU32(w, leaf);
    writeOptional(w, roster[leaf], writeEntry);
  });
}

export function readRoster(reader: Reader, newer: Roster): Roster {
  const length = readU32(reader);
  if (length > MAX_LEAVES) failReader(reader, "too-long");
  const most = Math.max(length, newer.length);
  let last = -1;
  const changes = readVectorOf(reader, (r) => {
    const leaf = readU32(r);
    if (leaf <= last) failReader(r, "non-canonical");
    if (leaf >= most) failReader(r, "invalid");
    last = leaf;
    return { leaf, entry: readOptional(r, readEntry) };
  });
  if (hasFailed(reader)) return [];
  const all = Array.from({ length: most }, (_, leaf) => newer[leaf]);
  for (const { leaf, entry } of changes) {
    if (sameEntry(all[leaf], entry)) failReader(reader, "non-canonical");
    all[leaf] = entry;
  }
  const ends = all.findLastIndex((entry) => entry !== undefined) + 1;
  if (ends !== length) failReader(reader, "invalid");
  return all.slice(0, length);
}

function sameEntry(
  one: RosterEntry | undefined,
  other: RosterEntry | undefined,
): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (
    equalBytes(one.signatureKey, other.signatureKey) &&
    equalBytes(
      encodeCredential(one.credential),
      encodeCredential(other.credential),
    )
  );
}

function writeEntry(writer: Writer, entry: RosterEntry): void {
  writeVector(writer, entry.signatureKey);
  writeCredential(writer, entry.credential);
}

function readEntry(reader: Reader): RosterEntry {
  return {
    signatureKey: readVector(reader),
    credential: readCredential(reader),
  };
}
