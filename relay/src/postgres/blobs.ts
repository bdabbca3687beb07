/**
 * Blobs (docs/spec/postgres.md, "Parts"): what was announced and which parts are there stands in the database, the parts in
 * the blob store. A part travels while no row is locked, before the transaction that says it is there, or after the one
 * that says so.
 */

import { randomBytes } from "node:crypto";
import { encodeHex, equalBytes } from "@halqa/bytes";
import type { StoreRequest, StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import type { BlobStore } from "./blob-store.ts";
import { buffer, bytesOf, joined, type Row, type Session } from "./session.ts";
import { addToTotal } from "./totals.ts";

const DONE: StoreResult = { t: "done" };
const ABSENT: StoreResult = { t: "absent" };
const HASH_BYTES = 32;
/** So that no name is ever used again, whoever makes a blob of the same id anew. */
const PLACE_BYTES = 16;

export interface BlobParts {
  readonly session: Session;
  readonly blobs: BlobStore;
  /** Names of parts that lie in the blob store already. */
  readonly stored: Set<string>;
}

export async function createBlob(
  session: Session,
  { blobId, partHashes, day, maxParts }: RequestOf<"create-blob">,
): Promise<StoreResult> {
  const id = buffer(blobId);
  const touched = await session.query(
    "UPDATE halqa_blobs SET day = greatest(day, $2) WHERE blob_id = $1 RETURNING 1 AS one",
    [id, day],
  );
  if (touched.length > 0) return DONE;
  const count = partHashes.length;
  const limit = { by: count, most: maxParts };
  if (!(await addToTotal(session, "parts", limit))) {
    return { t: "refused", why: "quota" };
  }
  await session.query(
    `INSERT INTO halqa_blobs (blob_id, place, part_hashes, present, day)
     VALUES ($1, $2, $3, array_fill(false, ARRAY[$4::int]), $5)`,
    [id, randomBytes(PLACE_BYTES), joined(partHashes), count, day],
  );
  return DONE;
}

/** Brings the parts that are wanted into the blob store, before the transaction begins. */
export async function storeParts(
  parts: BlobParts,
  requests: readonly StoreRequest[],
): Promise<void> {
  for (const request of requests) {
    if (request.t !== "put-part") continue;
    const row = await findBlob(parts.session, request, "");
    const wanted = row && wantedPart(row, request);
    if (wanted !== undefined) await store(parts, wanted, request.bytes);
  }
}

export async function putPart(
  parts: BlobParts,
  request: RequestOf<"put-part">,
): Promise<StoreResult> {
  const row = await findBlob(parts.session, request, "FOR UPDATE");
  const wanted = row && wantedPart(row, request);
  if (wanted === undefined) return ABSENT;
  if (row?.["is_there"] === true) return DONE;
  // The part first: what the database says is there is there, whatever ends this in between. Nearly always it is.
  await store(parts, wanted, request.bytes);
  await parts.session.query(
    "UPDATE halqa_blobs SET present[$2::int + 1] = true WHERE blob_id = $1",
    [buffer(request.blobId), request.index],
  );
  return DONE;
}

/** A part that the database says is there; to be fetched when the transaction is over. */
export async function findPart(
  session: Session,
  request: { readonly blobId: Uint8Array; readonly index: number },
): Promise<string | undefined> {
  const row = await findBlob(session, request, "");
  return row?.["is_there"] === true ? partName(row, request.index) : undefined;
}

export async function fetchPart(
  blobs: BlobStore,
  name: string | undefined,
): Promise<StoreResult> {
  const bytes = name === undefined ? undefined : await blobs.get(name);
  return bytes === undefined ? ABSENT : { t: "part", bytes };
}

async function findBlob(
  session: Session,
  { blobId, index }: { readonly blobId: Uint8Array; readonly index: number },
  lock: "" | "FOR UPDATE",
): Promise<Row | undefined> {
  const [row] = await session.query(
    `SELECT place, part_hashes, present[$2::int + 1] AS is_there
     FROM halqa_blobs WHERE blob_id = $1 ${lock}`,
    [buffer(blobId), index],
  );
  return row;
}

/** The name of the part, where the blob announced one of this hash at this index. */
function wantedPart(
  row: Row,
  { index, partHash }: RequestOf<"put-part">,
): string | undefined {
  const start = index * HASH_BYTES;
  const wanted = bytesOf(row["part_hashes"]).slice(start, start + HASH_BYTES);
  const isWanted = wanted.length > 0 && equalBytes(wanted, partHash);
  return isWanted ? partName(row, index) : undefined;
}

function partName(row: Row, index: number): string {
  return `${encodeHex(bytesOf(row["place"]))}-${index}`;
}

async function store(
  { blobs, stored }: BlobParts,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  if (stored.has(name)) return;
  await blobs.put(name, bytes);
  stored.add(name);
}
