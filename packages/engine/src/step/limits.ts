// What the machine holds at most, each with its reason (docs/spec/engine.md, "Bounds").

/** Circles of one person on one device; with their logs and inboxes they fit what one relay connection may open. */
export const MAX_CIRCLES = 250;

/** Default relays whose keys are remembered: an app moves seldom. */
export const MAX_HOMES = 16;

/** Entries that are opened, folded and stored in one transaction: a crash does that much work again. */
export const MAX_BATCH = 200;

/** Entries asked for at once: with the smallest bodies less than a slow reader may leave unread at the relay. */
export const PAGE = 100;

/** Entries of one log that may wait to be opened. What comes beyond is dropped and read again later. */
export const MAX_QUEUED_ENTRIES = 400;

/** Bytes of those entries: a page of the largest. */
export const MAX_QUEUED_BYTES = 8 * 1_024 * 1_024;

/** Messages of one inbox that may wait: as many as an inbox keeps. */
export const MAX_QUEUED_MESSAGES = 64;

/** Acknowledgements of one inbox that wait: as many as both classes of its messages. */
export const MAX_WAITING_ACKS = 128;

/** What a person can leave unsent in one circle: a day of writing offline, far more than anybody does. */
export const MAX_OUTBOX = 500;

/** Sealed entries of one circle that may be under way: when the epoch moves, no more than these are sealed again. */
export const MAX_SEALED = 16;

/** How often one message is sealed anew before it is given up: a log that never shows it is not going to. */
export const MAX_SEALS = 8;

/** Acts of a steward that may wait in one circle. */
export const MAX_INTENTS = 64;

/** How often an act is planned anew after a lost race. */
export const MAX_PLANS = 8;

/** Tries with an expected head before an act is simply appended (rules of the circle, "expected head"). */
export const EXPECTED_HEAD_TRIES = 2;

/** Requests of one circle that wait for a decision. Further ones stay in the inbox, which is bounded itself. */
export const MAX_REQUESTS = 64;

/** Requests that were decided on and are known again: with more, the oldest could be asked about twice. */
export const MAX_SETTLED = 512;

/** Welcomes of one circle that are not delivered yet; acts wait while it is full. */
export const MAX_DELIVERIES = 8;

/** What relays confirmed and is not stored yet; only alarms are dropped beyond it. */
export const MAX_NOTES = 256;

/** Alarms that a circle keeps: the first ones tell what happened. */
export const MAX_ALARMS = 8;

/** Heads signed by a relay that wait for our own chain to come that far. */
export const MAX_HELD_HEADS = 8;

/** Views that one interface watches at once. */
export const MAX_WATCHES = 64;

/** Items in a watched timeline (docs/spec/views.md). */
export const MAX_WINDOW = 2_000;

/** Commands that wait for the store. An interface that sends more does not wait for answers. */
export const MAX_COMMANDS = 256;

/** Changes to a circle's message state that are kept one by one before the whole is written anew. */
export const MAX_DELTAS = 64;

/** The first wait before a relay is tried again, doubled each time up to the last, always with jitter. */
export const FIRST_RETRY_MS = 1_000;
export const LAST_RETRY_MS = 120_000;

/** Without an answer for so long the connection is given up: a proxy can lose one silently. */
export const ANSWER_MS = 30_000;

/** Without a frame for so long the relay is asked for a sign. */
export const QUIET_MS = 45_000;

/** How often the two waits above are looked at. */
export const WATCH_MS = 15_000;

/** After a refusal that can pass (a full or busy relay) the same thing is tried again after so long. */
export const REFUSED_RETRY_MS = 20_000;

/** After the store refused a write. */
export const STORE_RETRY_MS = 3_000;

/** How often in one run a joiner's inbox may refuse its Welcome. */
export const MAX_BOX_TRIES = 5;

/** Longest life of an invite that can be asked for, in days. */
export const MAX_INVITE_DAYS = 90;

/** Items of a forgotten circle that one transaction deletes. */
export const ERASE_BATCH = 200;
