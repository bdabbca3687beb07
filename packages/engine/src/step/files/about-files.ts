/**
 * The circle's picture and charter on this device (docs/spec/files.md, FI-31, FI-32): fetched by every device as soon as the circle
 * names them, dropped when it names others, and put to the relay again by stewards, which forgets them after a month.
 */
import { equalBytes } from "@halqa/bytes";
import type { BlobReference } from "../../circle/blob-reference.ts";
import { planBlobs } from "../../circle/file-blob.ts";
import { isSteward } from "../../circle/roster.ts";
import type { CircleRecord } from "../durable.ts";
import type { StepEnv } from "../env.ts";
import { addFile, dropFiles, withFile } from "./file-list.ts";
import { fileIdOf, isHere, isUploading } from "./stored-file.ts";
import type { StoredFile } from "./stored-file.ts";

export type About = "picture" | "charter";

const ABOUT: readonly About[] = ["picture", "charter"];
const WEEK_MS = 7 * 86_400_000;

/** The file that the circle names now. */
export function aboutFile(
  { circle, files }: Pick<CircleRecord, "circle" | "files">,
  name: About,
): StoredFile | undefined {
  const reference = circle?.info[name];
  if (reference === undefined) return undefined;
  return files.find(
    (file) => file.purpose.for === name && isOf(file, reference),
  );
}

function isOf({ blobs, key }: StoredFile, reference: BlobReference): boolean {
  const [blob] = blobs;
  return (
    blob !== undefined &&
    equalBytes(blob.blobId, reference.blobId) &&
    equalBytes(key, reference.key)
  );
}

/** Whether the files are not those that the circle names, or are to be put to the relay again. */
export function hasAboutChore(env: StepEnv, record: CircleRecord): boolean {
  return tendAbout(env, record) !== record;
}

/** The record with what is to be fetched, dropped and sent again. */
export function tendAbout(env: StepEnv, record: CircleRecord): CircleRecord {
  return ABOUT.reduce((next, name) => tendOne(env, next, name), record);
}

function tendOne(
  { now }: StepEnv,
  record: CircleRecord,
  name: About,
): CircleRecord {
  const { circle, desk, intents } = record;
  if (circle === undefined || desk.place !== "in") return record;
  const reference = circle.info[name];
  // What its person has just set is on its way, or its act is.
  const isWished = intents.some(({ act }) => act.act === name);
  const next = dropFiles(
    record,
    (file) =>
      file.purpose.for === name &&
      !(reference !== undefined && isOf(file, reference)) &&
      !isWished &&
      !isUploading(file),
  );
  if (reference === undefined) return next;
  const file = aboutFile(next, name);
  if (file === undefined) return wantAbout(next, { name, reference, now });
  const isOld =
    file.upload !== undefined && Math.abs(now - file.upload.at) >= WEEK_MS;
  if (!isSteward(circle) || !isHere(file) || isUploading(file) || !isOld)
    return next;
  return withFile(next, file.id, {
    upload: { done: 0, at: now },
    failure: undefined,
  });
}

/** FI-2: one blob, as large as the length needs; a reference that names more is none that anybody could have made. */
function wantAbout(
  record: CircleRecord,
  o: {
    readonly name: About;
    readonly reference: BlobReference;
    readonly now: number;
  },
): CircleRecord {
  const { blobId, key, hash, length: size } = o.reference;
  const plan = planBlobs(size);
  const [parts] = plan ?? [];
  if (parts === undefined || plan?.length !== 1) return record;
  const blobs = [{ blobId, parts }];
  const id = fileIdOf(blobs);
  if (record.files.some((one) => one.id === id)) return record;
  const file: StoredFile = {
    id,
    blobs,
    key,
    hash,
    size,
    held: 0,
    usedAt: o.now,
    failure: undefined,
    upload: undefined,
    purpose: { for: o.name },
  };
  return addFile(record, file) ?? record;
}
