/** Files of a circle, as an interface sees them (docs/spec/files.md, FI-17): how far each is, and neither keys nor places. */
import { encodeBase64url } from "@halqa/bytes";
import type { CircleRecord } from "../step/durable.ts";
import { isHere, isUploading, partsOfFile } from "../step/files/stored-file.ts";
import type { StoredFile } from "../step/files/stored-file.ts";
import { partsBefore } from "../step/files/transfers.ts";
import type { EngineState, TransferRun } from "../step/state.ts";
import type { FilesView, FileView } from "./file-command.ts";

export function filesViewOf(
  { transfers }: EngineState,
  { id, files }: CircleRecord,
): FilesView {
  const run = transfers.get(id);
  return {
    view: "files",
    circle: id,
    files: files.map((file) => fileView(file, run)),
  };
}

function fileView(file: StoredFile, going: TransferRun | undefined): FileView {
  const run = going?.file === file.id ? going : undefined;
  const state = stateOf(file);
  const failure = file.failure ?? run?.refusal;
  return {
    ...placeOf(file),
    state,
    done: doneOf(file, run),
    parts: partsOfFile(file),
    ...(failure === undefined ? {} : { failure }),
  };
}

function placeOf({ id, purpose }: StoredFile): Partial<FileView> {
  switch (purpose.for) {
    case "draft":
      return { draft: id };
    case "attachment": {
      const item = encodeBase64url(purpose.item);
      return { of: { item, index: purpose.index } };
    }
    case "picture":
    case "charter":
      return { about: purpose.for };
  }
}

function stateOf(file: StoredFile): FileView["state"] {
  if (file.failure !== undefined) return "failed";
  if (file.purpose.for === "draft") return "added";
  if (isUploading(file)) return "sending";
  return isHere(file) ? "here" : "fetching";
}

function doneOf(file: StoredFile, run: TransferRun | undefined): number {
  if (isUploading(file)) {
    const before = partsBefore(file, file.upload?.done ?? 0);
    return before + Math.max(0, (run?.taken ?? 0) - 1);
  }
  if (isHere(file) || run === undefined) return file.held;
  return file.held + run.parts.length;
}
