// The bounds of what members send each other and of what is kept of it, each with its reason (docs/spec/content.md,
// "Limits"). Lengths are in bytes of UTF-8 unless a name says otherwise.

/** An id of an entry or an item: 128 bits, so that two never meet by chance. */
export const ID_BYTES = 16;
/** A public key: a member's, an invite's, or one to seal to. */
export const KEY_BYTES = 32;
/** A signature. */
export const SIGNATURE_BYTES = 64;

/**
 * A whole content. With the envelope and the MLS framing around it, which take less than 3,840 bytes, it still fits
 * the largest stored body of 65,280 bytes: no content needs fragments.
 */
export const MAX_CONTENT_BYTES = 61_440;
/** A few for each feature that adds to a content; more would only be a way to make the reader work. */
export const MAX_EXTENSIONS = 16;

/** Several pages of a book. Short texts fit the smallest envelope, this much the largest, with room for additions. */
export const MAX_TEXT_BYTES = 16_384;

/** Long enough for two given names and two family names in any script. */
export const MAX_NAME_CODE_POINTS = 64;
export const MAX_NAME_BYTES = 256;

/** Two lines on a phone. */
export const MAX_TITLE_CODE_POINTS = 200;
export const MAX_TITLE_BYTES = 800;
/** An address with directions, or a link. */
export const MAX_PLACE_CODE_POINTS = 300;
export const MAX_PLACE_BYTES = 1_200;
/** Two pages of agenda. */
export const MAX_AGENDA_BYTES = 8_192;
/** A week: whatever lasts longer is several meetings. */
export const MAX_NOTICE_MINUTES = 10_080;
/** The longest IANA zone name has 32 characters; the rest is room. */
export const MAX_ZONE_BYTES = 64;

/** The longest emoji sequence that Unicode recommends has 10 code points and 41 bytes; the rest is room. */
export const MAX_EMOJI_CODE_POINTS = 16;
export const MAX_EMOJI_BYTES = 64;

/** Members that one text mentions: beyond that it speaks to all of them. */
export const MAX_MENTIONS = 64;

/** Pictures of one evening. With all thumbnails and the longest text they still fit one content. */
export const MAX_ATTACHMENTS = 10;
/** Pieces of at most 1 MiB: 64 MiB, more than anyone should send over a phone's connection. */
export const MAX_ATTACHMENT_CHUNKS = 64;
/** A picture of some 100 points, blurred; anything better is a blob. */
export const MAX_THUMBNAIL_BYTES = 2_048;
/** What file systems take. */
export const MAX_FILE_NAME_BYTES = 255;
export const MAX_FILE_NAME_CODE_POINTS = 200;
/** Twice the longest registered name. */
export const MAX_MEDIA_TYPE_BYTES = 127;

/** A year and a leap day: what should stay longer does not disappear. */
export const MAX_LIFETIME_MINUTES = 527_040;

/** Earlier words that an edited message keeps, and how many bytes of them: what shows that something changed. */
export const MAX_EARLIER_TEXTS = 8;
export const MAX_EARLIER_BYTES = 2_048;

/** A motion in full belongs into a notice or a message. */
export const MAX_QUESTION_CODE_POINTS = 300;
export const MAX_QUESTION_BYTES = 1_200;
export const MAX_OPTION_CODE_POINTS = 100;
export const MAX_OPTION_BYTES = 400;
/** More than fits a phone's screen nobody compares. */
export const MAX_OPTIONS = 20;
/** Votes that a closing names: three times the members that circles are made for, and they fit one content. */
export const MAX_COUNTED = 3_072;

/** More than anyone looks at; whoever pins so much is seen and can be stopped. */
export const MAX_PINNED = 256;

/** Combining marks in a row: pointed Arabic and Hebrew need 3; piles of them cover the lines above. */
export const MAX_STACKED_MARKS = 5;

/**
 * People whose reaction or answer one item keeps: as many as a circle has members at most. A full item takes 190 KB;
 * each person can fill one place only.
 */
export const MAX_PEOPLE = 4_096;

/** As many boxes of the largest size as surely fit one content; for more stewards' devices there are more contents. */
export const MAX_SECRET_BOXES = 128;
/** An inbox's keys and the sealed box around them take less than half of this. */
export const MAX_SECRET_BOX_BYTES = 384;

/** Devices of 64 stewards, five each, and of the author. */
export const MAX_SEALED_BOXES = 330;
/** What is sealed to stewards is padded to one of four lengths, and carries a tag of 16. */
export const SEALED_PADDED_BYTES: readonly number[] = [
  256, 1_024, 4_096, 16_384,
];
export const SEALED_BODY_BYTES: readonly number[] = SEALED_PADDED_BYTES.map(
  (length) => length + 16,
);

/** What a list of circles or a reply shows of a text: two lines on a phone. */
export const EXCERPT_CODE_POINTS = 140;

/** Above this a list says "999 and more"; the list takes 4 KB at most. */
export const MAX_UNREAD = 999;
/** Meetings that have not ended, soonest first. Whoever floods the list is seen and can be removed. */
export const MAX_UPCOMING = 256;

/** Messages that one content asks for: what one grace of waiting can bring together. */
export const MAX_MISSING = 16;
/** Of what a steward passes on: the longest notice with room, so that the whole fits one content. */
export const MAX_SHARED_BYTES = 24_576;
