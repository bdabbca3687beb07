// Bounds of the codecs, each with its reason (docs/spec/bytes.md, "Bounds").

/** The largest value, and so the longest vector in bytes, that a variable-length integer of RFC 9420 section 2.1.2 can state. */
export const MAX_VARINT = 2 ** 30 - 1;

/**
 * How many items `readVectorOf` takes unless told otherwise. One hostile octet can become an object of a hundred
 * bytes, so the bytes that arrived are no bound by themselves. The largest list there is, the ratchet tree of 1,000
 * devices, has 2,047 nodes; this leaves room for circles 32 times as large.
 */
export const DEFAULT_MAX_ITEMS = 65_536;
