// Blobs in SQLite: what `LogStore` promises for them, one request at a time inside a transaction.

import type { DatabaseSync } from "node:sqlite";
import { assertInvariant, equalBytes } from "@halqa/bytes";
import type {
  CreateBlobRequest,
  PutPartRequest,
  StoreRequest,
  StoreResult,
} from "../../core/store.ts";
import { sha256 } from "../node-crypto.ts";
import { BLOBS, PARTS } from "./layout.ts";
import { encodeRecord, numberedKey, openRecords } from "./record.ts";
import type { Shelves } from "./shelf.ts";
import type { Totals } from "./totals.ts";

export type BlobRequest = Extract<
  StoreRequest,
  { t: "create-blob" | "put-part" | "get-part" }
>;

export type BlobTable = ReturnType<typeof prepareBlobs>;

const ABSENT: StoreResult = { t: "absent" };

export function prepareBlobs(
  db: DatabaseSync,
  parts: { readonly totals: Totals; readonly shelves: Shelves },
) {
  return {
    ...parts,
    records: openRecords(db, BLOBS),
    parts: openRecords(db, PARTS),
  };
}

export function runBlobRequest(
  blobs: BlobTable,
  request: BlobRequest,
): StoreResult {
  switch (request.t) {
    case "create-blob":
      return create(blobs, request);
    case "put-part":
      return putPart(blobs, request);
    case "get-part":
      return getPart(blobs, request);
  }
}

function create(blobs: BlobTable, request: CreateBlobRequest): StoreResult {
  const { blobId, partHashes, day, maxParts } = request;
  const { records, parts, totals } = blobs;
  const earlier = records.get(blobId);
  if (earlier !== undefined) {
    // A day that it has already is not written again.
    if (earlier.day < day) records.edit(blobId, () => ({ day }));
    return { t: "done" };
  }
  if (totals.of("parts") + partHashes.length > maxParts) {
    return { t: "refused", why: "quota" };
  }
  records.put({ blobId, parts: partHashes.length, day });
  parts.leaves.put(
    partHashes.map((hash, number) =>
      encodeRecord(PARTS, { part: { id: blobId, number }, hash }),
    ),
  );
  totals.add("parts", partHashes.length);
  return { t: "done" };
}

function putPart(blobs: BlobTable, request: PutPartRequest): StoreResult {
  const { blobId, index, partHash, bytes } = request;
  const part = { id: blobId, number: index };
  const announced = blobs.parts.get(numberedKey(part));
  if (!announced || !equalBytes(announced.hash, partHash)) return ABSENT;
  const owner = { ...part, item: partHash };
  if (!blobs.shelves.has(owner)) blobs.shelves.add(owner, bytes);
  return { t: "done" };
}

function getPart(
  { parts, shelves }: BlobTable,
  { blobId, index }: Extract<BlobRequest, { t: "get-part" }>,
): StoreResult {
  const part = { id: blobId, number: index };
  const announced = parts.get(numberedKey(part));
  // Also where nothing was announced: who asks in vain is told nothing by the work (FO-13).
  const owner = { ...part, item: announced?.hash ?? blobId };
  const isThere = shelves.has(owner);
  if (announced === undefined || !isThere) return ABSENT;
  const bytes = shelves.read(owner);
  const isWhole = equalBytes(sha256(bytes), announced.hash);
  assertInvariant(isWhole, "a part is what its hash says");
  return { t: "part", bytes };
}
