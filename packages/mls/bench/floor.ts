/**
 * The operations that RFC 9420 fixes for each case, run on bare libsodium and nothing else: what no implementation on this
 * library can go below. Encoding, tree work and key lookups are free here.
 */
import { randomBytes } from "node:crypto";
import sodium from "libsodium-wrappers-sumo";

/** Its name in every case. */
export const BARE = "bare libsodium";
/** Levels of a tree of a thousand members. */
export const DEPTH = 10;

/** How often each operation occurs; hashes of tree nodes and labels are taken at their typical sizes. */
export interface Operations {
  /** X25519 with the base point: a new key pair. */
  readonly keyPairs?: number;
  /** X25519 with another's point. */
  readonly agreements?: number;
  readonly signatures?: number;
  readonly verifications?: number;
  /** HMAC-SHA-256 over a label, the step of HKDF. */
  readonly macs?: number;
  /** SHA-256 over a tree node or a KeyPackage. */
  readonly hashes?: number;
  /** ChaCha20-Poly1305 over a secret. */
  readonly seals?: number;
  /** Bytes that are sealed or opened, and signed or verified, besides. */
  readonly textLength?: number;
  /** Bytes that HMAC runs over besides, in pieces of that many. */
  readonly long?: { readonly count: number; readonly length: number };
  /** The commit itself: one of the signatures, seals (of a PublicMessage: MACs) and hashes runs over its whole length. */
  readonly commit?: {
    readonly length: number;
    readonly kind: "made" | "received" | "received-public";
  };
}

/** HPKE: shared secret 2, info hash 1, key schedule 3; the hash of the empty PSK id never changes. */
const HPKE_MACS = 6;
/** Joiner, epoch, nine secrets of the epoch, welcome, confirmation. */
const KEY_SCHEDULE_MACS = 16;
/** A node of a path: path secret, node secret, and the two steps of DeriveKeyPair. */
const NODE_MACS = 4;
const LABEL_LENGTH = 100;
const NODE_LENGTH = 200;
const SECRET_LENGTH = 48;

/** EncryptWithLabel, `count` times. */
export function sealings(count: number): Operations {
  return {
    keyPairs: count,
    agreements: count,
    macs: count * HPKE_MACS,
    seals: count,
  };
}

/** DecryptWithLabel. */
export function opening(): Operations {
  return { agreements: 1, macs: HPKE_MACS, seals: 1 };
}

/** New keys for so many nodes of a path. */
export function pathKeys(nodes: number): Operations {
  return { keyPairs: nodes, macs: nodes * NODE_MACS, hashes: 2 * nodes };
}

/** From one epoch to the next: key schedule and transcript. */
export function newEpoch(): Operations {
  return { macs: KEY_SCHEDULE_MACS, hashes: 2 };
}

/** The first message of a sender: its secret-tree path, then as any message. */
export function framing(depth: number): Operations {
  return { macs: 2 * depth + 5, seals: 2 };
}

export function allOf(...parts: readonly Operations[]): Operations {
  const sum = (key: Exclude<keyof Operations, "long" | "commit">): number =>
    parts.reduce((total, part) => total + (part[key] ?? 0), 0);
  const long = parts.find((part) => part.long !== undefined)?.long;
  const commit = parts.find((part) => part.commit !== undefined)?.commit;
  return {
    keyPairs: sum("keyPairs"),
    agreements: sum("agreements"),
    signatures: sum("signatures"),
    verifications: sum("verifications"),
    macs: sum("macs"),
    hashes: sum("hashes"),
    seals: sum("seals"),
    textLength: sum("textLength"),
    ...(long === undefined ? {} : { long }),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** A function that does them all once. */
export function floorOf(wanted: Operations): () => void {
  const runs = [...shortRuns(wanted), ...commitRuns(wanted)];
  return () => {
    for (const [count, run] of runs) {
      for (let i = 0; i < count; i += 1) run();
    }
  };
}

type Runs = readonly (readonly [count: number, run: () => unknown])[];

function shortRuns(wanted: Operations): Runs {
  const key = randomBytes(sodium.crypto_scalarmult_SCALARBYTES);
  const point = sodium.crypto_scalarmult_base(key);
  const label = randomBytes(LABEL_LENGTH);
  const node = randomBytes(NODE_LENGTH);
  const long = randomBytes(wanted.long?.length ?? 0);
  const text = textRuns(SECRET_LENGTH + (wanted.textLength ?? 0));
  const { commit } = wanted;
  const isPublic = commit?.kind === "received-public";
  // Those that run over the commit are counted there.
  const besides = (count: number | undefined, has: boolean) =>
    (count ?? 0) - (commit !== undefined && has ? 1 : 0);
  return [
    [wanted.keyPairs ?? 0, () => sodium.crypto_scalarmult_base(key)],
    [wanted.agreements ?? 0, () => sodium.crypto_scalarmult(key, point)],
    [besides(wanted.signatures, commit?.kind === "made"), text.sign],
    [besides(wanted.verifications, commit?.kind !== "made"), text.verify],
    [
      besides(wanted.macs, isPublic),
      () => sodium.crypto_auth_hmacsha256(label, key),
    ],
    [besides(wanted.hashes, true), () => sodium.crypto_hash_sha256(node)],
    [besides(wanted.seals, !isPublic), text.open],
    [wanted.long?.count ?? 0, () => sodium.crypto_auth_hmacsha256(long, key)],
  ];
}

function commitRuns({ commit }: Operations): Runs {
  if (commit === undefined) return [];
  const { sign, verify, open, hash, mac } = textRuns(commit.length);
  return [
    [1, commit.kind === "made" ? sign : verify],
    [1, commit.kind === "received-public" ? mac : open],
    [1, hash],
  ];
}

/** What is done with a text of that length. */
function textRuns(length: number) {
  const key = randomBytes(32);
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(key);
  const nonce = randomBytes(12);
  const label = randomBytes(LABEL_LENGTH);
  const text = randomBytes(length);
  const signature = sodium.crypto_sign_detached(text, privateKey);
  const ciphertext = sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
    text,
    label,
    null,
    nonce,
    key,
  );
  return {
    sign: () => sodium.crypto_sign_detached(text, privateKey),
    verify: () =>
      sodium.crypto_sign_verify_detached(signature, text, publicKey),
    open: () =>
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
        null,
        ciphertext,
        label,
        nonce,
        key,
      ),
    hash: () => sodium.crypto_hash_sha256(text),
    mac: () => sodium.crypto_auth_hmacsha256(text, key),
  };
}
