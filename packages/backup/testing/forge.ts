// A file of any bytes as entries, in any order, written from docs/spec/backup.md alone: what the writer would never make, and what it
// makes, a second time.

import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { blake2b, sealChunk, startSealing } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";

const CHUNK = 65_519;
let files = 0;

export function forgeFile(
  bodies: readonly Uint8Array[],
  o: {
    readonly key: Uint8Array;
    /** The octet that fills up. */
    readonly padding?: number;
    /** Zeros beyond the padding. */
    readonly more?: number;
    readonly isEnded?: boolean;
  },
): Uint8Array {
  const { bytes } = createSeededRandom(`forged ${++files}`);
  const label = encodeUtf8("halqa/v1/backup/file");
  const prefix = concatBytes(Uint8Array.of(1, 1), new Uint8Array(8), bytes(16));
  const header = concatBytes(prefix, bytes(24));
  const key = blake2b({ key: o.key, length: 32 }, concatBytes(label, prefix));
  const parts = bodies.flatMap((body) => [lengthOf(body.length), body]);
  if (o.isEnded !== false) parts.push(lengthOf(0));
  const content = concatBytes(...parts);
  const size = stepOf(Math.max(content.length, 61_440)) + (o.more ?? 0);
  const padding = new Uint8Array(size - content.length).fill(o.padding ?? 0);
  const padded = concatBytes(content, padding);
  let { stream } = startSealing({
    key,
    context: concatBytes(label, header),
    random: () => header.slice(26),
  });
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < padded.length; at += CHUNK) {
    const plaintext = padded.subarray(at, at + CHUNK);
    const final = at + CHUNK >= padded.length;
    const sealed = sealChunk(stream, { plaintext, final });
    chunks.push(sealed.chunk);
    ({ stream } = sealed);
  }
  return concatBytes(header, ...chunks);
}

/** Padmé by its definition in bits. */
function stepOf(length: number): number {
  const bits = BigInt(length.toString(2).length - 1);
  const kept = BigInt(bits.toString(2).length);
  const mask = (1n << (bits - kept)) - 1n;
  return Number((BigInt(length) + mask) & ~mask);
}

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}
