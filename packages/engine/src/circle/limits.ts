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

/** Settings are reserved: no bytes are accepted yet, and a codec that reads more would have to judge them. */
export const MAX_SETTINGS_BYTES = 1_024;

/** Each of a link's two labels, in bytes of UTF-8: a link is to fit a code that a camera reads. */
export const MAX_LABEL_BYTES = 64;

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

/** Sealing keys of one device: the current one, and replaced ones that still open what was on its way. */
export const MAX_SEALING_KEYS = 4;

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
