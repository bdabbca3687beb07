/**
 * KeyPackages: made by the client that wants to be added, checked by whoever adds it and again by every member
 * (RFC 9420, 10 and 10.1; docs/spec/mls-profile.md, ML-36 and ML-50). One is used once: its owner erases the private half
 * as soon as a Welcome for it was accepted.
 */
import { equalBytes } from "@halqa/bytes";
import type { KeyPair, RandomBytes } from "@halqa/crypto";
import { signWithLabel, verifyWithLabel } from "../labeled.ts";
import type { Credential } from "../structs/credential.ts";
import { hasDuplicateExtensions } from "../structs/extension.ts";
import type { Extension } from "../structs/extension.ts";
import { keyPackageTbs } from "../structs/key-package.ts";
import type { KeyPackage } from "../structs/key-package.ts";
import type { Capabilities, LeafNode, Lifetime } from "../structs/leaf-node.ts";
import { MLS10 } from "../structs/protocol-version.ts";
import type { Suite } from "../suite.ts";
import { signLeaf } from "../tree/leaf-signature.ts";
import { validateLeaf } from "../tree/leaf-validation.ts";
import type { Refusal } from "./outcome.ts";
import type { GroupEnv } from "./state.ts";

/** A KeyPackage with its private half; kept by its owner until the Welcome comes. */
export interface OwnKeyPackage {
  readonly keyPackage: KeyPackage;
  readonly initKey: KeyPair;
  readonly leafKey: KeyPair;
  readonly signatureSeed: Uint8Array;
}

export interface KeyPackageOptions {
  readonly signatureSeed: Uint8Array;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  readonly lifetime: Lifetime;
  readonly leafExtensions?: readonly Extension[];
  readonly extensions?: readonly Extension[];
}

/** Makes a KeyPackage with a fresh init key and a fresh leaf key, signed with the seed given. */
export function createKeyPackage(
  { suite, random }: { readonly suite: Suite; readonly random: RandomBytes },
  options: KeyPackageOptions,
): OwnKeyPackage {
  const { signatureSeed } = options;
  const initKey = suite.kem.deriveKeyPair(random(suite.kem.seedLength));
  const leafKey = suite.kem.deriveKeyPair(random(suite.kem.seedLength));
  const leafNode = signLeaf(suite, {
    seed: signatureSeed,
    leaf: {
      encryptionKey: leafKey.publicKey,
      credential: options.credential,
      capabilities: options.capabilities,
      source: { kind: "key-package", lifetime: options.lifetime },
      extensions: options.leafExtensions ?? [],
    },
    place: undefined,
  });
  const unsigned = {
    version: MLS10,
    cipherSuite: suite.id,
    initKey: initKey.publicKey,
    leafNode,
    extensions: options.extensions ?? [],
  };
  const signature = signWithLabel(suite, {
    key: signatureSeed,
    label: "KeyPackageTBS",
    content: keyPackageTbs(unsigned),
  });
  const keyPackage = { ...unsigned, signature };
  return { keyPackage, initKey, leafKey, signatureSeed };
}

/** Capabilities of a client of this package: MLS 1.0, and what the application adds to it. */
export function createCapabilities(o: {
  readonly suites: readonly number[];
  readonly credentials: readonly number[];
  readonly extensions?: readonly number[];
  readonly proposals?: readonly number[];
}): Capabilities {
  return {
    versions: [MLS10],
    cipherSuites: o.suites,
    extensions: o.extensions ?? [],
    proposals: o.proposals ?? [],
    credentials: o.credentials,
  };
}

/**
 * Whether the KeyPackage may be added at all. With `now` (seconds since 1970) its lifetime is compared with the clock,
 * which only the member who adds it does (ML-36).
 */
export function validateKeyPackage(
  env: GroupEnv,
  o: {
    readonly keyPackage: KeyPackage;
    readonly now?: bigint | undefined;
    readonly checkSignature?: boolean;
  },
): Refusal | undefined {
  const fault = checkLeafOfKeyPackage(env, o) ?? checkAroundLeaf(env.suite, o);
  return fault === undefined
    ? undefined
    : { code: "invalid-key-package", detail: fault };
}

/** Seconds that the leaf may live are bounded for every member; when they are depends on a clock and is the adder's to check. */
export function isLifetimeTooLong(env: GroupEnv, leaf: LeafNode): boolean {
  if (leaf.source.kind !== "key-package") return false;
  const { notBefore, notAfter } = leaf.source.lifetime;
  return notAfter - notBefore > env.policy.limits.maxLifetime;
}

function checkLeafOfKeyPackage(
  env: GroupEnv,
  o: Parameters<typeof validateKeyPackage>[1],
): string | undefined {
  const { leafNode } = o.keyPackage;
  if (isLifetimeTooLong(env, leafNode)) return "lifetime";
  return validateLeaf(env.suite, leafNode, {
    kind: "key-package",
    checkSignature: o.checkSignature ?? true,
    ...(o.now === undefined ? {} : { now: o.now }),
  });
}

function checkAroundLeaf(
  suite: Suite,
  o: Parameters<typeof validateKeyPackage>[1],
): string | undefined {
  const { keyPackage } = o;
  const { leafNode, extensions, initKey } = keyPackage;
  if (keyPackage.cipherSuite !== suite.id) return "suite";
  if (!suite.kem.isPublicKey(initKey)) return "init-key";
  if (equalBytes(initKey, leafNode.encryptionKey)) return "same-key";
  if (hasDuplicateExtensions(extensions)) return "duplicate-extension";
  if (o.checkSignature === false) return undefined;
  const isSigned = verifyWithLabel(suite, {
    publicKey: leafNode.signatureKey,
    label: "KeyPackageTBS",
    content: keyPackageTbs(keyPackage),
    signature: keyPackage.signature,
  });
  return isSigned ? undefined : "signature";
}
