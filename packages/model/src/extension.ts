// Additions to contents and items: how later features travel past members who do not have them yet (CT-5).

import {
  failReader,
  readU16,
  readVector,
  readVectorOf,
  writeU16,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { FIRST_CRITICAL_EXTENSION, type Extension } from "./content.ts";
import { MAX_CONTENT_BYTES, MAX_EXTENSIONS } from "./limits.ts";

/** What a content or an item holds of them: the list, or nothing at all when it is empty. */
export interface Extended {
  readonly extensions?: readonly Extension[];
}

/** Writes the extensions of `x`; none is an empty list. */
export function writeExtensions(w: Writer, x: Extended): void {
  writeVectorOf(w, x.extensions ?? [], (inner, extension) => {
    writeU16(inner, extension.code);
    writeVector(inner, extension.bytes);
  });
}

/** Reads them; codes that do not ascend are refused, so that one set of extensions has one form. */
export function readExtensions(r: Reader): Extended {
  let last = -1;
  const extensions = readVectorOf(
    r,
    (inner): Extension => {
      const code = readU16(inner);
      if (code <= last) failReader(inner, "non-canonical");
      last = code;
      return { code, bytes: readVector(inner, MAX_CONTENT_BYTES) };
    },
    MAX_EXTENSIONS,
  );
  return extensions.length === 0 ? {} : { extensions };
}

/** Whether a content cannot be read without knowing one of these; this version knows none. */
export function areCritical({ extensions = [] }: Extended): boolean {
  return extensions.some((x) => x.code >= FIRST_CRITICAL_EXTENSION);
}
