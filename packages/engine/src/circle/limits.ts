/** Bounds of a circle, each with its reason (docs/spec/circle.md, "Limits"). Those that V uses are equal for all members. */

/** The version of circles that this program follows; a circle whose `minVersion` is higher pauses it. */
export const CIRCLE_VERSION = 1;

/** Devices of one member: enough for anyone, too few to drown the tree. */
export const MAX_LEAVES_OF_MEMBER = 5;

/** Every act of a steward is sealed to each of them, and each commit that changes the circle carries their keys. */
export const MAX_STEWARDS = 64;

/** Members of a circle, for the lists that name them. */
export const MAX_MEMBERS = 4_096;

/** The ordering relay and its mirrors. */
export const MAX_RELAYS = 4;

/** Open invites. With more, a commit about the circle would leave the smallest envelope. */
export const MAX_INVITES = 32;

/** Uses of one invite. */
export const MAX_INVITE_USES = 1_000;

/** Inboxes of one device. */
export const MAX_INBOXES = 4;

/** Readers, and members who are held: each commit that changes the circle carries their keys. Where most only read, the settings say so instead. */
export const MAX_LISTED_MEMBERS = 256;

/** Longest life of messages that can be set, in minutes: a leap year. */
export const MAX_DISAPPEARING_MINUTES = 366 * 24 * 60;

/** Bytes of a picture or a charter: what the parts of one blob hold. */
export const MAX_REFERENCED_BYTES = 1_048_576;

/** Bytes of a file that goes with a message: pictures and documents; a phone sends and gets it within minutes. */
export const MAX_FILE_BYTES: number = 10 * 1_048_576;

/** Signatures that one commit can carry: a majority of the largest circle. */
export const MAX_APPROVALS: number = MAX_MEMBERS / 2 + 1;

/** Each of a link's two labels, in bytes of UTF-8: a link is to fit a code that a camera reads. */
export const MAX_LABEL_BYTES = 64;

/** Of a file with a part of the log: what a phone keeps in memory while it is read. */
export const MAX_BUNDLE_BYTES: number = 32 * 1_048_576;

/** Logs in one: more rotations than a month has weeks. */
export const MAX_BUNDLE_SECTIONS = 16;

/** Entries, heads and moves of one log in one. */
export const MAX_BUNDLE_FRAMES = 4_096;

/** Longest address of a relay. */
export const MAX_URL_BYTES = 256;

/** Of a whole link, in characters: what its fields can add up to, and the app's address before them. */
export const MAX_LINK_LENGTH = 4_096;

/** Join requests put into one commit. */
export const MAX_ADDS = 16;

/** Positions of the log whose heads are kept: nobody writes knowing less of the log than this. */
export const WINDOW_LENGTH = 1_024;

/** Entries after which an ended epoch's keys are gone: what is later than that is not read any more. */
export const OLD_KEY_ENTRIES = 1_000;

/** Earlier epochs whose late messages are read. */
export const OLD_EPOCHS = 3;

/** Sealing keys of one device: the current one, and replaced ones that still open what was on its way. More repairs than these in a month are another trouble. */
export const MAX_SEALING_KEYS = 32;

/** A replaced sealing key opens for so long: nobody who was away longer knows of it (rule B12). */
export const SEALING_KEY_MS: number = 30 * 86_400_000;

/**
 * Changes of the address or of the policy that a circle may have behind it when somebody joins: half of what the counters hold,
 * so that no founder can let people into a circle whose next removal does not fit.
 */
export const MAX_CHANGES_BEFORE = 0x7fff_ffff;

/** The last day that an invite can name: clocks and calendars of devices know none after it. */
export const LAST_DAY = 99_999_999;

/** Seconds that a KeyPackage is valid from the day before it is made. MLS refuses more than 100 days. */
export const KEY_PACKAGE_LIFETIME = 90 * 86_400;

/**
 * Of a KeyPackage in a join request. Ours have some 700 bytes and a name; a larger one would only make the commit that lets
 * its owner in, and the tree from then on, larger for everybody.
 */
export const MAX_KEY_PACKAGE_BYTES = 2_048;

/** Entries that one commit may take beside its manifest. */
export const MAX_FRAGMENTS = 16;

/** Of a part of a commit: what an entry of the largest size holds, without the key that opens the whole and what marks it. */
export const FRAGMENT_LENGTH = 65_200;

/** Of a commit in several entries: the parts that there may be hold a little less. */
export const MAX_FRAGMENTED_BYTES: number = Math.min(
  1_048_576,
  MAX_FRAGMENTS * FRAGMENT_LENGTH,
);

/** Commits in several entries that may be under way at once: what a reader keeps of them stays below 10 MiB. */
export const MAX_STEWARD_SETS = 8;

/** Of members who are no stewards: they make such commits only where a circle has lost its stewards. */
export const MAX_MEMBER_SETS = 2;
