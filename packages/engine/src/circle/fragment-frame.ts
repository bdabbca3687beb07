/**
 * What stands in the entries of a commit that is too large for one (docs/spec/circle.md, CI-140 to CI-149): a manifest, and parts.
 * They stand in the envelope as they are and are no MLS messages: whoever is in the circle can use up the key of an
 * application message, so its author and the others could come to differ about which parts had come.
 */
import {
  decode,
  encode,
  failReader,
  hasFailed,
  readBytes,
  readU16,
  readU32,
  readU8,
  readVectorOf,
  remaining,
  writeBytes,
  writeU16,
  writeU32,
  writeU8,
  writeVectorOf,
} from "@halqa/bytes";
import type { DecodeError, Reader, Result, Writer } from "@halqa/bytes";
import {
  KEY_LENGTH,
  readKey,
  SIGNATURE_LENGTH,
  writeFixed,
  writeKey,
} from "./field.ts";
import {
  FRAGMENT_LENGTH,
  MAX_FRAGMENTED_BYTES,
  MAX_FRAGMENTS,
} from "./limits.ts";

/** What is announced: by whom, how long it is, and which entries it will come in. */
export interface Manifest {
  readonly leaf: number;
  /** Counts the manifests of a leaf in an epoch: an older one that somebody shows again replaces none. */
  readonly number: number;
  /** Of the sealed body, in bytes. */
  readonly total: number;
  /** The ids of the entries that carry the parts: SHA-256 of each, as it lies in the log. */
  readonly entryIds: readonly Uint8Array[];
}

export type FragmentFrame =
  | {
      readonly frame: "manifest";
      readonly manifest: Manifest;
      readonly signature: Uint8Array;
    }
  | { readonly frame: "part"; readonly bytes: Uint8Array }
  | {
      readonly frame: "last";
      /** Opens the body: nothing of it can be read before it counts. */
      readonly key: Uint8Array;
      readonly bytes: Uint8Array;
    };

/** An MLS message begins with 0x0001. */
const MARK = 0xf0a4;
const FRAMES = ["manifest", "part", "last"] as const;

/** Whether an envelope holds a frame, and no MLS message. */
export function isFragment(bytes: Uint8Array): boolean {
  return bytes[0] === MARK >> 8 && bytes[1] === (MARK & 0xff);
}

export function encodeFragment(frame: FragmentFrame): Uint8Array {
  return encode((w) => {
    writeU16(w, MARK);
    writeU8(w, FRAMES.indexOf(frame.frame));
    switch (frame.frame) {
      case "manifest":
        writeManifest(w, frame.manifest);
        writeFixed(w, frame.signature, SIGNATURE_LENGTH);
        return;
      case "last":
        writeKey(w, frame.key);
        writeBytes(w, frame.bytes);
        return;
      case "part":
        writeBytes(w, frame.bytes);
    }
  });
}

export function decodeFragment(
  bytes: Uint8Array,
): Result<FragmentFrame, DecodeError> {
  return decode(bytes, readFragment);
}

function readFragment(r: Reader): FragmentFrame {
  if (readU16(r) !== MARK) failReader(r, "invalid");
  const frame = FRAMES[readU8(r)];
  switch (frame) {
    case "manifest":
      return {
        frame,
        manifest: readManifest(r),
        signature: readBytes(r, SIGNATURE_LENGTH),
      };
    case "last":
      return { frame, key: readBytes(r, KEY_LENGTH), bytes: readRest(r) };
    case "part":
    case undefined:
      break;
  }
  if (frame === undefined) failReader(r, "invalid");
  return { frame: "part", bytes: readRest(r) };
}

function readRest(r: Reader): Uint8Array {
  const length = hasFailed(r) ? 0 : remaining(r);
  if (length === 0 || length > FRAGMENT_LENGTH) failReader(r, "invalid");
  return readBytes(r, length);
}

/** As it is signed, too. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encode((w) => writeManifest(w, manifest));
}

function writeManifest(w: Writer, manifest: Manifest): void {
  writeU32(w, manifest.leaf);
  writeU32(w, manifest.number);
  writeU32(w, manifest.total);
  writeVectorOf(w, manifest.entryIds, writeKey);
}

function readManifest(r: Reader): Manifest {
  const manifest = {
    leaf: readU32(r),
    number: readU32(r),
    total: readU32(r),
    entryIds: readVectorOf(r, readKey, MAX_FRAGMENTS),
  };
  if (!hasFailed(r) && !isWhole(manifest)) failReader(r, "invalid");
  return manifest;
}

/** As many parts as the length needs, each once. */
function isWhole({ total, entryIds }: Manifest): boolean {
  const ids = new Set(entryIds.map((id) => id.join()));
  return (
    total > 0 &&
    total <= MAX_FRAGMENTED_BYTES &&
    entryIds.length === partsOf(total) &&
    ids.size === entryIds.length
  );
}

/** How many parts a body of that length takes. */
export function partsOf(total: number): number {
  return Math.ceil(total / FRAGMENT_LENGTH);
}

/** How long the part at `index` of a body is: all but the last one are full. */
export function lengthOfPart(total: number, index: number): number {
  return Math.min(FRAGMENT_LENGTH, total - index * FRAGMENT_LENGTH);
}
