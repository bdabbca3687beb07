// The bodies of what only stewards can read (docs/spec/content.md, "Sealed to stewards"), and of what stands inside such a content alone.

import {
  failReader,
  readBytes,
  readOptional,
  readU32,
  readVector,
  readVectorOf,
  writeBytes,
  writeOptional,
  writeU32,
  writeVector,
  writeVectorOf,
  type Reader,
  type Writer,
} from "@halqa/bytes";
import { HIDE_REASONS } from "./chat-codec.ts";
import type { PlaceContent, ReportContent, SealedContent } from "./content.ts";
import {
  readChecked,
  readChoice,
  readId,
  writeChoice,
  writeText,
} from "./field.ts";
import {
  KEY_BYTES,
  MAX_LIFETIME_MINUTES,
  MAX_PLACE_BYTES,
  MAX_SEALED_BOXES,
  MAX_SECRET_BOX_BYTES,
  MAX_TEXT_BYTES,
  SEALED_BODY_BYTES,
} from "./limits.ts";
import { isPlace, isText } from "./text.ts";

export function writeSealedBody(w: Writer, content: SealedContent): void {
  writeVectorOf(w, content.boxes, (inner, { to, box }) => {
    writeBytes(inner, to);
    writeVector(inner, box);
  });
  writeVector(w, content.body);
  writeOptional(w, content.lifetime, writeU32);
}

export function readSealedBody(r: Reader): SealedContent {
  const boxes = readVectorOf(
    r,
    (inner) => ({
      to: readBytes(inner, KEY_BYTES),
      box: readVector(inner, MAX_SECRET_BOX_BYTES),
    }),
    MAX_SEALED_BOXES,
  );
  const body = readVector(r);
  // Other lengths would tell what kind of thing is inside.
  if (!SEALED_BODY_BYTES.includes(body.length)) failReader(r, "invalid");
  const lifetime = readOptional(r, readU32);
  if (lifetime === 0 || (lifetime ?? 0) > MAX_LIFETIME_MINUTES)
    failReader(r, "invalid");
  return {
    kind: "sealed",
    boxes,
    body,
    ...(lifetime === undefined ? {} : { lifetime }),
  };
}

export function writeReportBody(w: Writer, content: ReportContent): void {
  writeBytes(w, content.target);
  writeChoice(w, HIDE_REASONS, content.reason);
  writeText(w, content.text);
}

export function readReportBody(r: Reader): ReportContent {
  const target = readId(r);
  const reason = readChoice(r, HIDE_REASONS);
  if (reason === "shown") failReader(r, "invalid");
  const text = readChecked(r, MAX_TEXT_BYTES, (x) => x === "" || isText(x));
  return {
    kind: "report",
    target,
    reason: reason === "shown" ? "other" : reason,
    text,
  };
}

export function writePlaceBody(w: Writer, content: PlaceContent): void {
  writeBytes(w, content.notice);
  writeText(w, content.place);
}

export function readPlaceBody(r: Reader): PlaceContent {
  const notice = readId(r);
  const place = readChecked(r, MAX_PLACE_BYTES, (x) => x !== "" && isPlace(x));
  return { kind: "place", notice, place };
}
