// What the machine holds at most, each with its reason (docs/spec/engine.md, "Bounds").

/** Circles of one person on one device; with their logs and inboxes they fit what one relay connection may open. */
export const MAX_CIRCLES = 250;

/** Default relays whose keys are remembered: an app moves seldom. */
export const MAX_HOMES = 16;

/** Entries that are opened, folded and stored in one transaction: a crash does that much work again. */
export const MAX_BATCH = 200;

/** How long what came of a backlog waits for its batch to fill: over a slow line the list grows all the while. */
export const BATCH_WAIT_MS = 250;

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

/** Between one member's turn to let somebody in and the next one's: long enough for a commit to come round. */
export const AUTO_STEP_MS = 3_000;

/** After which every member has had a turn: who asks has to be in within a minute when only the last of them is online. */
export const AUTO_WINDOW_MS = 20_000;

/** Members for whom the word of the others is being gathered at one time: more than anybody can think about. */
export const MAX_PETITIONS = 8;

/** Members of a circle whose keys a person compared; more than anybody meets. */
export const MAX_VERIFIED = 1_024;

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

/** Jobs that follow each other without waiting for the store: all that can be queued together is some hundreds. */
export const MAX_JOBS_AT_ONCE = 10_000;

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

/** Alarms of a circle that a person has seen and that are told no more. */
export const MAX_ACKNOWLEDGED = 32;

export const DAY_MS = 86_400_000;

/** The wait before a device that lost step asks to be let in again: one commit can put hundreds out of step. */
export const SHORTEST_REPAIR_WAIT_MS = 1_000;
export const REPAIR_WAIT_MS = 30_000;

/** KeyPackages of requests for repair whose Welcome may still come. */
export const MAX_ASKS = 4;

/** Requests for repair that are counted, in one octet. */
export const MAX_REPAIR_COUNT = 255;

/** Repair keys count for so long, as the entries of a log last. */
export const REPAIR_KEY_MS: number = 30 * DAY_MS;

/** Epochs whose repair keys are kept: four commits a day for a month. */
export const MAX_REPAIR_KEYS = 128;

/** Requests for repair of one circle that wait; further ones are dropped, and their devices ask again. */
export const MAX_REPAIR_REQUESTS = 64;

/** Repairs that a steward's device makes without a person for one member: a device that needs more has another trouble. */
export const MAX_REPAIRS_A_DAY = 3;

/** Repairs that are remembered so that none is made twice. */
export const MAX_REPAIRS_MADE = 256;

/** Pages that leave out the same entry before it counts as gone: one may be a relay's mishap. */
export const GAPS_BEFORE_GONE = 2;

/** How long what is written waits for a circle that is being built anew, before it goes into the old one all the same. */
export const CALLED_WAIT_MS = 600_000;

/** Files of a circle that are kept, on their way or fetched: more than anybody looks at in a day. */
export const MAX_FILES = 256;
/** Parts of them, of 65,280 octets: 64 MiB, six of the largest files. */
export const MAX_FILE_PARTS = 1_024;
/** Files that were added and are not sent yet. */
export const MAX_DRAFT_FILES = 20;

/** Items that one transaction lets go of, and hours that it looks through. */
export const EXPIRE_BATCH = 200;
export const EXPIRE_HOURS = 64;
/** The longest wait before the next look at what disappears. */
export const EXPIRY_LOOK_MS = 3_600_000;

/** Devices whose presence is stored in one record: with the largest numbers less than one kilobyte, for each message of a batch. */
export const LEAVES_IN_PAGE = 32;

/** Pages of presence: devices of the largest circle. */
export const MAX_LEAF_PAGES = 640;

/** Missing messages that are kept of one device, and of a circle: a hostile author can make up any number of its own. */
export const MAX_GAPS_OF_LEAF = 8;
export const MAX_GAPS = 64;

/** When what is missing is asked for: after the time in which a message that was refused comes again, spread over five minutes. */
export const ASK_FIRST_MS = 45_000;
export const ASK_SPREAD_MS = 300_000;

/** Asked for again once, when its author may be there again. */
export const ASK_AGAIN_MS: number = 6 * 3_600_000;
export const MAX_ASKS_OF_GAP = 2;

/** Own messages that are kept to be said again, and their bytes: an evening's talk. */
export const MAX_SENT = 32;
export const MAX_SENT_BYTES = 131_072;
export const SENT_LIFE_MS: number = 7 * DAY_MS;

/** What is missing for longer than its author keeps it stays so. */
export const GAP_LIFE_MS: number = 7 * DAY_MS;

/** How often one message is said again, with what pause, and how many within one pause: whoever asks costs its author no more. */
export const MAX_RESENDS = 3;
export const RESEND_PAUSE_MS = 3_600_000;
export const MAX_RESENDS_AN_HOUR = 16;

/** Keys of an epoch that ended go after so long, however little was said. */
export const OLD_KEY_MS: number = 24 * 3_600_000;

/** Devices beside the stewards' that give a sign after a removal, and the most of stewards' devices. */
export const TAGGING_LEAVES = 16;
export const MAX_TAGGING_STEWARDS = 64;
export const TAG_SOONEST_MS = 60_000;
export const TAG_LATEST_MS = 3_600_000;

/** Devices that are counted for one removal, and people who are named with it. */
export const MAX_CONFIRMED = 128;
export const MAX_REMOVED_NAMES = 16;

/** Days in which a device was heard so that its sign is expected. */
export const ACTIVE_DAYS = 7;

/** After which a removal that nobody followed, or that somebody did not, is told as trouble. */
export const REMOVAL_ALARM_MS: number = 7 * DAY_MS;
export const REMOVAL_BEHIND_MS: number = 24 * 3_600_000;

/** With a relay that shows no end of the log the first of them comes so much later: it can be silent for a while without ill will. */
export const REMOVAL_SILENT_MS: number = 7 * DAY_MS;

/** What is passed on to newcomers: meetings, and pinned items. */
export const MAX_SHARED_NOTICES = 8;
export const MAX_SHARED_PINS = 8;

/** Between two times of passing on: many come together, and one time serves them all. */
export const SHARE_PAUSE_MS = 600_000;
export const SHARE_FIRST_MS = 2_000;
export const SHARE_STEP_MS = 20_000;

/** A draft: more than a message holds, so that what is too long for one can be cut by who wrote it. */
export const MAX_DRAFT_BYTES = 65_536;
/** Members who are chosen by name in it: as many as a message mentions. */
export const MAX_DRAFT_NAMES = 64;

/** Bodies of a log that a run keeps for mirrors and bundles. */
export const MAX_RECENT_BYTES = 2_097_152;
/** Logs of which it keeps them: several rotations in a row. */
export const MAX_RECENT_LOGS = 4;
/** Frames that wait for mirrors; older ones are dropped, because a mirror may never come. */
export const MAX_OUTGOING = 256;
/** What came on another way than from the relay that orders, of one circle. */
export const MAX_OFFERED_BYTES = 8_388_608;
/** Bodies for one place: a member can offer wrong ones. */
export const MAX_OFFERED_AT_A_PLACE = 4;
export const MAX_OFFERED_HEADS = 64;
/** Chat that is shown before it has a place. */
export const MAX_LOOSE = 128;
/** Moves of a circle that ask for words: stewards who want different ones. */
export const MAX_MOVES = 8;
/** Octets of bundles that wait until their log is reached. */
export const MAX_SECTION_BYTES = 33_554_432;
/** Of a mirror's log, what a device reads when it begins: two days of a busy circle. */
export const MIRROR_TAIL = 512;
