// What the store in memory holds.

import type { ChainHead, Hash } from "@halqa/protocol";
import type { SenderClass, StoredBody } from "./store.ts";

export interface MemoryContents {
  readonly hash: Hash;
  readonly logs: Map<string, MemoryLog>;
  readonly inboxes: Map<string, MemoryInbox>;
  readonly inboxBySendId: Map<string, MemoryInbox>;
  readonly blobs: Map<string, MemoryBlob>;
  partCount: number;
}

export interface MemoryLog {
  readonly writePub: Uint8Array;
  readonly readPub: Uint8Array;
  /** Where the chain stood before the first entry that is there. */
  gone: ChainHead;
  readonly entries: MemoryEntry[];
  readonly seqById: Map<string, number>;
  day: number;
}

export interface MemoryEntry extends StoredBody {
  readonly id: string;
  readonly head: Uint8Array;
  readonly day: number;
}

export interface MemoryInbox {
  readonly inboxId: Uint8Array;
  readonly ownerPub: Uint8Array;
  readonly sendId: string;
  /** The current one first; at most two. */
  memberPubs: readonly Uint8Array[];
  /** In the order of their sequences. */
  readonly messages: Map<number, MemoryMessage>;
  readonly seqById: Map<string, number>;
  lastSeq: number;
  day: number;
}

export interface MemoryMessage extends StoredBody {
  readonly id: string;
  readonly sender: SenderClass;
  readonly day: number;
}

export interface MemoryBlob {
  readonly partHashes: readonly Uint8Array[];
  readonly parts: Map<number, Uint8Array>;
  day: number;
}

/** Deletes one message, if it is there. */
export function deleteMessage(inbox: MemoryInbox, seq: number): void {
  const message = inbox.messages.get(seq);
  if (message === undefined) return;
  inbox.messages.delete(seq);
  inbox.seqById.delete(message.id);
}
