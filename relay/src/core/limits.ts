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
  /** Connections at once that ask for files; each costs some KiB of memory and a file handle. */
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

/** What the connections of clients may do (docs/spec/relay-node.md, RN-3 to RN-9). */
export interface SocketLimits {
  /** The largest frame of the protocol. */
  readonly messageBytes: number;
  /** Parts that one message may come in. Browsers and proxies split at 16 KiB or more. */
  readonly fragments: number;
  /** Pieces in which a message may arrive: a sender of one byte at a time is cut here. */
  readonly chunks: number;
  /** Answers to a client's pings that may wait to be read. */
  readonly pongs: number;
  /** Clients at once; an idle one costs about 7 KiB of memory and a file handle. */
  readonly connections: number;
  /** Clients at once from one address: a community centre behind one router, and not the whole relay. */
  readonly connectionsPerAddress: number;
  /** The address of a proxy that is believed when it says where a connection comes from. */
  readonly proxy?: string | undefined;
  /** Pages that may open a connection. A program that is no browser names none, or any: this is for browsers alone. */
  readonly origins?: readonly string[] | undefined;
  /** Connections at once on which nothing has come yet: those who only connect do not take the places of clients. */
  readonly silentConnections: number;
  /** From the upgrade to the first whole frame. */
  readonly helloMs: number;
  /** Between pings: proxies and mobile networks forget a silent connection after 30 to 60 seconds. */
  readonly pingMs: number;
  /** Pings that may stay unanswered: a slow link still busy with a page of entries answers late. */
  readonly unansweredPings: number;
  /** How long the other side's goodbye is waited for. */
  readonly goodbyeMs: number;
  /** What one connection may leave unread: a few pages of entries. */
  readonly unreadBytes: number;
  /** What all connections together may leave unread, so that many slow ones do not fill the memory. */
  readonly unreadBytesInAll: number;
  /** What may be left unread of one page when the next is fetched, so that the line never runs dry. */
  readonly drainedBytes: number;
  /** Messages and pings of one connection that are read for long; further ones wait. A device sends a few a second. */
  readonly framesPerSecond: number;
  /** Writes and proofs of one connection that are carried out for long. A blob of 12 MiB a second needs 200. */
  readonly writesPerSecond: number;
  /** Milliseconds in a second that the relay works for one connection: a wrong proof costs as much as a right one. */
  readonly workMsPerSecond: number;
  /** How many seconds' worth of the three above gather while nothing comes: a device that comes back has a lot to say. */
  readonly burstSeconds: number;
  /** What the process may take. Above three quarters nobody new is let in, above all of it the heaviest are cut. */
  readonly memoryBytes: number;
  /** A connection that leaves less unread than this is never cut for the memory: it would not help. */
  readonly heavyBytes: number;
  /** How often the memory is looked at. */
  readonly memoryMs: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  messageBytes: 65_536,
  fragments: 64,
  chunks: 1_024,
  pongs: 4,
  connections: 10_240,
  connectionsPerAddress: 256,
  helloMs: 10_000,
  pingMs: 25_000,
  unansweredPings: 2,
  goodbyeMs: 2_000,
  unreadBytes: 1_024 * 1_024,
  unreadBytesInAll: 256 * 1_024 * 1_024,
  drainedBytes: 65_536,
  silentConnections: 1_024,
  framesPerSecond: 1_000,
  writesPerSecond: 500,
  workMsPerSecond: 250,
  burstSeconds: 4,
  memoryBytes: 1_024 * 1_024 * 1_024,
  heavyBytes: 65_536,
  memoryMs: 1_000,
};
