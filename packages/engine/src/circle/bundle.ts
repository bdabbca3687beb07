/**
 * Bundles: a part of a log as a file, for whoever no relay reaches (docs/spec/relays-of-a-circle.md, MV-30 to MV-33; rule A11). A section holds what
 * belongs to one log and opens for those who know its address; to everybody else a bundle is noise of a rounded length.
 */
import {
  concatBytes,
  decode,
  encode,
  readVectorOf,
  writeVectorOf,
} from "@halqa/bytes";
import {
  padMessage,
  PADDING_OVERHEAD,
  unpadMessage,
  xchacha20Poly1305,
} from "@halqa/crypto";
import type { RandomBytes } from "@halqa/crypto";
import type { LogAddress } from "./address.ts";
import { deriveKey, labeledBytes } from "./derive-key.ts";
import {
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FRAMES,
  MAX_BUNDLE_SECTIONS,
} from "./limits.ts";
import { readSideFrame, writeSideFrame } from "./side-frame.ts";
import type { SideFrame } from "./side-frame.ts";

export interface BundleSection {
  readonly address: LogAddress;
  readonly frames: readonly SideFrame[];
}

const LENGTH_BYTES = 4;
const { nonceLength, tagLength } = xchacha20Poly1305;
const OVERHEAD = nonceLength + tagLength + PADDING_OVERHEAD;

/** The sections in a row, each a length and its ciphertext. */
export function sealBundle(
  sections: readonly BundleSection[],
  random: RandomBytes,
): Uint8Array {
  return concatBytes(
    ...sections.flatMap(({ address, frames }) => {
      const plaintext = encode((w) => writeVectorOf(w, frames, writeSideFrame));
      const nonce = random(nonceLength);
      const ciphertext = xchacha20Poly1305.seal({
        key: keyOf(address),
        nonce,
        aad: labeledBytes("bundleSection"),
        plaintext: padMessage(
          plaintext,
          padmeLength(plaintext.length + PADDING_OVERHEAD),
        ),
      });
      const length = new Uint8Array(LENGTH_BYTES);
      new DataView(length.buffer).setUint32(
        0,
        nonce.length + ciphertext.length,
      );
      return [length, nonce, ciphertext];
    }),
  );
}

/** The sealed sections of a file; undefined for bytes that are none. Any bytes may come. */
export function splitBundle(
  bytes: Uint8Array,
): readonly Uint8Array[] | undefined {
  if (bytes.length === 0 || bytes.length > MAX_BUNDLE_BYTES) return undefined;
  const sections: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    if (at + LENGTH_BYTES > bytes.length) return undefined;
    const length = view.getUint32(at);
    const start = at + LENGTH_BYTES;
    at = start + length;
    if (length < OVERHEAD || at > bytes.length) return undefined;
    if (sections.length >= MAX_BUNDLE_SECTIONS) return undefined;
    sections.push(bytes.slice(start, at));
  }
  return sections;
}

/** What a section holds, for whoever knows its address; undefined for everybody else. */
export function openSection(
  address: LogAddress,
  section: Uint8Array,
): readonly SideFrame[] | undefined {
  const opened = xchacha20Poly1305.open({
    key: keyOf(address),
    nonce: section.slice(0, nonceLength),
    aad: labeledBytes("bundleSection"),
    ciphertext: section.slice(nonceLength),
  });
  const plaintext = opened.ok ? unpadMessage(opened.value) : opened;
  if (!plaintext.ok) return undefined;
  const frames = decode(plaintext.value, (r) =>
    readVectorOf(r, readSideFrame, MAX_BUNDLE_FRAMES),
  );
  return frames.ok ? frames.value : undefined;
}

function keyOf({ logSeed }: LogAddress): Uint8Array {
  return deriveKey(logSeed, "bundleSection", new Uint8Array());
}

/** Padme: at most 12 % more, and few lengths for all files of about one size. */
function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const bits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - bits);
  return step < 1 ? length : Math.ceil(length / step) * step;
}
