// The sizes and bounds that client and relay share, each with its reason (docs/spec/relay.md, "Sizes and bounds").

/** Every frame on the wire has one of these sizes, in both directions, whatever it says. */
export const FRAME_SIZES = [4_096, 16_384, 65_536] as const;

/** What a frame keeps free for everything around one body. */
const FRAMING = 256;

/** Every body that a log or an inbox stores has one of these sizes: one body and its header fill one frame. */
export const BODY_SIZES = [
  FRAME_SIZES[0] - FRAMING,
  FRAME_SIZES[1] - FRAMING,
  FRAME_SIZES[2] - FRAMING,
] as const;

/** Parts of a blob have one size. */
export const BLOB_PART_SIZE = BODY_SIZES[2];

/** How many parts a blob may have. */
export const BLOB_PART_COUNTS = [1, 4, 16] as const;

/** The last sequence of a log: it goes on in another log, so that no log grows without end. */
export const LOG_END = 65_536;

/**
 * Commands in one frame. A ping has 5 bytes: without this bound one frame of 64 KiB would ask for 13,000 answers.
 */
export const MAX_COMMANDS = 64;

/** Requests of a connection that may be unanswered at once: a client waits for answers before it sends more. */
export const MAX_PENDING_REQUESTS = 256;

/** Bytes of bodies and parts in those requests: 16 of the largest, 270 of the smallest. */
export const MAX_PENDING_BYTES = 1_048_576;

/** Logs that one connection may open: a device in 250 circles, each with its mirrors and the address before. */
export const MAX_OPEN_LOGS = 1_024;

/** Inboxes that one connection may open. */
export const MAX_OPEN_INBOXES = 256;

/**
 * Messages of each class of senders, members and all others, that an inbox keeps until its owner has taken them. A full
 * share refuses, evicts nothing and takes nothing of the other.
 */
export const MAX_INBOX_MESSAGES = 64;

/** Octets of an address at a push service: those in use have 150 to 600. */
export const MAX_ENDPOINT = 1_024;
