// What a client asks of a relay (docs/spec/relay.md, "Commands"). Every command carries a number of the client's own
// choice, `request`, and gets exactly one answer with that number; what the relay pushes carries none.

/** Opens a connection: the first command on it, and the only one of its kind. Answered by `welcome`. */
export interface Hello {
  readonly type: "hello";
  readonly request: number;
  readonly nonce: Uint8Array;
}

/** Makes a log, or finds that it is there: the same keys give the same log. Answered by `ok`. */
export interface CreateLog {
  readonly type: "create-log";
  readonly request: number;
  readonly writePub: Uint8Array;
  readonly readPub: Uint8Array;
  /** By the write key, over `bytesToSign` of `create-log/write`. */
  readonly writeSignature: Uint8Array;
  /** By the read key, over `bytesToSign` of `create-log/read`. */
  readonly readSignature: Uint8Array;
  readonly access: Uint8Array | undefined;
}

/** Proves the read key, the write key or both, for this connection and log, once. Answered by `ok`. */
export interface OpenLog {
  readonly type: "open-log";
  readonly request: number;
  readonly logId: Uint8Array;
  readonly readSignature: Uint8Array | undefined;
  readonly writeSignature: Uint8Array | undefined;
}

/** Adds an entry. The same body again is the same entry. Answered by `appended`. */
export interface Append {
  readonly type: "append";
  readonly request: number;
  readonly logId: Uint8Array;
  /** Refused with `head-moved` where the log's last sequence is another. */
  readonly expectedHead: number | undefined;
  readonly body: Uint8Array;
}

/** At most `limit` entries from `fromSeq` on; none for 0. They come as `entry`, then `caught-up` answers. */
export interface Read {
  readonly type: "read";
  readonly request: number;
  readonly logId: Uint8Array;
  readonly fromSeq: number;
  readonly limit: number;
}

/** All entries from `fromSeq` on, `caught-up` as the answer, then every later entry as it is stored. */
export interface Subscribe {
  readonly type: "subscribe";
  readonly request: number;
  readonly logId: Uint8Array;
  readonly fromSeq: number;
}

/** Ends a subscription; `ok` also where there was none. */
export interface Unsubscribe {
  readonly type: "unsubscribe";
  readonly request: number;
  readonly logId: Uint8Array;
}

/** Makes an inbox, or finds that it is there. Answered by `ok`. */
export interface CreateInbox {
  readonly type: "create-inbox";
  readonly request: number;
  readonly ownerPub: Uint8Array;
  /** What senders name it by; unrelated to the inbox id, and mapped to it inside the relay alone. */
  readonly sendId: Uint8Array;
  /** By the owner key, over `bytesToSign` of `create-inbox`. */
  readonly signature: Uint8Array;
  readonly access: Uint8Array | undefined;
}

/** Proves the owner key. All kept messages come, then `inbox-caught-up` answers, then every later message. */
export interface OpenInbox {
  readonly type: "open-inbox";
  readonly request: number;
  readonly inboxId: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The key that members of a circle sign with when they send to this inbox, opened on this connection. The key before it
 * stays good until the next. Answered by `ok`.
 */
export interface SetInboxKey {
  readonly type: "set-inbox-key";
  readonly request: number;
  readonly inboxId: Uint8Array;
  readonly memberPub: Uint8Array;
}

/** Puts a message into the inbox with this send id. The same body again is the same message. Answered by `ok`. */
export interface InboxSend {
  readonly type: "inbox-send";
  readonly request: number;
  readonly sendId: Uint8Array;
  /**
   * By the member key, over `bytesToSign` of `inbox-send`: the message fills the members' share of the inbox. Without it
   * the message fills the share that is open to whoever knows the send id.
   */
  readonly memberSignature?: Uint8Array | undefined;
  readonly body: Uint8Array;
}

/** Deletes one message of an inbox opened on this connection; `ok` also where it is gone. */
export interface InboxAck {
  readonly type: "inbox-ack";
  readonly request: number;
  readonly inboxId: Uint8Array;
  readonly messageSeq: number;
}

/** Announces a chunk of 1, 4 or 16 parts. The same hashes again are the same blob. Answered by `ok`. */
export interface BlobCreate {
  readonly type: "blob-create";
  readonly request: number;
  readonly partHashes: readonly Uint8Array[];
  readonly access: Uint8Array | undefined;
}

/** Stores one part, of `BLOB_PART_SIZE` bytes with the announced hash. Answered by `ok`. */
export interface BlobPart {
  readonly type: "blob-part";
  readonly request: number;
  readonly blobId: Uint8Array;
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Fetches one part. Answered by `blob-data`. */
export interface BlobGet {
  readonly type: "blob-get";
  readonly request: number;
  readonly blobId: Uint8Array;
  readonly index: number;
}

/** Asks for the key that the relay signs wake-ups with. Answered by `push-key`. */
export interface GetPushKey {
  readonly type: "get-push-key";
  readonly request: number;
}

/**
 * Asks to be woken, while this device is not connected, when something is added to a log or an inbox that was opened on
 * this connection. Replaces what the endpoint asked for on earlier connections. Answered by `ok`.
 */
export interface RegisterPush {
  readonly type: "register-push";
  readonly request: number;
  /** The log id or inbox id. */
  readonly id: Uint8Array;
  /** The address at a push service, as the browser gives it. */
  readonly endpoint: Uint8Array;
}

/** Takes back all that an endpoint asked for. Answered by `ok`, also where that was nothing. */
export interface ForgetPush {
  readonly type: "forget-push";
  readonly request: number;
  readonly endpoint: Uint8Array;
}

/** Answered by `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly request: number;
}

export type ClientCommand =
  | Hello
  | CreateLog
  | OpenLog
  | Append
  | Read
  | Subscribe
  | Unsubscribe
  | CreateInbox
  | OpenInbox
  | InboxSend
  | InboxAck
  | SetInboxKey
  | BlobCreate
  | BlobPart
  | BlobGet
  | GetPushKey
  | RegisterPush
  | ForgetPush
  | Ping;
