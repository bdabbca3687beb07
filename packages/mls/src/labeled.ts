/**
 * The labelled operations (RFC 9420, 5.1.2, 5.1.3, 5.2, 8 and 9.1). Every derivation, signature and encryption of MLS goes
 * through one of these, so that no two uses of a key can be taken for each other. Labels are prefixed "MLS 1.0 " here and nowhere else.
 */
import { encode, encodeUtf8, writeVarint, writeVector } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { hpkeOpen, hpkeSeal } from "@halqa/crypto";
import type { KeyPair, OpenError, RandomBytes } from "@halqa/crypto";
import type { HpkeCiphertext } from "./structs/hpke-ciphertext.ts";
import type { Suite } from "./suite.ts";

export interface ExpandInput {
  readonly secret: Uint8Array;
  readonly label: string;
  readonly context: Uint8Array;
  readonly length: number;
}

/** ExpandWithLabel (8): a secret of `length` bytes bound to label and context. */
export function expandWithLabel(suite: Suite, o: ExpandInput): Uint8Array {
  const info = labeledContent(o.label, o.context, 2);
  info[0] = o.length >>> 8;
  info[1] = o.length;
  return suite.expand(o.secret, info, o.length);
}

const EMPTY = new Uint8Array(0);

/** DeriveSecret (8): ExpandWithLabel without a context, at the hash's length. */
export function deriveSecret(
  suite: Suite,
  secret: Uint8Array,
  label: string,
): Uint8Array {
  return expandWithLabel(suite, {
    secret,
    label,
    context: EMPTY,
    length: suite.hashLength,
  });
}

/** DeriveTreeSecret (9.1): bound to the generation of a ratchet. */
export function deriveTreeSecret(
  suite: Suite,
  o: {
    readonly secret: Uint8Array;
    readonly label: string;
    readonly generation: number;
    readonly length: number;
  },
): Uint8Array {
  const { generation: g } = o;
  const context = Uint8Array.of(g >>> 24, g >>> 16, g >>> 8, g);
  return expandWithLabel(suite, {
    secret: o.secret,
    label: o.label,
    context,
    length: o.length,
  });
}

/** RefHash (5.2). Unlike the others it takes its label as it stands, prefix included. */
export function refHash(
  suite: Suite,
  label: string,
  value: Uint8Array,
): Uint8Array {
  return suite.hash(
    encode((w) => {
      writeVector(w, encodeUtf8(label));
      writeVector(w, value);
    }),
  );
}

/** By which a Welcome names the KeyPackage it is for. */
export function makeKeyPackageRef(
  suite: Suite,
  encodedKeyPackage: Uint8Array,
): Uint8Array {
  return refHash(suite, "MLS 1.0 KeyPackage Reference", encodedKeyPackage);
}

/** By which a Commit names a Proposal: over the whole AuthenticatedContent that carried it. */
export function makeProposalRef(
  suite: Suite,
  encodedAuthenticatedContent: Uint8Array,
): Uint8Array {
  return refHash(
    suite,
    "MLS 1.0 Proposal Reference",
    encodedAuthenticatedContent,
  );
}

/** SignWithLabel (5.1.2); `key` is the private signature key, a seed. */
export function signWithLabel(
  suite: Suite,
  o: {
    readonly key: Uint8Array;
    readonly label: string;
    readonly content: Uint8Array;
  },
): Uint8Array {
  return suite.sign(o.key, labeledContent(o.label, o.content));
}

/** VerifyWithLabel (5.1.2); false for anything but a valid signature. */
export function verifyWithLabel(
  suite: Suite,
  o: {
    readonly publicKey: Uint8Array;
    readonly label: string;
    readonly content: Uint8Array;
    readonly signature: Uint8Array;
  },
): boolean {
  return suite.verify(
    o.publicKey,
    labeledContent(o.label, o.content),
    o.signature,
  );
}

/** EncryptWithLabel (5.1.3); fails only for a public key that no one can hold the private half of. */
export function encryptWithLabel(
  suite: Suite,
  o: {
    readonly publicKey: Uint8Array;
    readonly label: string;
    readonly context: Uint8Array;
    readonly plaintext: Uint8Array;
    readonly random: RandomBytes;
  },
): Result<HpkeCiphertext, { readonly kind: "weak-point" }> {
  const sealed = hpkeSeal(suite, {
    publicKey: o.publicKey,
    info: labeledContent(o.label, o.context),
    aad: EMPTY,
    plaintext: o.plaintext,
    random: o.random,
  });
  if (!sealed.ok) return sealed;
  const { enc, ciphertext } = sealed.value;
  return { ok: true, value: { kemOutput: enc, ciphertext } };
}

/** DecryptWithLabel (5.1.3). */
export function decryptWithLabel(
  suite: Suite,
  o: {
    readonly keyPair: KeyPair;
    readonly label: string;
    readonly context: Uint8Array;
    readonly ciphertext: HpkeCiphertext;
  },
): Result<Uint8Array, OpenError> {
  return hpkeOpen(suite, {
    keyPair: o.keyPair,
    enc: o.ciphertext.kemOutput,
    info: labeledContent(o.label, o.context),
    aad: EMPTY,
    ciphertext: o.ciphertext.ciphertext,
  });
}

/**
 * Label and content as two vectors, after `offset` free octets: SignContent, EncryptContext and the end of KDFLabel. That
 * they have one form is harmless, the operations differ. Built in one piece, because a message needs eight of them.
 */
function labeledContent(
  label: string,
  content: Uint8Array,
  offset = 0,
): Uint8Array {
  const prefixed = prefixedLabel(label);
  const header = vectorHeader(content.length);
  const start = offset + prefixed.length;
  const bytes = new Uint8Array(start + header.length + content.length);
  bytes.set(prefixed, offset);
  bytes.set(header, start);
  bytes.set(content, start + header.length);
  return bytes;
}

function vectorHeader(length: number): Uint8Array {
  return length < 64
    ? Uint8Array.of(length)
    : encode((w) => writeVarint(w, length));
}

/** RFC 9420 and the profile use about thirty labels; an application's exporter labels must not grow the map for ever. */
const MAX_KEPT_LABELS = 64;
const keptLabels = new Map<string, Uint8Array>();

/** The encoded vector of "MLS 1.0 " and the label, kept because each message needs eight of them. */
function prefixedLabel(label: string): Uint8Array {
  const kept = keptLabels.get(label);
  if (kept !== undefined) return kept;
  const encoded = encode((w) => writeVector(w, encodeUtf8(`MLS 1.0 ${label}`)));
  if (keptLabels.size < MAX_KEPT_LABELS) keptLabels.set(label, encoded);
  return encoded;
}
