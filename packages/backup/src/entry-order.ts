// The one order of entries (docs/spec/backup.md, BK-6): identity, settings by name, then circle by circle with its marks by member and
// its items by ordinal. What has one order has one form, and nothing stands twice.

import { compareBytes, encodeHex, encodeUtf8 } from "@halqa/bytes";
import type { BackupEntry } from "./entry.ts";
import { MAX_CIRCLES, MAX_MARKS, MAX_SETTINGS } from "./limits.ts";

/** Whether an entry may follow those before it; to be asked once for each, in turn. */
export function createEntryOrder(): (entry: BackupEntry) => boolean {
  const circles = new Set<string>();
  let last: BackupEntry | undefined;
  let settings = 0;
  let marks = 0;
  return (entry) => {
    const before = last;
    last = entry;
    switch (entry.entry) {
      case "identity":
        return before === undefined;
      case "setting":
        return ++settings <= MAX_SETTINGS && followsSetting(before, entry.name);
      case "circle": {
        marks = 0;
        const id = encodeHex(entry.id);
        const isNew = !circles.has(id);
        circles.add(id);
        return isNew && circles.size <= MAX_CIRCLES;
      }
      case "mark":
        return ++marks <= MAX_MARKS && followsMark(before, entry.member);
      case "item":
        return followsItem(before, entry.ordinal);
    }
  };
}

function followsSetting(
  before: BackupEntry | undefined,
  name: string,
): boolean {
  if (before?.entry === "setting")
    return compareBytes(encodeUtf8(before.name), encodeUtf8(name)) < 0;
  return before === undefined || before.entry === "identity";
}

function followsMark(
  before: BackupEntry | undefined,
  member: Uint8Array,
): boolean {
  if (before?.entry === "mark") return compareBytes(before.member, member) < 0;
  return before?.entry === "circle";
}

function followsItem(
  before: BackupEntry | undefined,
  ordinal: number,
): boolean {
  if (before?.entry === "item") return before.ordinal < ordinal;
  return before?.entry === "circle" || before?.entry === "mark";
}
