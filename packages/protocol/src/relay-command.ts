// What a relay says to a client (docs/spec/relay.md, "Commands"): answers, which carry the number of their request, and
// deliveries, which are the same bytes for every subscriber.

import type { RefusalCode } from "./refusal.ts";

/** The relay's key and the challenge that proofs on this connection sign. Answers `hello`. */
export interface Welcome {
  readonly type: "welcome";
  readonly request: number;
  readonly relayPub: Uint8Array;
  readonly challenge: Uint8Array;
  /** By the relay key, over `welcomeToSign`. */
  readonly signature: Uint8Array;
}

/** Done, and durable where something was to be stored. */
export interface Ok {
  readonly type: "ok";
  readonly request: number;
}

/** Refused; nothing was changed. */
export interface Refused {
  readonly type: "error";
  readonly request: number;
  readonly code: RefusalCode;
}

/** The entry is durable at `seq`. Answers `append`. */
export interface Appended {
  readonly type: "appended";
  readonly request: number;
  readonly seq: number;
  /** The chain's head at `seq`. */
  readonly head: Uint8Array;
  /** By the relay key, over `headToSign`. */
  readonly signature: Uint8Array;
}

/** Delivery of one entry. */
export interface Entry {
  readonly type: "entry";
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** The signed head after a batch of live entries. */
export interface Head {
  readonly type: "head";
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

/** Every entry asked for was delivered before this; `seq` is the log's last. Answers `read` and `subscribe`. */
export interface CaughtUp {
  readonly type: "caught-up";
  readonly request: number;
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

/** Delivery of one message of an inbox; it comes again on the next connection until it is acknowledged. */
export interface InboxMessage {
  readonly type: "inbox-message";
  readonly inboxId: Uint8Array;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** Every message kept was delivered before this; `seq` is the last that was ever given. Answers `open-inbox`. */
export interface InboxCaughtUp {
  readonly type: "inbox-caught-up";
  readonly request: number;
  readonly inboxId: Uint8Array;
  readonly seq: number;
}

/** Answers `blob-get`. */
export interface BlobData {
  readonly type: "blob-data";
  readonly request: number;
  readonly blobId: Uint8Array;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Answers `get-push-key`. */
export interface PushKey {
  readonly type: "push-key";
  readonly request: number;
  /** The public key on P-256, uncompressed, as browsers take it. */
  readonly key: Uint8Array;
}

/** Answers `ping`. */
export interface Pong {
  readonly type: "pong";
  readonly request: number;
}

export type RelayCommand =
  | Welcome
  | Ok
  | Refused
  | Appended
  | Entry
  | Head
  | CaughtUp
  | InboxMessage
  | InboxCaughtUp
  | BlobData
  | PushKey
  | Pong;
