// Our named operations beside bare libsodium (what the wrapper around the wrapper costs) and @noble/* (the best peer in
// plain JavaScript). `npm run bench -- crypto`.

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { expand } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import sodium from "libsodium-wrappers-sumo";
import {
  ARGON2ID_FLOOR,
  createEd25519Signer,
  deriveArgon2id,
  dhkemX25519,
  ed25519Verify,
  hkdfExpand,
  hmacSha256,
  hpkeOpen,
  hpkeSeal,
  openEnvelope,
  ready,
  sealEnvelope,
  sha256,
  x25519,
  xchacha20Poly1305,
} from "@halqa/crypto";
import {
  createSeededRandom,
  type Bench,
  type BenchCase,
  type BenchSubject,
} from "@halqa/testkit";
import * as oracle from "../testing/hpke-oracle.ts";
import { valueOf } from "../testing/outcome.ts";

const random = createSeededRandom("bench").bytes;
const key = random(32);
const nonce = random(24);
const aad = random(49);
const kilobyte = random(1024);
const hundred = random(100);

export const bench: Bench = {
  name: "crypto",
  setup: async () => {
    await ready;
    return [
      ...hashes(),
      ...curves(),
      ...hpke(),
      sealing("XChaCha20-Poly1305, seal 1 KiB", kilobyte, 200),
      sealing("XChaCha20-Poly1305, seal 64 KiB", random(65_536), 10),
      ...envelopes(),
      passphrase(),
    ];
  },
};

function hashes(): BenchCase[] {
  const info = random(60);
  const block = Uint8Array.of(...info, 1);
  return [
    compare("SHA-256 of 1 KiB", 200, {
      halqa: () => sha256(kilobyte),
      libsodium: () => sodium.crypto_hash_sha256(kilobyte),
      noble: () => nobleSha256(kilobyte),
    }),
    compare("HMAC-SHA-256 of 100 B", 500, {
      halqa: () => hmacSha256(key, hundred),
      libsodium: () => sodium.crypto_auth_hmacsha256(hundred, key),
      noble: () => hmac(nobleSha256, key, hundred),
    }),
    compare("HKDF-Expand to 32 B", 500, {
      halqa: () => hkdfExpand(key, info, 32),
      libsodium: () => sodium.crypto_auth_hmacsha256(block, key),
      noble: () => expand(nobleSha256, key, info, 32),
    }),
  ];
}

function curves(): BenchCase[] {
  const publicKey = sodium.crypto_scalarmult_base(random(32));
  const signer = createEd25519Signer(key);
  const { privateKey } = sodium.crypto_sign_seed_keypair(key);
  const signature = signer.sign(hundred);
  return [
    compare("X25519", 20, {
      halqa: () => x25519(key, publicKey),
      libsodium: () => sodium.crypto_scalarmult(key, publicKey),
      noble: () => nobleX25519.getSharedSecret(key, publicKey),
    }),
    compare("Ed25519, sign 100 B", 20, {
      halqa: () => signer.sign(hundred),
      libsodium: () => sodium.crypto_sign_detached(hundred, privateKey),
      noble: () => ed25519.sign(hundred, key),
    }),
    compare("Ed25519, verify 100 B", 20, {
      halqa: () => ed25519Verify(signer.publicKey, hundred, signature),
      libsodium: () =>
        sodium.crypto_sign_verify_detached(
          signature,
          hundred,
          signer.publicKey,
        ),
      noble: () =>
        ed25519.verify(signature, hundred, signer.publicKey, { zip215: false }),
    }),
  ];
}

function hpke(): BenchCase[] {
  const suite = { kem: dhkemX25519, aead: xchacha20Poly1305 };
  const keyPair = dhkemX25519.deriveKeyPair(key);
  const { publicKey, secretKey } = keyPair;
  const message = { info: hundred, aad };
  const plaintext = random(32);
  const sealed = valueOf(
    hpkeSeal(suite, { ...message, publicKey, plaintext, random }),
  );
  const { enc, ciphertext } = sealed;
  const openWithNoble = (): Uint8Array => {
    const receiver = publicKey;
    const secret = oracle.agree({ secretKey, peer: enc, enc, receiver });
    const keys = oracle.setUp(0xff03, secret, hundred);
    return oracle.openFirst(0xff03, keys, { aad, ciphertext });
  };
  // The least that the curve costs: two multiplications to seal, one to open.
  const multiply = (): unknown => sodium.crypto_scalarmult(key, publicKey);
  return [
    compare("HPKE, seal 32 B", 10, {
      halqa: () =>
        hpkeSeal(suite, { ...message, publicKey, plaintext, random }),
      "libsodium's share": () => [
        sodium.crypto_scalarmult_base(key),
        multiply(),
      ],
    }),
    compare("HPKE, open 32 B", 10, {
      halqa: () => hpkeOpen(suite, { ...message, keyPair, ...sealed }),
      "libsodium's share": multiply,
      noble: openWithNoble,
    }),
  ];
}

function sealing(
  name: string,
  plaintext: Uint8Array,
  iterations: number,
): BenchCase {
  return compare(name, iterations, {
    halqa: () => xchacha20Poly1305.seal({ key, nonce, aad, plaintext }),
    libsodium: () => sealBare(plaintext),
    noble: () => xchacha20poly1305(key, nonce, aad).encrypt(plaintext),
  });
}

function envelopes(): BenchCase[] {
  const logId = random(32);
  const message = random(3000);
  const padded = random(3800);
  const body = valueOf(sealEnvelope({ key, logId, message, random }));
  const sealed = sealBare(padded);
  return [
    compare("envelope of 4 KiB, seal", 100, {
      halqa: () => sealEnvelope({ key, logId, message, random: () => nonce }),
      libsodium: () => sealBare(padded),
      noble: () => xchacha20poly1305(key, nonce, aad).encrypt(padded),
    }),
    compare("envelope of 4 KiB, open", 100, {
      halqa: () => openEnvelope({ keys: [key], logId, body }),
      libsodium: () =>
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
          null,
          sealed,
          aad,
          nonce,
          key,
        ),
      noble: () => xchacha20poly1305(key, nonce, aad).decrypt(sealed),
    }),
  ];
}

function passphrase(): BenchCase {
  const salt = random(16);
  const { passes, memoryKiB } = ARGON2ID_FLOOR;
  const subjects = {
    halqa: () =>
      deriveArgon2id({
        passphrase: hundred,
        salt,
        parameters: ARGON2ID_FLOOR,
      }),
    libsodium: () =>
      sodium.crypto_pwhash(
        32,
        hundred,
        salt,
        passes,
        memoryKiB * 1024,
        sodium.crypto_pwhash_ALG_ARGON2ID13,
      ),
    noble: () =>
      argon2id(hundred, salt, { t: passes, m: memoryKiB, p: 1, dkLen: 32 }),
  };
  const name = "Argon2id, 2 passes over 19 MiB";
  return { ...compare(name, 1, subjects), unit: "ms", runs: 5 };
}

function sealBare(plaintext: Uint8Array): Uint8Array {
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    aad,
    null,
    nonce,
    key,
  );
}

function compare(
  name: string,
  iterations: number,
  runs: Readonly<Record<string, () => unknown>>,
): BenchCase {
  const subjects = Object.entries(runs).map(([subject, run]): BenchSubject => ({
    name: subject,
    run,
    iterations,
  }));
  return { case: name, unit: "us", subjects };
}
