// Hybrid public-key encryption, base mode, one message per encapsulation (RFC 9180, 5.1.1 and 6.1). The KEM and the
// AEAD are values; the KDF is HKDF-SHA256. docs/spec/crypto.md, "Hybrid public-key encryption".

import { concatBytes, encodeUtf8, err, ok, type Result } from "@halqa/bytes";
import { malformed, notOpened, type Aead, type OpenError } from "./aead.ts";
import type { Kem, KeyPair } from "./kem.ts";
import { labeledExpand, labeledExtract, NO_SALT } from "./labeled-hkdf.ts";
import type { RandomBytes } from "./random.ts";
import type { WeakPoint } from "./x25519.ts";

export interface HpkeSuite {
  readonly kem: Kem;
  readonly aead: Aead;
}

interface HpkeMessage {
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const MODE_BASE = 0x00;
const KDF_HKDF_SHA256 = 0x0001;
const SECRET_LENGTH = 32;
const NOTHING = new Uint8Array();

/** SealBase of RFC 9180, 6.1: `plaintext` for the holder of `publicKey`, bound to `info` and `aad`. */
export function hpkeSeal(
  suite: HpkeSuite,
  input: {
    readonly publicKey: Uint8Array;
    readonly info: Uint8Array;
    readonly aad: Uint8Array;
    readonly plaintext: Uint8Array;
    readonly random: RandomBytes;
  },
): Result<HpkeMessage, WeakPoint> {
  const { publicKey, info, aad, plaintext, random } = input;
  const encapsulated = suite.kem.encap(publicKey, random);
  if (!encapsulated.ok) return encapsulated;
  const { enc, sharedSecret } = encapsulated.value;
  const keys = deriveAeadKeys(suite, sharedSecret, info);
  return ok({ enc, ciphertext: suite.aead.seal({ ...keys, aad, plaintext }) });
}

/** OpenBase of RFC 9180, 6.1, for any bytes as `enc` and `ciphertext`. */
export function hpkeOpen(
  suite: HpkeSuite,
  input: {
    readonly keyPair: KeyPair;
    readonly enc: Uint8Array;
    readonly info: Uint8Array;
    readonly aad: Uint8Array;
    readonly ciphertext: Uint8Array;
  },
): Result<Uint8Array, OpenError> {
  const { keyPair, enc, info, aad, ciphertext } = input;
  const { kem, aead } = suite;
  if (enc.length !== kem.encLength || ciphertext.length < aead.tagLength) {
    return err(malformed);
  }
  const decapsulated = kem.decap(enc, keyPair);
  if (!decapsulated.ok) return err(notOpened);
  const keys = deriveAeadKeys(suite, decapsulated.value, info);
  return aead.open({ ...keys, aad, ciphertext });
}

/** SendExportBase of RFC 9180, 6.2: a secret that the holder of `publicKey` derives too, and nobody else. */
export function hpkeSendExport(
  suite: HpkeSuite,
  input: {
    readonly publicKey: Uint8Array;
    readonly info: Uint8Array;
    readonly context: Uint8Array;
    readonly length: number;
    readonly random: RandomBytes;
  },
): Result<
  { readonly enc: Uint8Array; readonly secret: Uint8Array },
  WeakPoint
> {
  const encapsulated = suite.kem.encap(input.publicKey, input.random);
  if (!encapsulated.ok) return encapsulated;
  const { enc, sharedSecret } = encapsulated.value;
  return ok({ enc, secret: deriveExport(suite, sharedSecret, input) });
}

/** ReceiveExportBase of RFC 9180, 6.2, for any bytes as `enc`. */
export function hpkeReceiveExport(
  suite: HpkeSuite,
  input: {
    readonly keyPair: KeyPair;
    readonly enc: Uint8Array;
    readonly info: Uint8Array;
    readonly context: Uint8Array;
    readonly length: number;
  },
): Result<Uint8Array, OpenError> {
  if (input.enc.length !== suite.kem.encLength) return err(malformed);
  const decapsulated = suite.kem.decap(input.enc, input.keyPair);
  if (!decapsulated.ok) return err(notOpened);
  return ok(deriveExport(suite, decapsulated.value, input));
}

function deriveAeadKeys(
  suite: HpkeSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
): { key: Uint8Array; nonce: Uint8Array } {
  const { keyLength, nonceLength } = suite.aead;
  const { suiteId, secret, context } = scheduleKeys(suite, sharedSecret, info);
  return {
    key: labeledExpand(suiteId, secret, {
      label: "key",
      info: context,
      length: keyLength,
    }),
    // The nonce of the first and only message is the base nonce itself (5.2).
    nonce: labeledExpand(suiteId, secret, {
      label: "base_nonce",
      info: context,
      length: nonceLength,
    }),
  };
}

function deriveExport(
  suite: HpkeSuite,
  sharedSecret: Uint8Array,
  input: { info: Uint8Array; context: Uint8Array; length: number },
): Uint8Array {
  const schedule = scheduleKeys(suite, sharedSecret, input.info);
  const exporterSecret = labeledExpand(schedule.suiteId, schedule.secret, {
    label: "exp",
    info: schedule.context,
    length: SECRET_LENGTH,
  });
  return labeledExpand(schedule.suiteId, exporterSecret, {
    label: "sec",
    info: input.context,
    length: input.length,
  });
}

interface Schedule {
  readonly suiteId: Uint8Array;
  readonly secret: Uint8Array;
  readonly context: Uint8Array;
}

// KeySchedule of RFC 9180, 5.1, without a pre-shared key.
function scheduleKeys(
  suite: HpkeSuite,
  sharedSecret: Uint8Array,
  info: Uint8Array,
): Schedule {
  const { suiteId, contextStart } = describeSuite(suite);
  const infoHash = labeledExtract(suiteId, NO_SALT, {
    label: "info_hash",
    ikm: info,
  });
  return {
    suiteId,
    secret: labeledExtract(suiteId, sharedSecret, {
      label: "secret",
      ikm: NOTHING,
    }),
    context: concatBytes(contextStart, infoHash),
  };
}

interface SuiteDescription {
  readonly suiteId: Uint8Array;
  /** mode || psk_id_hash: what the key schedule's context begins with, the same for every message of a suite. */
  readonly contextStart: Uint8Array;
}

const descriptions = new WeakMap<HpkeSuite, SuiteDescription>();

function describeSuite(suite: HpkeSuite): SuiteDescription {
  const known = descriptions.get(suite);
  if (known !== undefined) return known;
  const ids = [suite.kem.id, KDF_HKDF_SHA256, suite.aead.id];
  const suiteId = concatBytes(
    encodeUtf8("HPKE"),
    ...ids.map((id) => Uint8Array.of(id >> 8, id & 0xff)),
  );
  const pskIdHash = labeledExtract(suiteId, NO_SALT, {
    label: "psk_id_hash",
    ikm: NOTHING,
  });
  const contextStart = concatBytes(Uint8Array.of(MODE_BASE), pskIdHash);
  const description = { suiteId, contextStart };
  descriptions.set(suite, description);
  return description;
}
