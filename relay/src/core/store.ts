// The port behind which a relay keeps what it keeps (docs/spec/relay.md, "The store"). The core decides, the store
// carries out: limits travel with the request, so that a store holds no policy of its own.
//
// What a store promises: the requests of one `run` are carried out in order and in one transaction, calls of `run` are
// carried out in the order in which they were made, and a result is handed over only when what it reports is durable. A
// request that is refused changes nothing; those beside it still count. Where the transaction fails, `run` rejects and
// nothing of it was done.

import type { ChainHead } from "@halqa/protocol";

/**
 * What one log or inbox or blob is asked. Ids, keys, hashes and heads have 32 bytes. `day` is the day of the request: what
 * is made, used or shown to be somebody's is kept for so many days from it (`SweepRequest`).
 */
export type StoreRequest =
  | CreateLogRequest
  | { readonly t: "find-log"; readonly logId: Uint8Array }
  | TouchRequest
  | AppendRequest
  | ReadRequest
  | CreateInboxRequest
  | { readonly t: "find-inbox"; readonly inboxId: Uint8Array }
  | SetMemberKeyRequest
  | { readonly t: "find-sender"; readonly sendId: Uint8Array }
  | SendRequest
  | ReadInboxRequest
  | { readonly t: "ack"; readonly inboxId: Uint8Array; readonly seq: number }
  | CreateBlobRequest
  | PutPartRequest
  | {
      readonly t: "get-part";
      readonly blobId: Uint8Array;
      readonly index: number;
    }
  | SweepRequest;

/** `done` also where the log is there already, whose day it becomes; `quota` where the store holds `maxLogs`. */
export interface CreateLogRequest {
  readonly t: "create-log";
  readonly logId: Uint8Array;
  readonly writePub: Uint8Array;
  readonly readPub: Uint8Array;
  /** The head of the chain before the first entry. */
  readonly head: Uint8Array;
  readonly day: number;
  readonly maxLogs: number;
}

/** Somebody has shown to hold a key of it: it is kept from this day on, never from an earlier one. `done` or `absent`. */
export interface TouchRequest {
  readonly t: "touch-log" | "touch-inbox";
  readonly id: Uint8Array;
  readonly day: number;
}

/**
 * In this order: `absent` without the log; the earlier `appended` where the log holds an entry of this id;
 * `head-moved` where `expectedHead` is given and is not the last sequence; `log-full` at `maxSeq`; otherwise the entry
 * gets the next sequence and the chain goes on by `nextChainHead`. What was swept counts: neither its sequence nor its
 * head is given again.
 */
export interface AppendRequest {
  readonly t: "append";
  readonly logId: Uint8Array;
  readonly entryId: Uint8Array;
  readonly body: Uint8Array;
  readonly expectedHead: number | undefined;
  readonly day: number;
  readonly maxSeq: number;
}

/**
 * Entries from `fromSeq` on, in order: as many as fit in both bounds, but one at least where there is one and
 * `maxEntries` is not 0, so that a large body cannot stop a reader.
 */
