// Whether the store takes writes (docs/spec/relay-node.md, RN-24): a disk that is full or fails makes it read-only, and it
// tries again once in a while, so that it takes writes again as soon as there is room, without a restart.

export interface WriteGate {
  /** False where a write would be in vain. The first one after a while is let through, to try. */
  mayWrite(): boolean;
  /** A write reached the disk. */
  worked(): void;
  /** The disk did not take a write. */
  failed(): void;
}

/** How long writes are refused before the next one is tried. */
export const RETRY_MS = 1_000;

/** `now` gives milliseconds from any start; `onChange` is told when the store turns read-only and back. */
export function createWriteGate(
  now: () => number,
  onChange: (isWritable: boolean) => void,
): WriteGate {
  let closedSince: number | undefined;
  return {
    mayWrite: () =>
      closedSince === undefined || now() - closedSince >= RETRY_MS,
    worked: () => {
      if (closedSince !== undefined) onChange(true);
      closedSince = undefined;
    },
    failed: () => {
      if (closedSince === undefined) onChange(false);
      closedSince = now();
    },
  };
}

/** Whether the disk refused: it is full, it fails, or the file may not be written any more. */
export function isDiskFault(error: unknown): boolean {
  const SQLITE_READONLY = 8;
  const SQLITE_IOERR = 10;
  const SQLITE_FULL = 13;
  const SQLITE_CANTOPEN = 14;
  return isSqliteError(error, [
    SQLITE_READONLY,
    SQLITE_IOERR,
    SQLITE_FULL,
    SQLITE_CANTOPEN,
  ]);
}

/** Whether this is an error of SQLite of one of these kinds. */
export function isSqliteError(
  error: unknown,
  kinds: readonly number[],
): boolean {
  return (
    error instanceof Error &&
    "errcode" in error &&
    // The low octet is the kind; what is above it tells more.
    kinds.includes(Number(error.errcode) % 256)
  );
}
