// Authenticated encryption as a value: suites choose one, and nothing else in the repository calls libsodium's.
// docs/spec/crypto.md, "Authenticated encryption".

import { assertInvariant, err, ok, type Result } from "@halqa/bytes";
import { reportSeal } from "./report-seal.ts";
import { sodium } from "./sodium.ts";

/**
 * `malformed`: the bytes cannot be of this form at all. `not-opened`: no key given opens them. Deliberately no more: which
 * check failed is of use to an attacker only.
 */
export interface OpenError {
  readonly kind: "malformed" | "not-opened";
}

export const malformed: OpenError = { kind: "malformed" };
export const notOpened: OpenError = { kind: "not-opened" };

interface SealInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
}

interface OpenInput {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export interface Aead {
  readonly name: string;
  /** The identifier in an HPKE suite (RFC 9180, 7.3). */
  readonly id: number;
  readonly keyLength: number;
  readonly nonceLength: number;
  readonly tagLength: number;
  /** Ciphertext and tag. The caller never uses one (key, nonce) twice. */
  readonly seal: (input: SealInput) => Uint8Array;
  /** The plaintext, for any bytes whatever as ciphertext. */
  readonly open: (input: OpenInput) => Result<Uint8Array, OpenError>;
}

const KEY_LENGTH = 32;
const TAG_LENGTH = 16;

/** ChaCha20-Poly1305 (RFC 8439), with its 12-byte nonce. */
export const chacha20Poly1305: Aead = createAead({
  name: "ChaCha20-Poly1305",
  id: 0x0003,
  nonceLength: 12,
  seal: ({ key, nonce, aad, plaintext }) =>
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
      plaintext,
      aad,
      null,
      nonce,
      key,
    ),
  open: ({ key, nonce, aad, ciphertext }) =>
    sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      aad,
      nonce,
      key,
    ),
});

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), whose 24-byte nonce may be random. The HPKE id is of private use. */
export const xchacha20Poly1305: Aead = createAead({
  name: "XChaCha20-Poly1305",
  id: 0xff03,
  nonceLength: 24,
  seal: ({ key, nonce, aad, plaintext }) =>
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
      plaintext,
      aad,
      null,
      nonce,
      key,
    ),
  open: ({ key, nonce, aad, ciphertext }) =>
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      ciphertext,
      aad,
      nonce,
      key,
    ),
});

/**
 * What `xchacha20Poly1305.seal` gave for this very input, once more. Of any other input under the same pair it would be the end of
 * the key: whoever calls it lets nothing out that it does not know again. Nonce watches are not told.
 */
export function repeatXChaCha20Poly1305(input: SealInput): Uint8Array {
  const { key, nonce, aad, plaintext } = input;
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    aad,
    null,
    nonce,
    key,
  );
}

interface Cipher {
  readonly name: string;
  readonly id: number;
  readonly nonceLength: number;
  readonly seal: (input: SealInput) => Uint8Array;
  /** Throws where the tag does not fit. */
  readonly open: (input: OpenInput) => Uint8Array;
}

function createAead(cipher: Cipher): Aead {
  const { name, id, nonceLength } = cipher;
  const assertLengths = (key: Uint8Array, nonce: Uint8Array): void => {
    assertInvariant(key.length === KEY_LENGTH, `${name}: wrong key length`);
    assertInvariant(
      nonce.length === nonceLength,
      `${name}: wrong nonce length`,
    );
  };
  return {
    name,
    id,
    keyLength: KEY_LENGTH,
    nonceLength,
    tagLength: TAG_LENGTH,
    seal: (input) => {
      assertLengths(input.key, input.nonce);
      reportSeal(input.key, input.nonce);
      return cipher.seal(input);
    },
    open: (input) => {
      assertLengths(input.key, input.nonce);
      if (input.ciphertext.length < TAG_LENGTH) return err(malformed);
      try {
        return ok(cipher.open(input));
      } catch {
        // With lengths checked, a tag that does not fit is what libsodium throws for.
        return err(notOpened);
      }
    },
  };
}