export interface ReadRequest {
  readonly t: "read";
  readonly logId: Uint8Array;
  readonly fromSeq: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * `done` also where the inbox is there with this send id, whose day it becomes; `absent` where it has another, or another inbox has this
 * one; `quota` where the store holds `maxInboxes`.
 */
export interface CreateInboxRequest {
  readonly t: "create-inbox";
  readonly inboxId: Uint8Array;
  readonly ownerPub: Uint8Array;
  readonly sendId: Uint8Array;
  readonly day: number;
  readonly maxInboxes: number;
}

/**
 * The key that members sign with becomes this one, and the one before it is kept; the key that is current already changes
 * nothing. `done`, or `absent` without the inbox.
 */
export interface SetMemberKeyRequest {
  readonly t: "set-member-key";
  readonly inboxId: Uint8Array;
  readonly memberPub: Uint8Array;
}

/** Each class of senders fills its own share of an inbox, and neither takes anything of the other's. */
export type SenderClass = "open" | "member";

/**
 * `absent` without an inbox of this send id; the earlier `sent` where it holds a message of this id, of either class;
 * `quota` where it holds `maxMessages` of this class; otherwise the message gets the inbox's next sequence, which is never
 * given twice.
 */
export interface SendRequest {
  readonly t: "send";
  readonly sendId: Uint8Array;
  readonly messageId: Uint8Array;
  readonly body: Uint8Array;
  readonly sender: SenderClass;
  readonly day: number;
  readonly maxMessages: number;
}

/** As `ReadRequest`, over the messages that are kept. */
export interface ReadInboxRequest {
  readonly t: "read-inbox";
  readonly inboxId: Uint8Array;
  readonly fromSeq: number;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** `done` also where the blob is there already, whose day it becomes; `quota` where its parts would come to more than `maxParts` in all. */
export interface CreateBlobRequest {
  readonly t: "create-blob";
  readonly blobId: Uint8Array;
  readonly partHashes: readonly Uint8Array[];
  readonly day: number;
  readonly maxParts: number;
}

/** `absent` where the blob has no part of this index with this hash; `done` also where the part is there already. */
export interface PutPartRequest {
  readonly t: "put-part";
  readonly blobId: Uint8Array;
  readonly index: number;
  readonly partHash: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Deletes what is older than these days, at most about `maxRows` rows of it, so that others are not held up: the longest
 * run of the oldest entries of each log that are all of a day before `entriesBefore`; messages; logs and inboxes whose
 * last day is before theirs, with all that they hold; blobs made, or made again, before `blobsBefore`, and before
 * `unfinishedBefore` where parts are missing. Answers `swept`.
 */
export interface SweepRequest {
  readonly t: "sweep";
  readonly entriesBefore: number;
  readonly logsBefore: number;
  readonly messagesBefore: number;
  readonly inboxesBefore: number;
  readonly blobsBefore: number;
  readonly unfinishedBefore: number;
  readonly maxRows: number;
}

/** What became of the request at the same place. `absent` stands for everything that is not there, whatever it is. */
export type StoreResult =
  | { readonly t: "done" }
  | { readonly t: "absent" }
  | {
      readonly t: "refused";
      readonly why: "head-moved" | "log-full" | "quota";
    }
  | {
      readonly t: "log";
      readonly writePub: Uint8Array;
      readonly readPub: Uint8Array;
    }
  | {
      readonly t: "appended";
      readonly seq: number;
      /** The head of the chain at `seq`. */
      readonly head: Uint8Array;
      /** False where the entry was there before this request. */
      readonly isNew: boolean;
    }
  | {
      readonly t: "entries";
      readonly entries: readonly StoredBody[];
      /** The log's last sequence and the head there. */
      readonly seq: number;
      readonly head: Uint8Array;
      /** The last entry that was swept, and the head there; 0 and the first head where none was. */
      readonly gone: ChainHead;
    }
  | { readonly t: "inbox"; readonly ownerPub: Uint8Array }
  /** The keys that members of its circle sign with: the current one, then the one before; at most two. */
  | { readonly t: "sender"; readonly memberPubs: readonly Uint8Array[] }
  | {
      readonly t: "sent";
      readonly inboxId: Uint8Array;
      readonly seq: number;
      readonly isNew: boolean;
    }
  | {
      readonly t: "messages";
      readonly messages: readonly StoredBody[];
      /** The last sequence that the inbox ever gave. */
      readonly seq: number;
    }
  | { readonly t: "part"; readonly bytes: Uint8Array }
  /** False where there may be more to sweep. */
  | { readonly t: "swept"; readonly isDone: boolean }
  /** The whole transaction failed: nothing of it was done. */
  | { readonly t: "failed" };

export interface StoredBody {
  readonly seq: number;
  readonly body: Uint8Array;
}

/** Where logs, inboxes and blobs are kept. */
export interface LogStore {
  readonly run: (
    requests: readonly StoreRequest[],
  ) => Promise<readonly StoreResult[]>;
}
