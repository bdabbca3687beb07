/**
 * One transaction: requests in their order, appends that follow each other together (docs/spec/postgres.md).
 */

import type { Hash } from "@halqa/protocol";
import type { StoreRequest, StoreResult } from "../core/index.ts";
import type { RequestOf } from "./request-of.ts";
import { runAppends } from "./appends.ts";
import type { BlobStore } from "./blob-store.ts";
import { createBlob, findPart, putPart } from "./blobs.ts";
import {
  acknowledge,
  createInbox,
  findInbox,
  findSender,
  readInbox,
  send,
  setMemberKey,
  touchInbox,
} from "./inboxes.ts";
import { createLog, findLog, readLog, touchLog } from "./logs.ts";
import type { KnownDays } from "./partitions.ts";
import type { Session } from "./session.ts";
import { sweep } from "./sweep.ts";

export interface BatchParts {
  readonly session: Session;
  readonly hash: Hash;
  readonly days: KnownDays;
  readonly blobs: BlobStore;
  /** Names of parts that lie in the blob store already. */
  readonly stored: Set<string>;
}

/** What became of a request, or the part that is to be fetched for it when the transaction is over. */
export type BatchResult =
  StoreResult | { readonly t: "fetch"; readonly name: string | undefined };

/** Within a transaction that the caller begins and ends. */
export async function runBatch(
  parts: BatchParts,
  requests: readonly StoreRequest[],
): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  for (let at = 0; at < requests.length;) {
    const appends = appendsFrom(requests, at);
    if (appends.length > 0) {
      results.push(...(await runAppends(parts, appends)));
      at += appends.length;
    } else {
      const request = requests[at]!;
      results.push(await runOne(parts, request));
      at += 1;
    }
  }
  return results;
}

function appendsFrom(
  requests: readonly StoreRequest[],
  start: number,
): readonly RequestOf<"append">[] {
  const appends: RequestOf<"append">[] = [];
  for (let at = start; at < requests.length; at++) {
    const request = requests[at]!;
    if (request.t !== "append") break;
    appends.push(request);
  }
  return appends;
}

/** Declared as a method, so that the runner of one request stands where one of any request is asked for. */
type Runner<R extends StoreRequest> = {
  run(parts: BatchParts, request: R): Promise<BatchResult>;
}["run"];

type Runners = {
  readonly [T in StoreRequest["t"]]: Runner<RequestOf<T>>;
};

const runners: Runners = {
  append: async (parts, request) => (await runAppends(parts, [request]))[0]!,
  "create-log": ({ session }, request) => createLog(session, request),
  "find-log": ({ session }, request) => findLog(session, request),
  "touch-log": ({ session }, request) => touchLog(session, request),
  read: ({ session }, request) => readLog(session, request),
  "create-inbox": ({ session }, request) => createInbox(session, request),
  "find-inbox": ({ session }, request) => findInbox(session, request),
  "touch-inbox": ({ session }, request) => touchInbox(session, request),
  "set-member-key": ({ session }, request) => setMemberKey(session, request),
  "find-sender": ({ session }, request) => findSender(session, request),
  send: ({ session }, request) => send(session, request),
  "read-inbox": ({ session }, request) => readInbox(session, request),
  ack: ({ session }, request) => acknowledge(session, request),
  "create-blob": ({ session }, request) => createBlob(session, request),
  "put-part": putPart,
  "get-part": async ({ session }, request) => ({
    t: "fetch",
    name: await findPart(session, request),
  }),
  sweep: ({ session }, request) => sweep(session, request),
};

function runOne(
  parts: BatchParts,
  request: StoreRequest,
): Promise<BatchResult> {
  const run: Runner<StoreRequest> = runners[request.t];
  return run(parts, request);
}
