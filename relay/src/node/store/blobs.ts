// Blobs in SQLite: what `LogStore` promises for them, one request at a time inside a transaction.

import type { DatabaseSync } from "node:sqlite";
import { assertInvariant, concatBytes, equalBytes } from "@halqa/bytes";
import type {
  CreateBlobRequest,
  PutPartRequest,
  StoreRequest,
  StoreResult,
} from "../../core/store.ts";
import { sha256 } from "../node-crypto.ts";
import { bytesIn, numberIn, type Row } from "./row.ts";
import type { Shelves } from "./shelf.ts";
import type { Totals } from "./totals.ts";

export type BlobRequest = Extract<
  StoreRequest,
  { t: "create-blob" | "put-part" | "get-part" }
>;

export type BlobTable = ReturnType<typeof prepareBlobs>;

const HASH_LENGTH = 32;
const ABSENT: StoreResult = { t: "absent" };

export function prepareBlobs(
  db: DatabaseSync,
  parts: { readonly totals: Totals; readonly shelves: Shelves },
) {
  return {
    ...parts,
    find: db.prepare("SELECT part_hashes, day FROM blobs WHERE blob_id = ?"),
    touch: db.prepare("UPDATE blobs SET day = max(day, ?) WHERE blob_id = ?"),
    insert: db.prepare(
      "INSERT INTO blobs (blob_id, part_hashes, day) VALUES (?, ?, ?)",
    ),
    insertPart: db.prepare(
      "INSERT INTO parts (blob_id, part, size, place) VALUES (?, ?, ?, ?)",
    ),
    findPart: db.prepare(
      "SELECT size, place, part_hashes FROM parts JOIN blobs USING (blob_id) WHERE blob_id = ? AND part = ?",
    ),
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
  const earlier = blobs.find.get(blobId);
  if (earlier !== undefined) {
    // A day that it has already is not written again.
    if (numberIn(earlier, "day") < day) blobs.touch.run(day, blobId);
    return { t: "done" };
  }
  if (blobs.totals.of("parts") + partHashes.length > maxParts) {
    return { t: "refused", why: "quota" };
  }
  blobs.insert.run(blobId, concatBytes(...partHashes), day);
  blobs.totals.add("parts", partHashes.length);
  return { t: "done" };
}

function putPart(blobs: BlobTable, request: PutPartRequest): StoreResult {
  const { blobId, index, partHash, bytes } = request;
  const blob = blobs.find.get(blobId);
  if (blob === undefined) return ABSENT;
  if (!equalBytes(hashOfPart(blob, index), partHash)) return ABSENT;
  if (blobs.findPart.get(blobId, index) !== undefined) return { t: "done" };
  const place = blobs.shelves.add({ id: blobId, number: index }, bytes);
  blobs.insertPart.run(blobId, index, bytes.length, place);
  return { t: "done" };
}

function getPart(
  blobs: BlobTable,
  { blobId, index }: Extract<BlobRequest, { t: "get-part" }>,
): StoreResult {
  const part = blobs.findPart.get(blobId, index);
  if (part === undefined) return ABSENT;
  const bytes = blobs.shelves.read(
    numberIn(part, "size"),
    numberIn(part, "place"),
  );
  const isWhole = equalBytes(sha256(bytes), hashOfPart(part, index));
  assertInvariant(isWhole, "a part is what its hash says");
  return { t: "part", bytes };
}

function hashOfPart(blob: Row, index: number): Uint8Array {
  const start = index * HASH_LENGTH;
  return bytesIn(blob, "part_hashes").subarray(start, start + HASH_LENGTH);
}
