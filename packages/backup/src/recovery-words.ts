// Recovery words (docs/spec/backup.md, BK-1 to BK-3): 256 bits as 24 words of BIP39's English list, whose last word carries a
// checksum, so that a slip of the pen is noticed before a file is blamed.

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import type { RandomBytes } from "@halqa/crypto";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

export const RECOVERY_KEY_LENGTH = 32;
export const RECOVERY_WORDS = 24;

/** `at` counts from 0. The word is what was typed: to be shown to its writer and nowhere else. */
export type WordsError =
  | { readonly kind: "wrong-count"; readonly count: number }
  | {
      readonly kind: "unknown-word";
      readonly at: number;
      readonly word: string;
    }
  | { readonly kind: "wrong-checksum" };

/** A fresh key for a person's backups. */
export function createRecoveryKey(random: RandomBytes): Uint8Array {
  return random(RECOVERY_KEY_LENGTH);
}

/** The 24 words of a key. */
export function encodeRecoveryWords(key: Uint8Array): readonly string[] {
  assertInvariant(
    key.length === RECOVERY_KEY_LENGTH,
    "a recovery key has 32 bytes",
  );
  return entropyToMnemonic(key, wordlist).split(" ");
}

/** The key of words as somebody typed them: any spaces, any case. */
export function decodeRecoveryWords(
  text: string,
): Result<Uint8Array, WordsError> {
  const words = splitWords(text);
  const at = words.findIndex((word) => !known.has(word));
  if (at >= 0) return err({ kind: "unknown-word", at, word: words[at] ?? "" });
  if (words.length !== RECOVERY_WORDS)
    return err({ kind: "wrong-count", count: words.length });
  try {
    return ok(mnemonicToEntropy(words.join(" "), wordlist));
  } catch {
    // Count and words are right, so the checksum is what is left.
    return err({ kind: "wrong-checksum" });
  }
}

const known: ReadonlySet<string> = new Set(wordlist);

function splitWords(text: string): readonly string[] {
  const plain = text.normalize("NFKD").toLowerCase();
  return plain.split(/[\s,.;]+/u).filter((word) => word !== "");
}
