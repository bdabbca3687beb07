/**
 * The number by which two members of a circle know that they have each other's keys (docs/spec/circle.md, CI-170 to CI-172). A
 * member's devices are certified by the member's key, so that one comparison holds for all of them.
 */
import {
  compareBytes,
  decodeBase64url,
  encodeBase64url,
  equalBytes,
} from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { labeledBytes } from "./derive-key.ts";
import { KEY_LENGTH } from "./field.ts";

const GROUPS = 6;
const GROUP_DIGITS = 5;
/** Of the hash, for one group. */
const GROUP_OCTETS = 5;
const CODE_PREFIX = "s1.";

export interface Pair {
  readonly circleId: Uint8Array;
  readonly own: Uint8Array;
  readonly other: Uint8Array;
}

/** Thirty digits in six groups; the same for both members, another one in every circle. */
export function safetyNumberOf({ circleId, own, other }: Pair): string {
  const keys = [own, other].toSorted(compareBytes);
  const hash = sha256(labeledBytes("safetyNumber", circleId, ...keys));
  return Array.from({ length: GROUPS }, (_, group) => {
    const octets = hash.subarray(
      group * GROUP_OCTETS,
      (group + 1) * GROUP_OCTETS,
    );
    const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
    const digits = number % 10 ** GROUP_DIGITS;
    return digits.toString().padStart(GROUP_DIGITS, "0");
  }).join(" ");
}

/** What a member's screen shows for the other's camera: circle and own key, which hide nothing from who is in the circle. */
export function safetyCodeOf({ circleId, own, other }: Pair): string {
  const bytes = new Uint8Array(3 * KEY_LENGTH);
  bytes.set(circleId);
  bytes.set(own, KEY_LENGTH);
  bytes.set(other, 2 * KEY_LENGTH);
  return CODE_PREFIX + encodeBase64url(bytes);
}

/**
 * What the other's screen says: `same` when both have the same keys of each other, `different` when they do not, and
 * `unreadable` when it is no such code. Any text may come.
 */
export function compareSafetyCode(
  { circleId, own, other }: Pair,
  text: string,
): "same" | "different" | "unreadable" {
  const trimmed = text.trim();
  if (!trimmed.startsWith(CODE_PREFIX)) return "unreadable";
  const bytes = decodeBase64url(trimmed.slice(CODE_PREFIX.length));
  if (!bytes.ok || bytes.value.length !== 3 * KEY_LENGTH) return "unreadable";
  const part = (index: number): Uint8Array =>
    bytes.value.subarray(index * KEY_LENGTH, (index + 1) * KEY_LENGTH);
  const isSame =
    equalBytes(part(0), circleId) &&
    equalBytes(part(1), other) &&
    equalBytes(part(2), own);
  return isSame ? "same" : "different";
}
