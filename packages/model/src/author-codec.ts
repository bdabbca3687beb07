// A member as bytes of this device's store: the key, and the name of then.

import {
  readBytes,
  readUtf8,
  writeBytes,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { writeText } from "./field.ts";
import type { Author } from "./item.ts";
import { KEY_BYTES, MAX_NAME_BYTES } from "./limits.ts";

export function writeAuthor(w: Writer, { memberKey, name }: Author): void {
  writeBytes(w, memberKey);
  writeText(w, name);
}

/** A name is kept as the roster had it; whether it is a good one was judged there. */
export function readAuthor(r: Reader): Author {
  return {
    memberKey: readBytes(r, KEY_BYTES),
    name: readUtf8(r, MAX_NAME_BYTES),
  };
}
