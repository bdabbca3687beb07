// The relay's Ed25519 key: made at the first start, kept in the data folder for its owner alone
// (docs/spec/relay-node.md, RN-2). Clients pin its public half, so a relay never takes a second one
// by itself.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { join } from "node:path";
import {
  assertInvariant,
  decodeBase64url,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import { loadKeyFile, type KeyExposed } from "./key-file.ts";

export interface RelayKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export type KeyFault =
  /** No key of ours: another kind, or not a key at all. */
  { readonly kind: "key-damaged"; readonly file: string } | KeyExposed;

export const KEY_FILE = "relay.key";

/** The key in this folder; makes one where there is none. The caller holds the folder's lock. */
export function loadRelayKey(folder: string): Result<RelayKey, KeyFault> {
  const pem = loadKeyFile(folder, KEY_FILE, createPem);
  if (!pem.ok) return pem;
  const secret = parseSecret(pem.value);
  return secret === undefined
    ? err({ kind: "key-damaged", file: join(folder, KEY_FILE) })
    : ok(keyOf(secret));
}

function parseSecret(pem: Uint8Array): KeyObject | undefined {
  try {
    const secret = createPrivateKey({ key: Buffer.from(pem), format: "pem" });
    return secret.asymmetricKeyType === "ed25519" ? secret : undefined;
  } catch {
    // Whatever this is, it is no key: the start ends with a sentence that says so.
    return undefined;
  }
}

function createPem(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function keyOf(secret: KeyObject): RelayKey {
  const { x } = createPublicKey(secret).export({ format: "jwk" });
  const publicKey = decodeBase64url(x ?? "");
  assertInvariant(publicKey.ok, "Node names an Ed25519 key in base64url");
  return {
    publicKey: publicKey.value,
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  };
}
