/** The files of a circle as a list with bounds (docs/spec/files.md, FI-13 to FI-15). */
import { equalBytes } from "@halqa/bytes";
import type { Item } from "@halqa/model";
import type { CircleRecord } from "../durable.ts";
import { DAY_MS, MAX_FILE_PARTS, MAX_FILES } from "../limits.ts";
import { none } from "../writes.ts";
import { isHere, isUploading, partsOfFile } from "./stored-file.ts";
import type { StoredFile } from "./stored-file.ts";

type Files = CircleRecord["files"];

export function findFile(
  { files }: Pick<CircleRecord, "files">,
  id: string,
): StoredFile | undefined {
  return files.find((one) => one.id === id);
}

/** The file of an attachment. */
export function findAttachment(
  { files }: Pick<CircleRecord, "files">,
  o: { readonly item: Uint8Array; readonly index: number },
): StoredFile | undefined {
  return files.find(
    ({ purpose }) =>
      purpose.for === "attachment" &&
      purpose.index === o.index &&
      equalBytes(purpose.item, o.item),
  );
}

/** The list with one file changed. */
export function withFile(
  record: CircleRecord,
  id: string,
  change: Partial<StoredFile>,
): CircleRecord {
  const files = record.files.map((one) =>
    one.id === id ? { ...one, ...change } : one,
  );
  return { ...record, files };
}

/** The list without these. */
export function dropFiles(
  record: CircleRecord,
  isDropped: (file: StoredFile) => boolean,
): CircleRecord {
  const files = record.files.filter((one) => !isDropped(one));
  if (files.length === record.files.length) return record;
  return { ...record, files: files.length === 0 ? none : files };
}

/**
 * FI-13: the list with one more, and without what was not asked for the longest where there would be too much; undefined where what is
 * left is all on its way.
 */
export function addFile(
  record: CircleRecord,
  file: StoredFile,
): CircleRecord | undefined {
  const others = record.files.filter((one) => one.id !== file.id);
  const kept = others.toSorted((a, b) => b.usedAt - a.usedAt);
  while (!fits(kept, file)) {
    const at = kept.findLastIndex(mayGo);
    if (at < 0) return undefined;
    kept.splice(at, 1);
  }
  const files = others.filter((one) => kept.includes(one));
  return { ...record, files: [...files, file] };
}

function fits(kept: Files, file: StoredFile): boolean {
  const parts = kept.reduce((sum, one) => sum + partsOfFile(one), 0);
  return kept.length < MAX_FILES && parts + partsOfFile(file) <= MAX_FILE_PARTS;
}

/** What was fetched can be fetched again; what the relay does not have, and what waits for its message, stays. */
function mayGo(file: StoredFile): boolean {
  return file.purpose.for === "attachment" && !isUploading(file);
}

/** FI-14: what goes with items that were taken back or have disappeared. */
export function dropWithItems(
  record: CircleRecord,
  puts: readonly Item[],
): CircleRecord {
  if (record.files.length === 0) return record;
  const gone = puts.filter(({ item }) => item === "gone");
  if (gone.length === 0) return record;
  return dropFiles(
    record,
    ({ purpose }) =>
      purpose.for === "attachment" &&
      gone.some(({ id }) => equalBytes(id, purpose.item)),
  );
}

/** What was to go with a message that is taken out of the outbox. */
export function dropSentWith(
  record: CircleRecord,
  item: Uint8Array,
): CircleRecord {
  return dropFiles(
    record,
    ({ purpose }) =>
      purpose.for === "attachment" && equalBytes(purpose.item, item),
  );
}

/** FI-12: what was added and did not leave with a message for a day. */
export function dropOldDrafts(record: CircleRecord, now: number): CircleRecord {
  return dropFiles(
    record,
    ({ purpose, usedAt }) =>
      purpose.for === "draft" && Math.abs(now - usedAt) >= DAY_MS,
  );
}

/** What can still be looked at by somebody who is in the circle no more. */
export function withoutUploads(files: Files): Files {
  const kept = files.filter(
    (one) => one.purpose.for !== "draft" && !isUploading(one) && isHere(one),
  );
  return kept.length === 0 ? none : kept;
}
