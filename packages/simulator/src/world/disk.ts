/**
 * A device's disk: a transaction is there whole or not at all, what was committed outlives the device, and earlier images
 * can be put back, as a restored backup does. Synchronous: a world without promises repeats exactly.
 */
import { refKey } from "@halqa/engine/machine";
import type { RecordRef, Write } from "@halqa/engine";

export interface SimDisk {
  records: Map<string, Uint8Array>;
  /** Writes are refused, reads go on. */
  isFull: boolean;
  /** Copies of earlier moments. */
  readonly images: ReadonlyMap<string, Uint8Array>[];
  /** Everything that was ever written, where somebody keeps it: what a disk that never tidies up gives away. */
  history: Uint8Array[] | undefined;
}

const MAX_IMAGES = 4;

export function createDisk(): SimDisk {
  return { records: new Map(), isFull: false, images: [], history: undefined };
}

export function readDisk(
  disk: SimDisk,
  refs: readonly RecordRef[],
): readonly (Uint8Array | undefined)[] {
  return refs.map((ref) => disk.records.get(refKey(ref)));
}

export function writeDisk(disk: SimDisk, writes: readonly Write[]): void {
  for (const { ref, value } of writes) {
    if (value === undefined) disk.records.delete(refKey(ref));
    else {
      disk.records.set(refKey(ref), value);
      disk.history?.push(value);
    }
  }
}

/** Keeps a copy of this moment; of many the oldest goes. */
export function takeImage(disk: SimDisk): void {
  disk.images.push(new Map(disk.records));
  if (disk.images.length > MAX_IMAGES) disk.images.shift();
}

export function restoreImage(disk: SimDisk, index: number): boolean {
  const image = disk.images[index % Math.max(1, disk.images.length)];
  if (image === undefined) return false;
  disk.records = new Map(image);
  return true;
}
