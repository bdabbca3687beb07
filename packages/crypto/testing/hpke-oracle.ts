// RFC 9180 in base mode a second time, on @noble/* and straight from the RFC's pseudocode: the independent opinion that
// our HPKE is compared with. Shares no line and no library with src.

import { chacha20poly1305, xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  concatBytes as concat,
  utf8ToBytes as ascii,
} from "@noble/hashes/utils.js";

const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);
const none = new Uint8Array();
const kemSuite = concat(ascii("KEM"), u16(0x0020));

const aeads = {
  0x0003: { cipher: chacha20poly1305, nonceLength: 12 },
  0xff03: { cipher: xchacha20poly1305, nonceLength: 24 },
} as const;

export type AeadId = keyof typeof aeads;

/** Everything that the RFC's vectors list of one setup. */
export function setUp(
  aeadId: AeadId,
  sharedSecret: Uint8Array,
  info: Uint8Array,
) {
  const suite = concat(ascii("HPKE"), u16(0x0020), u16(1), u16(aeadId));
  const context = concat(
    Uint8Array.of(0),
    labeledExtract({ suite, salt: none, label: "psk_id_hash", ikm: none }),
    labeledExtract({ suite, salt: none, label: "info_hash", ikm: info }),
  );
  const secret = labeledExtract({
    suite,
    salt: sharedSecret,
    label: "secret",
    ikm: none,
  });
  const derive = (label: string, length: number): Uint8Array =>
    labeledExpand({ suite, prk: secret, label, info: context, length });
  const exporterSecret = derive("exp", 32);
  return {
    context,
    secret,
    key: derive("key", 32),
    baseNonce: derive("base_nonce", aeads[aeadId].nonceLength),
    exporterSecret,
    exportSecret: (exporterContext: Uint8Array, length: number): Uint8Array =>
      labeledExpand({
        suite,
        prk: exporterSecret,
        label: "sec",
        info: exporterContext,
        length,
      }),
  };
}

export function deriveSecretKey(ikm: Uint8Array): Uint8Array {
  const suite = kemSuite;
  const prk = labeledExtract({ suite, salt: none, label: "dkp_prk", ikm });
  return labeledExpand({ suite, prk, label: "sk", info: none, length: 32 });
}

/** The shared secret of DHKEM, from the sender's side (secret of enc) or the receiver's: the exchange is the same. */
export function agree(input: {
  secretKey: Uint8Array;
  peer: Uint8Array;
  enc: Uint8Array;
  receiver: Uint8Array;
}): Uint8Array {
  const suite = kemSuite;
  const dh = x25519.getSharedSecret(input.secretKey, input.peer);
  const prk = labeledExtract({ suite, salt: none, label: "eae_prk", ikm: dh });
  const info = concat(input.enc, input.receiver);
  return labeledExpand({
    suite,
    prk,
    label: "shared_secret",
    info,
    length: 32,
  });
}

export function openFirst(
  aeadId: AeadId,
  keys: { key: Uint8Array; baseNonce: Uint8Array },
  message: { aad: Uint8Array; ciphertext: Uint8Array },
): Uint8Array {
  const { cipher } = aeads[aeadId];
  return cipher(keys.key, keys.baseNonce, message.aad).decrypt(
    message.ciphertext,
  );
}

function labeledExtract(input: {
  suite: Uint8Array;
  salt: Uint8Array;
  label: string;
  ikm: Uint8Array;
}): Uint8Array {
  const { suite, salt, label, ikm } = input;
  const labeled = concat(ascii("HPKE-v1"), suite, ascii(label), ikm);
  return extract(sha256, labeled, salt);
}

function labeledExpand(input: {
  suite: Uint8Array;
  prk: Uint8Array;
  label: string;
  info: Uint8Array;
  length: number;
}): Uint8Array {
  const { suite, prk, label, info, length } = input;
  const labeled = concat(
    u16(length),
    ascii("HPKE-v1"),
    suite,
    ascii(label),
    info,
  );
  return expand(sha256, prk, labeled, length);
}
