// The key that wake-ups are signed with (VAPID, RFC 8292; docs/spec/relay.md, RL-62): a key on P-256 of its own, made at
// the first start with waking on. Browsers bind a registration to its public half.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { join } from "node:path";
import {
  assertInvariant,
  concatBytes,
  decodeBase64url,
  encodeBase64url,
  err,
  ok,
  type Result,
} from "@halqa/bytes";
import { loadKeyFile } from "../key-file.ts";
import type { KeyFault } from "../relay-key.ts";

export interface PushKey {
  /** Uncompressed. */
  readonly publicKey: Uint8Array;
  /** In base64url, as `web-push` takes them. */
  readonly publicText: string;
  readonly secretText: string;
}

export const PUSH_KEY_FILE = "push.key";

/** The key in this folder; makes one where there is none. The caller holds the folder's lock. */
export function loadPushKey(folder: string): Result<PushKey, KeyFault> {
  const pem = loadKeyFile(folder, PUSH_KEY_FILE, createPem);
  if (!pem.ok) return pem;
  const secret = parseSecret(pem.value);
  return secret === undefined
    ? err({ kind: "key-damaged", file: join(folder, PUSH_KEY_FILE) })
    : ok(keyOf(secret));
}

function parseSecret(pem: Uint8Array): KeyObject | undefined {
  try {
    const secret = createPrivateKey({ key: Buffer.from(pem), format: "pem" });
    const curve = secret.asymmetricKeyDetails?.namedCurve;
    return curve === "prime256v1" ? secret : undefined;
  } catch {
    // Whatever this is, it is no key: the start ends with a sentence that says so.
    return undefined;
  }
}

function createPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function keyOf(secret: KeyObject): PushKey {
  const { x, y } = createPublicKey(secret).export({ format: "jwk" });
  const { d: secretText } = secret.export({ format: "jwk" });
  const [left, right] = [decodeBase64url(x ?? ""), decodeBase64url(y ?? "")];
  assertInvariant(
    left.ok && right.ok && secretText !== undefined,
    "Node names a key on P-256 in base64url",
  );
  const publicKey = concatBytes(Uint8Array.of(4), left.value, right.value);
  return { publicKey, publicText: encodeBase64url(publicKey), secretText };
}
