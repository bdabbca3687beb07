/**
 * The store of many gateways (docs/spec/postgres.md): any number of them run over one database, and none keeps anything of
 * its own. What one is asked waits while a transaction is under way, and is carried out together in the next one: a flush
 * of the server's disk is shared by all that waited.
 */

import { err, ok, type Result } from "@halqa/bytes";
import type { Hash } from "@halqa/protocol";
import type { LogStore, StoreRequest, StoreResult } from "../core/index.ts";
import type { BlobStore } from "./blob-store.ts";
import { fetchPart, storeParts } from "./blobs.ts";
import { createConnection, type Connection } from "./connection.ts";
import { dropParts } from "./drop-parts.ts";
import { migrate, type LayoutFault } from "./layout.ts";
import type { KnownDays } from "./partitions.ts";
import { runBatch, type BatchResult } from "./run-batch.ts";
import { buffer, type Session } from "./session.ts";
import { dropEmptyDays } from "./sweep.ts";

export interface PostgresOptions {
  /** `postgresql://user@host/database` */
  readonly url: string;
  readonly relayPub: Uint8Array;
  readonly hash: Hash;
  readonly blobs: BlobStore;
}

export type OpenPostgresFault =
  LayoutFault | { readonly kind: "unreachable"; readonly why: string };

export interface PostgresStore extends LogStore {
  /** Resolves when what was run is answered and the connection is closed. Nothing may be run afterwards. */
  close(): Promise<void>;
}

interface Waiting {
  readonly requests: readonly StoreRequest[];
  readonly resolve: (results: readonly StoreResult[]) => void;
  readonly reject: (error: Error) => void;
}

/** Requests that share a transaction: the core has as many under way at most; more would hold the locks of logs for long. */
const MOST_AT_ONCE = 1_024;
/** Two gateways can wait for each other, or make the same row: the server ends one, which then finds what the other did. */
const TRIES = 5;

/** Makes the tables where they are missing, and the connection; gateways may do that at the same time. */
export async function openPostgresStore(
  options: PostgresOptions,
): Promise<Result<PostgresStore, OpenPostgresFault>> {
  const connection = createConnection(options.url);
  try {
    const session = await connection.session();
    const fault = await migrate(session, buffer(options.relayPub));
    if (fault !== undefined) {
      await connection.close();
      return err(fault);
    }
  } catch (error) {
    await connection.close().catch(() => undefined);
    const why = error instanceof Error ? error.message : "unknown";
    return err({ kind: "unreachable", why });
  }
  return ok(createStore(connection, options));
}

function createStore(
  connection: Connection,
  { hash, blobs }: PostgresOptions,
): PostgresStore {
  const days: KnownDays = new Set();
  const waiting: Waiting[] = [];
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const together = takeTogether(waiting);
      const requests = together.flatMap((one) => one.requests);
      try {
        const session = await connection.session();
        const parts = { session, hash, days, blobs, stored: new Set<string>() };
        await storeParts(parts, requests);
        const results = await inTransaction(parts, requests);
        const fetched = await Promise.all(
          results.map(async (result) =>
            result.t === "fetch" ? fetchPart(blobs, result.name) : result,
          ),
        );
        answer(together, fetched);
        await afterSweeps({ session, blobs, days }, requests);
      } catch (error) {
        const fault = error instanceof Error ? error : new Error("failed");
        for (const { reject } of together) reject(fault);
      }
    }
    working = undefined;
  };

  return {
    run: (requests) =>
      new Promise((resolve, reject) => {
        waiting.push({ requests, resolve, reject });
        working ??= Promise.resolve().then(work);
      }),
    close: async () => {
      await working;
      await connection.close();
    },
  };
}

/** As many runs as fit one transaction, one at least, in the order in which they were made. */
function takeTogether(waiting: Waiting[]): readonly Waiting[] {
  let count = 0;
  let runs = 0;
  for (const { requests } of waiting) {
    count += requests.length;
    if (runs > 0 && count > MOST_AT_ONCE) break;
    runs += 1;
  }
  return waiting.splice(0, runs);
}

function answer(
  together: readonly Waiting[],
  results: readonly StoreResult[],
): void {
  let at = 0;
  for (const { requests, resolve } of together) {
    resolve(results.slice(at, at + requests.length));
    at += requests.length;
  }
}

async function inTransaction(
  parts: Parameters<typeof runBatch>[0],
  requests: readonly StoreRequest[],
): Promise<readonly BatchResult[]> {
  const { session, days } = parts;
  for (let tries = 1; ; tries++) {
    try {
      await session.query("BEGIN");
      const results = await runBatch(parts, requests);
      await session.query("COMMIT");
      noteDays(days, requests);
      return results;
    } catch (error) {
      await session.query("ROLLBACK");
      if (!isWorthTrying(error) || tries === TRIES) throw error;
      // A day's table can have been dropped by another gateway.
      days.clear();
    }
  }
}

/** Only what is committed is there for the next one. */
function noteDays(days: KnownDays, requests: readonly StoreRequest[]): void {
  for (const request of requests) {
    if (request.t === "append") days.add(request.day);
    if (request.t === "sweep") days.clear();
  }
}

/** Nothing of the transaction was done, and the same may go well now (PostgreSQL, appendix A). */
function isWorthTrying(error: unknown): boolean {
  const codes = [
    // Two waited for each other.
    "40P01",
    "40001",
    // Another one made the same row, or the same table.
    "23505",
    "42P07",
    // A day without a table.
    "23514",
    "42P01",
  ];
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error
      ? error.code
      : undefined;
  return typeof code === "string" && codes.includes(code);
}

async function afterSweeps(
  parts: {
    readonly session: Session;
    readonly blobs: BlobStore;
    readonly days: KnownDays;
  },
  requests: readonly StoreRequest[],
): Promise<void> {
  for (const request of requests) {
    if (request.t !== "sweep") continue;
    await dropEmptyDays(parts.session, request.entriesBefore);
    parts.days.clear();
    await dropParts(parts, request.maxRows);
  }
}
