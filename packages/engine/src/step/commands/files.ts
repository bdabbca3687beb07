/** Commands about files that go with messages (docs/spec/files.md, FI-10 to FI-18, FI-25). */
import { assertInvariant, decodeBase64url } from "@halqa/bytes";
import {
  isFileName,
  isMediaType,
  isPost,
  isHidden,
  MAX_THUMBNAIL_BYTES,
} from "@halqa/model";
import type { Attachment, Item } from "@halqa/model";
import { arePlanned, openFile, sealFile } from "../../circle/file-blob.ts";
import type { SealedFile } from "../../circle/file-blob.ts";
import type { Write } from "../../ports/store.ts";
import type { CommandFault } from "../../views/command.ts";
import type { FileFacts } from "../../views/file-command.ts";
import type { CircleRecord } from "../durable.ts";
import {
  addFile,
  dropFiles,
  dropOldDrafts,
  findAttachment,
  withFile,
} from "../files/file-list.ts";
import { fileIdOf, isHere, partsOfFile } from "../files/stored-file.ts";
import type { FilePurpose, StoredFile } from "../files/stored-file.ts";
import { refKey } from "../job.ts";
import { MAX_DRAFT_FILES } from "../limits.ts";
import { filePartRef } from "../records.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { findItem } from "./act-on-item.ts";
import { asWriter, parseId } from "./compose.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

const U16 = 65_535;
const U32 = 4_294_967_295;

/** Seals the file and keeps it for the message that takes it along. */
export function addAttachment(
  context: JobContext,
  command: CommandOf<"add-attachment">,
): CommandOutcome {
  const found = asWriter(context, command.circle);
  if (typeof found === "string") return refuse(found);
  if (!areFacts(command)) return refuse("bad-file");
  const record = dropOldDrafts(found.record, context.env.now);
  const drafts = record.files.filter(({ purpose }) => purpose.for === "draft");
  if (drafts.length >= MAX_DRAFT_FILES) return refuse("outbox-full");
  const sealed = sealFor(context, record, command.bytes);
  if (sealed === undefined) return refuse("bad-file");
  const attachment = toAttachment(command, sealed);
  const purpose = { for: "draft", attachment } as const;
  const kept = keepSealed(context, record, { sealed, purpose });
  if (kept === undefined) return refuse("outbox-full");
  const value = { kind: "attachment", attachment: kept.file.id } as const;
  return { ...accept(context, kept.record, value), writes: kept.writes };
}

/** The file as a blob of the circle. */
export function sealFor(
  { env }: JobContext,
  { circle }: CircleRecord,
  bytes: Uint8Array,
): SealedFile | undefined {
  assertInvariant(circle !== undefined, "whoever writes is in the circle");
  const sealed = sealFile(env, { bytes, circleId: circle.info.circleId });
  return sealed.ok ? sealed.value : undefined;
}

/** A sealed file among those of the circle, with its parts; undefined where there is no room. */
export function keepSealed(
  { env }: JobContext,
  record: CircleRecord,
  o: {
    readonly sealed: SealedFile;
    readonly purpose: FilePurpose;
    readonly isToBeSent?: boolean;
  },
):
  | {
      readonly record: CircleRecord;
      readonly file: StoredFile;
      readonly writes: readonly Write[];
    }
  | undefined {
  const { sealed, purpose } = o;
  const { blobs, key, hash, size, parts } = sealed;
  const file: StoredFile = {
    id: fileIdOf(blobs),
    blobs,
    key,
    hash,
    size,
    held: parts.length,
    usedAt: env.now,
    failure: undefined,
    upload: o.isToBeSent === true ? { done: 0, at: env.now } : undefined,
    purpose,
  };
  const next = addFile(record, file);
  if (next === undefined) return undefined;
  const writes = parts.map((value, index) => ({
    ref: filePartRef(record.id, file.id, index),
    value,
  }));
  return { record: next, file, writes };
}

function areFacts(facts: FileFacts): boolean {
  const { kind, thumbnail } = facts;
  return (
    isFileName(facts.name) &&
    isMediaType(facts.mediaType) &&
    ["photo", "file", "voice"].includes(kind) &&
    isNumber(facts.width, U16) &&
    isNumber(facts.height, U16) &&
    isNumber(facts.duration, U32) &&
    (thumbnail?.length ?? 0) <= MAX_THUMBNAIL_BYTES
  );
}

