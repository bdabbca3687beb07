/** What of a backlog is cryptography that every reader has to do: the operations for one message, one after the other, and nothing around them. */
import {
  chacha20Poly1305,
  createEd25519Signer,
  createSystemRandom,
  ed25519Verify,
  hkdfExpand,
  sha256,
  xchacha20Poly1305,
} from "@halqa/crypto";

const ENTRY = 3_840;
const MESSAGE = 400;
const RECORD = 256;
/** A step of the sender's ratchet is three keys, and what hides the sender two more. */
const KEYS = 5;
/** The item, and that its id has counted. */
const RECORDS = 2;

/** The milliseconds that so many messages cost. */
export function cryptographyOf(count: number): number {
  const random = createSystemRandom();
  const aad = new Uint8Array(64);
  const key = random(32);
  const nonce = random(24);
  const short = random(12);
  const entry = xchacha20Poly1305.seal({
    key,
    nonce,
    aad,
    plaintext: random(ENTRY - 40),
  });
  const message = random(MESSAGE);
  const sealed = chacha20Poly1305.seal({
    key,
    nonce: short,
    aad,
    plaintext: message,
  });
  const signer = createEd25519Signer(random(32));
  const signature = signer.sign(message);
  const record = random(RECORD);
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    sha256(entry);
    xchacha20Poly1305.open({ key, nonce, aad, ciphertext: entry });
    for (let at = 0; at < KEYS; at++) hkdfExpand(key, aad, 32);
    chacha20Poly1305.open({ key, nonce: short, aad, ciphertext: sealed });
    ed25519Verify(signer.publicKey, message, signature);
    for (let at = 0; at < RECORDS; at++)
      xchacha20Poly1305.seal({
        key,
        nonce: random(24),
        aad,
        plaintext: record,
      });
  }
  return performance.now() - start;
}
