/** What changed in the files of a circle, as writes (docs/spec/files.md, FI-11): parts of what is there no more are deleted with it. */
import type { Write } from "../../ports/store.ts";
import type { CircleRecord } from "../durable.ts";
import { circleRef, filePartRef } from "../records.ts";
import { encodeFiles, type StoredFile } from "./stored-file.ts";

/** `old` is undefined for a circle that is new. */
export function writeFiles(o: {
  readonly old: CircleRecord | undefined;
  readonly record: CircleRecord;
  readonly writes: Write[];
}): void {
  const { id, files } = o.record;
  const before = o.old?.files ?? [];
  if (files === before || (files.length === 0 && before.length === 0)) return;
  const dropped = before.filter((one) => !files.some((x) => x.id === one.id));
  o.writes.push({
    ref: circleRef("files", id),
    value: files.length === 0 ? undefined : encodeFiles(files),
    // The keys that stood here are not wanted any more.
    ...(dropped.length === 0 ? {} : { renews: true }),
  });
  o.writes.push(...erasedParts(id, dropped));
}

/** Deletes all parts of these files that are stored. */
export function erasedParts(
  circle: string,
  files: readonly StoredFile[],
): readonly Write[] {
  return files.flatMap(({ id, held }) =>
    Array.from({ length: held }, (_, index) => ({
      ref: filePartRef(circle, id, index),
      value: undefined,
    })),
  );
}
