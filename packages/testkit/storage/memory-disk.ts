// A device's storage in memory: the raw store and the slot of a vault, with power cuts, failures, images of any moment, and
// everything that was ever written to it. A commit is there whole or not at all; a write to the slot may be torn.

import { assertInvariant, decodeHex, encodeHex } from "@halqa/bytes";
import {
  RAW_KEY_LENGTH,
  SLOT_LENGTH,
  StoreFault,
  type RawStore,
  type RawWrite,
  type Slot,
  type StoreFaultKind,
} from "@halqa/vault";

/** What becomes of the write that a power cut meets: nothing of it, all of it, or (of a write to the slot) half of it. */
export type Fate = "lost" | "kept" | "torn";

/** All that is on the disk at one moment; keys in hexadecimal. */
export interface DiskImage {
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly slot: Uint8Array | undefined;
}

export interface MemoryDisk {
  /** A store on the disk; it dies with the next power cut, and commits no more once another one was opened. */
  readonly openRaw: () => RawStore;
  /** The slot; it works again after `restart`. */
  readonly slot: Slot;
  /** How many commits and writes to the slot have taken effect since the disk was made. */
  readonly effects: () => number;
  /** Lets `effects` more take effect; the next meets the power cut and is never answered, nor is anything after it. */
  readonly cutPowerAfter: (effects: number, fate: Fate) => void;
  /** Resolves when the power goes: to race with what will never be answered. */
  readonly powerCut: () => Promise<"power-cut">;
  /** Power again: what was open before stays dead. */
  readonly restart: () => void;
  /** The next commit or write to the slot, or one after `skipped` more, is refused so, and writes nothing. */
  readonly failNext: (kind: StoreFaultKind, skipped?: number) => void;
  /** No room, or room again, for a commit with a value of more than 100,000 bytes. */
  readonly fill: (isFull: boolean) => void;
  readonly image: () => DiskImage;
  /** Puts an image back, as a restored backup does. */
  readonly restore: (image: DiskImage) => void;
  /** All bytes ever written, in order: what a disk that never tidies up would give away. Of the slot only what stands in it. */
  readonly everWritten: () => readonly Uint8Array[];
}

interface Cut {
  left: number;
  readonly fate: Fate;
}

/** The values that a full disk has still room for. */
const ROOM_OF_FULL_DISK = 100_000;

interface Disk {
  isFull: boolean;
  records: Map<string, Uint8Array>;
  slot: Uint8Array | undefined;
  readonly history: Uint8Array[];
  /** Counts the times of power; a handle belongs to one. */
  time: number;
  /** Counts the openings: the newest one writes. */
  opener: number;
  powered: boolean;
  effects: number;
  cut: Cut | undefined;
  failure: { readonly kind: StoreFaultKind; left: number } | undefined;
  onCut: PromiseWithResolvers<"power-cut">;
}

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  const disk: Disk = {
    isFull: false,
    records: new Map(),
    slot: undefined,
    history: [],
    time: 0,
    opener: 0,
    powered: true,
    effects: 0,
    cut: undefined,
    failure: undefined,
    onCut: Promise.withResolvers(),
  };
  return {
    openRaw: () => openRaw(disk),
    slot: createSlot(disk),
    effects: () => disk.effects,
    cutPowerAfter: (effects, fate) => {
      disk.cut = { left: effects, fate };
    },
    powerCut: () => disk.onCut.promise,
    restart: () => {
      disk.powered = true;
      disk.time += 1;
      disk.cut = undefined;
      disk.onCut = Promise.withResolvers();
    },
    failNext: (kind, skipped = 0) => {
      disk.failure = { kind, left: skipped };
    },
    fill: (isFull) => {
      disk.isFull = isFull;
    },
    image: () => ({ records: new Map(disk.records), slot: disk.slot?.slice() }),
    restore: ({ records, slot }) => {
      disk.records = new Map(records);
      disk.slot = slot?.slice();
    },
    everWritten: () =>
      disk.slot === undefined ? disk.history : [...disk.history, disk.slot],
  };
}

function openRaw(disk: Disk): RawStore {
  const { time } = disk;
  const opener = ++disk.opener;
  let open = true;
  const isAlive = (): boolean => disk.powered && disk.time === time;
  const assertOpen = (): void => {
    if (!open) throw new StoreFault("unavailable");
  };
  return {
    read: async (keys) => {
      if (!isAlive()) return forever();
      assertOpen();
      return keys.map((key) => disk.records.get(nameOf(key))?.slice());
    },
    commit: async (writes) => {
      if (!isAlive()) return forever();
      assertOpen();
      if (opener !== disk.opener) throw new StoreFault("unavailable");
      const staged = stageCommit(disk, writes);
      const isLarge = writes.some(
        ({ value }) => (value?.length ?? 0) > ROOM_OF_FULL_DISK,
      );
      if (disk.isFull && isLarge) throw new StoreFault("full");
      if (meetsCut(disk, staged)) await forever();
    },
    close: async () => {
      open = false;
    },
  };
}

// Everything is looked at before anything changes.
function stageCommit(
  disk: Disk,
  writes: readonly RawWrite[],
): Record<Fate, () => void> {
  const staged = writes.map(
    ({ key, value }) => [nameOf(key), value?.slice()] as const,
  );
  const apply = (): void => {
    for (const [name, value] of staged) {
      disk.history.push(bytesOf(name));
      if (value === undefined) disk.records.delete(name);
      else {
        disk.records.set(name, value);
        disk.history.push(value);
      }
    }
  };
  return { kept: apply, lost: doNothing, torn: doNothing };
}

function createSlot(disk: Disk): Slot {
  return {
    read: async () => (disk.powered ? disk.slot?.slice() : forever()),
    write: async ({ at, bytes }) => {
      if (!disk.powered) return forever();
      assertInvariant(at + bytes.length <= SLOT_LENGTH, "beyond the slot");
      const put = (part: Uint8Array): void => {
        disk.slot ??= new Uint8Array(SLOT_LENGTH);
        disk.slot.set(part, at);
      };
      const cut = meetsCut(disk, {
        kept: () => put(bytes),
        lost: doNothing,
        torn: () => put(bytes.subarray(0, bytes.length >> 1)),
      });
      if (cut) await forever();
    },
  };
}

/** Lets a write take effect, or the power cut meet it; says which. Throws where it is to be refused. */
function meetsCut(disk: Disk, outcomes: Record<Fate, () => void>): boolean {
  const { failure, cut } = disk;
  if (failure?.left === 0) {
    disk.failure = undefined;
    throw new StoreFault(failure.kind);
  }
  if (failure !== undefined) failure.left -= 1;
  if (cut?.left === 0) {
    outcomes[cut.fate]();
    disk.powered = false;
    disk.onCut.resolve("power-cut");
    return true;
  }
  if (cut !== undefined) cut.left -= 1;
  outcomes.kept();
  disk.effects += 1;
  return false;
}

function nameOf(key: Uint8Array): string {
  assertInvariant(key.length === RAW_KEY_LENGTH, "a raw key has 32 bytes");
  return encodeHex(key);
}

function bytesOf(name: string): Uint8Array {
  const bytes = decodeHex(name);
  assertInvariant(bytes.ok, "a name is hexadecimal");
  return bytes.value;
}

/** A device without power answers nothing. */
function forever<T>(): Promise<T> {
  return new Promise(() => undefined);
}

function doNothing(): void {
  // What a power cut leaves of a write that it loses.
}
