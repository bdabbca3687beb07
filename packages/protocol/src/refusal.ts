// Why a relay refuses, in two tables of stable names (docs/spec/relay.md, "Refusals"). A number is never reused.

/** The code of an `error` answer, by its octet on the wire. */
export const REFUSAL_CODES = {
  /** Unknown, wrong key, not proven on this connection, never existed: one answer for all of them. */
  unavailable: 1,
  /** The log's last sequence is not the expected one. */
  "head-moved": 2,
  /** The log has come to its end and takes no further entry. */
  "log-full": 3,
  /** The relay, the inbox or the store of blobs holds as much as it may. */
  quota: 4,
  /** Too many requests of this connection, or of all, are unanswered: send it again later. */
  busy: 5,
  /** This relay makes logs, inboxes and blobs only for those who know its access secret. */
  access: 6,
  /** This connection has opened as many logs or inboxes as it may. */
  limit: 7,
  /** This connection is already subscribed to it. */
  subscribed: 8,
  /** The subscription was ended before it had caught up. */
  cancelled: 9,
  /** The store does not take writes or cannot be read: send it again later. */
  storage: 10,
} as const;

export type RefusalCode = keyof typeof REFUSAL_CODES;

/** Why a relay ends a connection, by the close code of the WebSocket. */
export const CLOSE_CODES = {
  /** The bytes are no frame of this version. */
  malformed: 4400,
  /** Another command came before hello, or a second hello. */
  hello: 4401,
  /** No hello within its time. */
  late: 4402,
  /** More waits to be read on this connection than it may hold. */
  slow: 4403,
  /** The relay stops or starts again: come back later. */
  restart: 4404,
} as const;

export type CloseCode = keyof typeof CLOSE_CODES;
