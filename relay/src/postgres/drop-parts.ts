// Parts whose blob is gone leave the blob store (docs/spec/postgres.md, "Parts").

import type { BlobStore } from "./blob-store.ts";
import type { Session } from "./session.ts";

/** Lets go of so many at most; what ends in between is dropped again, which changes nothing. */
export async function dropParts(
  { session, blobs }: { readonly session: Session; readonly blobs: BlobStore },
  most: number,
): Promise<void> {
  const rows = await session.query(
    "SELECT name FROM halqa_dropped_parts LIMIT $1",
    [most],
  );
  for (const { name } of rows) {
    if (typeof name !== "string") continue;
    await blobs.drop(name);
    await session.query("DELETE FROM halqa_dropped_parts WHERE name = $1", [
      name,
    ]);
  }
}
