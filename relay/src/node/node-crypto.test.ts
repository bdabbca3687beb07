// Vectors: FIPS 180-4 and RFC 8032, 7.1.

import { decodeHex, encodeHex, encodeUtf8 } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { sha256, verifyEd25519 } from "./node-crypto.ts";

const publicKey = hex(
  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
);
const message = hex("72");
const signature = hex(
  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
);

function hex(text: string): Uint8Array {
  const bytes = decodeHex(text);
  return bytes.ok ? bytes.value : new Uint8Array();
}

describe("the relay's cryptography", () => {
  it("[RN-19] hashes as published", () => {
    expect(encodeHex(sha256(encodeUtf8("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("[RN-19] takes a published signature and none that differs in a bit", () => {
    expect(verifyEd25519(publicKey, message, signature)).toBe(true);
    for (const at of [0, 31, 32, 63]) {
      const other = signature.slice();
      other[at] = (other[at] ?? 0) ^ 1;
      expect(verifyEd25519(publicKey, message, other)).toBe(false);
    }
    expect(verifyEd25519(publicKey, hex("73"), signature)).toBe(false);
  });

  it("[RN-19] answers false for keys and signatures that are none", () => {
    const none = new Uint8Array();
    expect(verifyEd25519(none, message, signature)).toBe(false);
    expect(verifyEd25519(publicKey, message, none)).toBe(false);
    const noPoint = new Uint8Array(32).fill(0xff);
    expect(verifyEd25519(noPoint, message, signature)).toBe(false);
  });
});
