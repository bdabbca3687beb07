// Keys as clients make them, from seeds that never leave a device: here they are at hand, to be searched for.

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
} from "node:crypto";
import { inboxIdOf, logIdOf } from "@halqa/protocol";
import { sha256 } from "../../src/node/node-crypto.ts";
import type {
  InboxKeys,
  LogKeys,
  TestKey,
} from "../../src/testing/relay-client.ts";
import type { Canary } from "./search.ts";

// What stands before a seed of 32 octets in the PKCS #8 form of an Ed25519 key.
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface SecretLog extends LogKeys {
  readonly secrets: readonly Canary[];
}

export interface SecretInbox extends InboxKeys {
  readonly secrets: readonly Canary[];
}

/** The keys of one address of a circle, from a secret that its members share. */
export function createSecretLog(): SecretLog {
  const logSeed = randomBytes(32);
  const [writeSeed, readSeed] = [
    derive(logSeed, "write"),
    derive(logSeed, "read"),
  ];
  const [write, read] = [keyOf(writeSeed), keyOf(readSeed)];
  return {
    id: logIdOf(sha256, write.publicKey, read.publicKey),
    write,
    read,
    secrets: [
      { name: "log seed", bytes: logSeed },
      { name: "write key", bytes: writeSeed },
      { name: "read key", bytes: readSeed },
    ],
  };
}

export function createSecretInbox(): SecretInbox {
  const seed = randomBytes(32);
  const owner = keyOf(seed);
  return {
    id: inboxIdOf(sha256, owner.publicKey),
    owner,
    sendId: Uint8Array.from(randomBytes(32)),
    secrets: [{ name: "owner key", bytes: seed }],
  };
}

function derive(seed: Uint8Array, role: string): Uint8Array {
  return createHmac("sha256", seed).update(role).digest();
}

function keyOf(seed: Uint8Array): TestKey {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    publicKey: Uint8Array.from(spki.subarray(-32)),
    sign: (message) => Uint8Array.from(sign(null, message, key)),
  };
}
