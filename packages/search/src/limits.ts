// The bounds of the index and of what is asked of it, each with its reason (docs/spec/search.md, "Limits").

/** Items of one segment: what is not in a full segment yet is read itself, and this many are read fast. */
export const SEGMENT_SPAN = 1_024;

/** Records of one segment. With usual messages each takes some 2 KB, which a store writes and reads as one piece. */
export const BUCKETS = 32;

/** Distinct grams of one text, some 250 words. A longer text is read itself, so that nobody's flood fills the index. */
export const MAX_GRAMS = 1_024;

/** Words of a query; whoever pastes a page into the field finds by its beginning. */
export const MAX_WORDS = 8;
/** Characters of a query that are looked at. */
export const MAX_QUERY_LENGTH = 256;

/** Grams of one word that are looked up: the first, the last, one in between. More would cost reads and hardly part texts. */
export const GRAMS_LOOKED_UP = 3;

/** A word shorter than this is found at the beginning of words only. */
export const GRAM_LENGTH = 3;

/** Of a folded word; nothing that is spoken is longer, and what is pasted is found by its beginning. */
export const MAX_WORD_LENGTH = 64;
