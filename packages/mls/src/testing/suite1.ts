/**
 * Suite 0x0001 (MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519), for tests only: official vectors use it, the product has no AES.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { err, ok } from "@halqa/bytes";
import { dhkemX25519 } from "@halqa/crypto";
import type { Aead } from "@halqa/crypto";
import { createSuite, suite3 } from "../suite.ts";
import type { Suite } from "../suite.ts";

const ALGORITHM = "aes-128-gcm";
const TAG_LENGTH = 16;

export const aes128Gcm: Aead = {
  name: "AES-128-GCM",
  id: 0x0001,
  keyLength: 16,
  nonceLength: 12,
  tagLength: TAG_LENGTH,
  seal: ({ key, nonce, aad, plaintext }) => {
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(aad);
    return new Uint8Array(
      Buffer.concat([
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ]),
    );
  },
  open: ({ key, nonce, aad, ciphertext }) => {
    if (ciphertext.length < TAG_LENGTH) return err({ kind: "malformed" });
    const decipher = createDecipheriv(ALGORITHM, key, nonce).setAAD(aad);
    decipher.setAuthTag(ciphertext.subarray(-TAG_LENGTH));
    try {
      const body = decipher.update(ciphertext.subarray(0, -TAG_LENGTH));
      return ok(new Uint8Array(Buffer.concat([body, decipher.final()])));
    } catch {
      return err({ kind: "not-opened" });
    }
  },
};

export const suite1: Suite = createSuite({
  id: 0x0001,
  kem: dhkemX25519,
  aead: aes128Gcm,
});

/** The suites that the official vectors are checked in, by number. */
export const vectorSuites: ReadonlyMap<number, Suite> = new Map(
  [suite1, suite3].map((suite) => [suite.id, suite]),
);
