// Finds what two heaps of bytes have in common, eight octets at a time.

const LENGTH = 8;

/**
 * The runs of eight octets that stand in two of these heaps, in hex. Runs of one octet
 * repeated say nothing.
 */
export function sharedShingles(
  heaps: readonly (readonly Uint8Array[])[],
): readonly string[] {
  const total = heaps.flat().reduce((sum, { length }) => sum + length, 0);
  const shingles = new BigUint64Array(total);
  let count = 0;
  for (const heap of heaps) {
    const own = distinctShingles(heap);
    shingles.set(own, count);
    count += own.length;
  }
  const sorted = shingles.subarray(0, count).toSorted();
  const shared: bigint[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1] && shared.at(-1) !== sorted[i]) {
      shared.push(sorted[i]!);
    }
  }
  return shared.map((one) => one.toString(16).padStart(2 * LENGTH, "0"));
}

/** Sorted, each once: what a heap repeats within itself links it to nothing. */
function distinctShingles(heap: readonly Uint8Array[]): BigUint64Array {
  const length = heap.reduce((sum, bytes) => sum + bytes.length, 0);
  const found = new BigUint64Array(length);
  let count = 0;
  for (const bytes of heap) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + LENGTH <= bytes.length; at++) {
      const shingle = view.getBigUint64(at);
      if (!isRepetition(shingle)) found[count++] = shingle;
    }
  }
  const sorted = found.subarray(0, count).toSorted();
  return sorted.filter((shingle, i) => i === 0 || shingle !== sorted[i - 1]);
}

function isRepetition(shingle: bigint): boolean {
  return shingle === (shingle & 0xffn) * 0x0101010101010101n;
}
