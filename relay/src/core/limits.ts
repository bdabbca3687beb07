// What the HTTP face allows, each with its reason (docs/spec/http.md, HT-9 to HT-12).

export interface HttpLimits {
  /** Request line and headers together. A browser's request for the app is under 1 KiB. */
  readonly headerBytes: number;
  /** Header lines that are kept; further ones are dropped unread. */
  readonly headerCount: number;
  /** How long a request's headers may take: a sender of one byte a second is cut here. */
  readonly headersMs: number;
  /** How long a whole request may take. */
  readonly requestMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveMs: number;
  /** How long a connection may move no byte at all: a reader that never reads is cut here. */
  readonly idleMs: number;
  /** How long an answer may take to be read: the whole app at 20 kbit/s takes under 2 minutes. */
  readonly answerMs: number;
  /** How often the deadlines of a request are looked at. */
  readonly sweepMs: number;
  /** Connections at once; each costs some KiB of memory and a file handle. */
  readonly connections: number;
  /** Requests on one connection, so that no connection lives for ever. */
  readonly requestsPerConnection: number;
  /** How long answers under way may take to finish when the relay stops. */
  readonly closeMs: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headerBytes: 8_192,
  headerCount: 64,
  headersMs: 5_000,
  requestMs: 10_000,
  keepAliveMs: 5_000,
  idleMs: 30_000,
  answerMs: 120_000,
  sweepMs: 1_000,
  connections: 1_024,
  requestsPerConnection: 1_000,
  closeMs: 2_000,
};

/** What a built app may weigh: all of it is kept in memory (HT-3). */
export const APP_LIMITS = {
  files: 512,
  fileBytes: 4 * 1_024 * 1_024,
  totalBytes: 32 * 1_024 * 1_024,
} as const;
