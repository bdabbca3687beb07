/** What transfers read and store (docs/spec/files.md, FI-21, FI-24, FI-30). */
import type { Write } from "../../ports/store.ts";
import type { CircleRecord } from "../durable.ts";
import { addIntent } from "../intents.ts";
import type { Job, Note } from "../job.ts";
import { refKey } from "../job.ts";
import { filePartRef } from "../records.ts";
import type { EngineState } from "../state.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import { findFile, withFile } from "./file-list.ts";
import { isUploading } from "./stored-file.ts";
import type { StoredFile } from "./stored-file.ts";
import { partsBefore } from "./transfers.ts";

type PartsJob = Extract<Job, { job: "parts" }>;
type TransferNote = Extract<Note, { note: "transfer" }>;

/** A blob that is to be sent and whose parts are not read yet. */
export function choosePartsJob({ transfers }: EngineState): Job | undefined {
  for (const [circle, { file, blob, state }] of transfers) {
    if (state === "reading")
      return { job: "parts", circle, file, blob, stage: "start" };
  }
  return undefined;
}

export function runParts(
  job: PartsJob,
  { state }: JobContext,
  loaded: Loaded,
): JobStep {
  const { circle, file: id, blob } = job;
  const record = state.durable.circles.get(circle);
  const file = record && findFile(record, id);
  const count = file?.blobs[blob]?.parts ?? 0;
  const first = file === undefined ? 0 : partsBefore(file, blob);
  const refs = Array.from({ length: count }, (_, index) =>
    filePartRef(circle, id, first + index),
  );
  if (job.stage === "start" && refs.length > 0)
    return { step: "read", refs, job: { ...job, stage: "parts" } };
  // Of a file that is there no more: the run is dropped with the next look at it.
  const parts =
    refs.length === 0
      ? [undefined]
      : refs.map((ref) => loaded.get(refKey(ref)));
  const after = [{ after: "parts", circle, file: id, blob, parts }] as const;
  return { step: "done", durable: state.durable, writes: [], after };
}

/** What a transfer did to the files of a circle. */
export function takeTransfer(
  { env }: JobContext,
  record: CircleRecord,
  { file: id, done }: TransferNote,
): { readonly record: CircleRecord; readonly writes: readonly Write[] } {
  const file = findFile(record, id);
  if (file === undefined) return { record, writes: [] };
  switch (done.end) {
    case "sent": {
      const upload = { done: done.blob + 1, at: env.now };
      const sent = withFile(record, id, { upload });
      return { record: wishFor(sent, { ...file, upload }), writes: [] };
    }
    case "came":
      return storeParts(record, file, { ...done, now: env.now });
    case "failed":
      return {
        record: withFile(record, id, { failure: done.why }),
        writes: [],
      };
    case "old": {
      const upload = { done: 0, at: env.now };
      return { record: withFile(record, id, { upload }), writes: [] };
    }
  }
}

function storeParts(
  record: CircleRecord,
  file: StoredFile,
  o: {
    readonly blob: number;
    readonly parts: readonly Uint8Array[];
    readonly now: number;
  },
): { readonly record: CircleRecord; readonly writes: readonly Write[] } {
  const { blob, parts, now } = o;
  const first = partsBefore(file, blob);
  if (file.held !== first) return { record, writes: [] };
  const writes = parts.map((value, index) => ({
    ref: filePartRef(record.id, file.id, first + index),
    value,
  }));
  const held = first + parts.length;
  // FI-32: the relay had the picture when it came, and is to get it again a week from now.
  const isAbout = file.purpose.for !== "attachment";
  const upload = isAbout ? { done: file.blobs.length, at: now } : file.upload;
  return { record: withFile(record, file.id, { held, upload }), writes };
}

/** FI-30: the relay has the picture or the charter, so the circle can be told of it. */
function wishFor(record: CircleRecord, file: StoredFile): CircleRecord {
  const { purpose, key, hash, size: length, blobs } = file;
  const [blob] = blobs;
  const isAbout = purpose.for === "picture" || purpose.for === "charter";
  if (!isAbout || blob === undefined || isUploading(file)) return record;
  const { blobId } = blob;
  const reference = { blobId, key, length, hash };
  return addIntent(record, { act: purpose.for, blob: reference });
}
