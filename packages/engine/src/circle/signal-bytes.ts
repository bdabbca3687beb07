/** Telling what devices say to each other from what belongs to the list, without decoding it. */
import { FIRST_SIGNAL_CODE } from "@halqa/model";

const CODE_AT = 1;
const CODE_END = 3;

/**
 * Whether a content is one that no list shows (docs/spec/content.md, CT-4): version and code stand at one place in all
 * versions, so that members of every version say the same. What is too short is none, and no content either.
 */
export function isSignalBytes(content: Uint8Array): boolean {
  const [high = 0, low = 0] = content.slice(CODE_AT, CODE_END);
  return content.length >= CODE_END && high * 256 + low >= FIRST_SIGNAL_CODE;
}