function isNumber(value: number | undefined, most: number): boolean {
  if (value === undefined) return true;
  return Number.isInteger(value) && value >= 0 && value <= most;
}

function toAttachment(facts: FileFacts, sealed: SealedFile): Attachment {
  const { kind, name, mediaType, width, height, duration, thumbnail } = facts;
  const { key, hash, size, blobs } = sealed;
  return {
    kind,
    chunks: blobs,
    key,
    hash,
    size,
    mediaType,
    name,
    ...(thumbnail === undefined
      ? {}
      : { thumbnail: { at: "here" as const, bytes: thumbnail } }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(duration === undefined ? {} : { duration }),
  };
}

export function dropAttachment(
  context: JobContext,
  command: CommandOf<"drop-attachment">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const next = dropFiles(
    record,
    ({ id, purpose }) => id === command.attachment && purpose.for === "draft",
  );
  return next === record ? refuse("unknown-file") : accept(context, next);
}

/** FI-25: a wish that is stored; a file that could not be fetched is tried again. */
export function fetchAttachment(
  context: JobContext,
  command: CommandOf<"fetch-attachment">,
  loaded: Loaded | undefined,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const { circle, desk } = record;
  const item = parseId(command.item);
  if (item === undefined) return refuse("unknown-item");
  const { index } = command;
  const now = context.env.now;
  const known = findAttachment(record, { item, index });
  if (known !== undefined) {
    const change = { usedAt: now, failure: undefined };
    return accept(context, withFile(record, known.id, change), stateOf(known));
  }
  if (circle === undefined || desk.place !== "in")
    return refuse("not-a-member");
  const found = findItem({ record, circle }, item, loaded);
  if (found === undefined) return refuse("unknown-item");
  if ("needs" in found) return found;
  const file = toFetch(found.item, { index, now });
  if (typeof file === "string") return refuse(file);
  const next = addFile(record, file);
  if (next === undefined) return refuse("outbox-full");
  return accept(context, next, stateOf(file));
}

function stateOf(file: StoredFile) {
  const state = isHere(file) ? ("here" as const) : ("coming" as const);
  return { kind: "attachment-state" as const, state };
}

/** FI-2: what its size does not need is not asked for. */
function toFetch(
  item: Item,
  { index, now }: { readonly index: number; readonly now: number },
): StoredFile | CommandFault {
  if (item.item !== "message" || !isPost(item) || isHidden(item))
    return "unknown-item";
  const attachment = item.attachments?.[index];
  if (attachment === undefined) return "unknown-file";
  const { chunks: blobs, key, hash, size } = attachment;
  if (!arePlanned(size, blobs)) return "damaged-file";
  const { expires } = item;
  return {
    id: fileIdOf(blobs),
    blobs,
    key,
    hash,
    size,
    held: 0,
    usedAt: now,
    failure: undefined,
    upload: undefined,
    purpose: { for: "attachment", item: item.id, index, expires },
  };
}

/** FI-18: the bytes, checked again each time. */
export function openAttachment(
  context: JobContext,
  command: CommandOf<"open-attachment">,
  loaded: Loaded | undefined,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const item = parseId(command.item);
  const { index } = command;
  const file = item && findAttachment(record, { item, index });
  if (file === undefined) return refuse("not-here");
  return openStored(context, { record, file, loaded });
}

/** The bytes of a file that is here; one that is not what its reference says is dropped and said to be damaged. */
export function openStored(
  context: JobContext,
  o: {
    readonly record: CircleRecord;
    readonly file: StoredFile;
    readonly loaded: Loaded | undefined;
  },
): CommandOutcome {
  const { record, file, loaded } = o;
  if (file.failure === "wrong") return refuse("damaged-file");
  if (!isHere(file)) return refuse("not-here");
  const refs = Array.from({ length: partsOfFile(file) }, (_, index) =>
    filePartRef(record.id, file.id, index),
  );
  if (loaded === undefined) return { needs: refs };
  const parts = refs.flatMap((ref) => loaded.get(refKey(ref)) ?? []);
  const circleId = decodeBase64url(record.id);
  assertInvariant(circleId.ok, "a circle's id is base64url");
  const opened = openFile(file, { parts, circleId: circleId.value });
  if (opened.ok) {
    const value = { kind: "file", bytes: opened.value } as const;
    const used = withFile(record, file.id, { usedAt: context.env.now });
    return accept(context, used, value);
  }
  return refuse("damaged-file");
}
