/** A KeyPackage with its private half, as its owner stores it until the Welcome comes (docs/spec/mls-profile.md, ML-83). */
import {
  decode,
  encode,
  equalBytes,
  failReader,
  readU8,
  writeU8,
  writeVector,
} from "@halqa/bytes";
import type { DecodeError, Result } from "@halqa/bytes";
import { readKeyPackage, writeKeyPackage } from "../structs/key-package.ts";
import { readKeyPair, readSeed, writeKeyPair } from "./key-codec.ts";
import type { OwnKeyPackage } from "./key-package.ts";

const VERSION = 1;

export function encodeOwnKeyPackage(own: OwnKeyPackage): Uint8Array {
  return encode((writer) => {
    writeU8(writer, VERSION);
    writeKeyPackage(writer, own.keyPackage);
    writeKeyPair(writer, own.initKey);
    writeKeyPair(writer, own.leafKey);
    writeVector(writer, own.signatureSeed);
  });
}

/**
 * The KeyPackage that was encoded. Halves that speak of other public keys are refused here; that the private keys are the
 * right ones is asked by `joinGroup`, which knows the suite.
 */
export function decodeOwnKeyPackage(
  bytes: Uint8Array,
): Result<OwnKeyPackage, DecodeError> {
  return decode(bytes, (reader) => {
    if (readU8(reader) !== VERSION) failReader(reader, "invalid");
    const own = {
      keyPackage: readKeyPackage(reader),
      initKey: readKeyPair(reader),
      leafKey: readKeyPair(reader),
      signatureSeed: readSeed(reader),
    };
    const { initKey, leafNode } = own.keyPackage;
    if (
      !equalBytes(own.initKey.publicKey, initKey) ||
      !equalBytes(own.leafKey.publicKey, leafNode.encryptionKey)
    )
      failReader(reader, "invalid");
    return own;
  });
}
