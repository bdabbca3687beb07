// Generated passphrases (docs/spec/backup.md, "Generated passphrases"): words of BIP39's English list, drawn evenly.

import { assertInvariant } from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";

/** Each word is one of 2,048. */
export const BITS_PER_WORD = 11;

/** What is offered unless a person asks for less: 66 bits. */
export const DEFAULT_PASSPHRASE_WORDS = 6;

/** The fewest: 55 bits, which at Argon2id's price are beyond a guesser with a rack of machines. */
export const MIN_PASSPHRASE_WORDS = 5;

const MAX_PASSPHRASE_WORDS = 24;

/** Words with a space between them, for somebody to write down or to learn. */
export function generatePassphrase(
  random: RandomBytes,
  words = DEFAULT_PASSPHRASE_WORDS,
): string {
  assertInvariant(
    words >= MIN_PASSPHRASE_WORDS && words <= MAX_PASSPHRASE_WORDS,
    "a generated passphrase has 5 to 24 words",
  );
  const drawn = random(2 * words);
  const view = new DataView(drawn.buffer, drawn.byteOffset, drawn.length);
  // 2,048 divides 65,536: every word is as likely as any other.
  return Array.from({ length: words }, (_, i) =>
    wordAt(view.getUint16(2 * i) % 2 ** BITS_PER_WORD),
  ).join(" ");
}

function wordAt(index: number): string {
  const word = wordlist[index];
  assertInvariant(word !== undefined, "the list has 2,048 words");
  return word;
}
