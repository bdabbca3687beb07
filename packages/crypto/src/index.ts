// The entry of @halqa/crypto: named operations on libsodium (docs/spec/crypto.md).

export {
  chacha20Poly1305,
  xchacha20Poly1305,
  type Aead,
  type OpenError,
} from "./aead.ts";
export {
  ARGON2ID_CEILING,
  ARGON2ID_DEFAULT,
  ARGON2ID_FLOOR,
  checkArgon2idParameters,
  deriveArgon2id,
  type Argon2idParameters,
} from "./argon2id.ts";
export { blake2b } from "./blake2b.ts";
export {
  createEd25519Signer,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  isEd25519PublicKey,
  type Ed25519Signer,
} from "./ed25519.ts";
export {
  ENVELOPE_SIZES,
  envelopeCapacity,
  envelopeNonce,
  openEnvelope,
  restoreEnvelope,
  sealEnvelope,
  type EnvelopeSize,
} from "./envelope.ts";
export { hkdfExpand, hkdfExtract } from "./hkdf.ts";
export { hmacSha256, verifyHmacSha256 } from "./hmac.ts";
export {
  hpkeOpen,
  hpkeReceiveExport,
  hpkeSeal,
  hpkeSendExport,
  type HpkeSuite,
} from "./hpke.ts";
export { dhkemX25519, type Kem, type KeyPair } from "./kem.ts";
export { labels, type BoxLabelName } from "./labels.ts";
export { padMessage, PADDING_OVERHEAD, unpadMessage } from "./padding.ts";
export { createSystemRandom, type RandomBytes } from "./random.ts";
export { openBox, sealBox, SEALED_BOX_OVERHEAD } from "./sealed-box.ts";
export {
  MAX_STREAM_CHUNK,
  openChunk,
  sealChunk,
  startOpening,
  startSealing,
  STREAM_CHUNK_OVERHEAD,
  type OpeningStream,
} from "./secretstream.ts";
export { sha256 } from "./sha256.ts";
export { ready } from "./sodium.ts";
export { isX25519PublicKey, x25519, x25519PublicKey } from "./x25519.ts";
