/**
 * ts-mls 1.6.4, the MLS of the npm registry in plain JavaScript. It runs here on the same libsodium operations as ours: its own
 * provider is slower, and the comparison is about the engine. Its states are values, so a call can be repeated.
 */
import {
  chacha20Poly1305,
  dhkemX25519,
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  hkdfExpand,
  hkdfExtract,
  hmacSha256,
  hpkeOpen,
  hpkeSeal,
  sha256,
  verifyHmacSha256,
  x25519PublicKey,
} from "@halqa/crypto";
import type { HpkeSuite, KeyPair } from "@halqa/crypto";
import {
  acceptAll,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultCapabilities,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  joinGroup,
  processMessage,
} from "ts-mls";
import type {
  CiphersuiteImpl,
  ClientState,
  Hpke,
  KeyPackage,
  PrivateKey,
  PrivateKeyPackage,
  Proposal,
  PublicKey,
} from "ts-mls";
import { env, lifetimeNow, must } from "../group-of-a-thousand.ts";

export const NAME = "ts-mls 1.6.4 (on our libsodium)";

const suite: HpkeSuite = { kem: dhkemX25519, aead: chacha20Poly1305 };
const SEED_LENGTH = 32;

export interface TsMlsClient {
  readonly keyPackage: Uint8Array;
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

export interface TsMlsCommit {
  readonly state: ClientState;
  readonly message: Uint8Array;
  readonly welcome: Uint8Array | undefined;
}

export async function createTsMlsClient(
  identity: string,
): Promise<TsMlsClient> {
  const { publicPackage, privatePackage } = await generateKeyPackage(
    {
      credentialType: "basic",
      identity: new TextEncoder().encode(identity),
    },
    {
      ...defaultCapabilities(),
      ciphersuites: ["MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519"],
      credentials: ["basic", "x509"],
    },
    lifetimeNow(),
    [],
    implementation,
  );
  return {
    publicPackage,
    privatePackage,
    keyPackage: encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: publicPackage,
    }),
  };
}

export function foundTsMls(
  client: TsMlsClient,
  groupId: Uint8Array,
): Promise<ClientState> {
  const { publicPackage, privatePackage } = client;
  return createGroup(
    groupId,
    publicPackage,
    privatePackage,
    [],
    implementation,
  );
}

export function joinTsMls(
  { publicPackage, privatePackage }: TsMlsClient,
  welcome: Uint8Array,
): Promise<ClientState> {
  const decoded = decode(welcome);
  if (decoded.wireformat !== "mls_welcome") throw new Error("not a Welcome");
  return joinGroup(
    decoded.welcome,
    publicPackage,
    privatePackage,
    emptyPskIndex,
    implementation,
  );
}

export async function commitTsMls(
  state: ClientState,
  proposals: readonly Proposal[],
): Promise<TsMlsCommit> {
  const made = await createCommit(
    { state, cipherSuite: implementation },
    {
      extraProposals: [...proposals],
      ratchetTreeExtension: true,
      wireAsPublicMessage: true,
    },
  );
  return {
    state: made.newState,
    message: encodeMlsMessage(made.commit),
    welcome:
      made.welcome &&
      encodeMlsMessage({
        version: "mls10",
        wireformat: "mls_welcome",
        welcome: made.welcome,
      }),
  };
}

export async function receiveTsMls(
  state: ClientState,
  message: Uint8Array,
): Promise<ClientState> {
  const decoded = decode(message);
  if (
    decoded.wireformat !== "mls_private_message" &&
    decoded.wireformat !== "mls_public_message"
  ) {
    throw new Error("not a message");
  }
  const { newState } = await processMessage(
    decoded,
    state,
    emptyPskIndex,
    acceptAll,
    implementation,
  );
  return newState;
}

export async function encryptTsMls(
  state: ClientState,
  text: Uint8Array,
): Promise<{ readonly state: ClientState; readonly message: Uint8Array }> {
  const { newState, privateMessage } = await createApplicationMessage(
    state,
    text,
    implementation,
  );
  const message = encodeMlsMessage({
    version: "mls10",
    wireformat: "mls_private_message",
    privateMessage,
  });
  return { state: newState, message };
}

/** The Add proposal for a KeyPackage of anyone. */
export function tsMlsAdd(keyPackage: Uint8Array): Proposal {
  const decoded = decode(keyPackage);
  if (decoded.wireformat !== "mls_key_package")
    throw new Error("no KeyPackage");
  return { proposalType: "add", add: { keyPackage: decoded.keyPackage } };
}

function decode(bytes: Uint8Array) {
  const [message] = decodeMlsMessage(bytes, 0) ?? [];
  if (message === undefined) throw new Error("ts-mls cannot decode this");
  return message;
}

/** Keys are opaque to the library; here they are the bytes themselves. */
const publicKeys = {
  wrap: (bytes: Uint8Array) => bytes as unknown as PublicKey,
  bytes: (key: PublicKey) => key as unknown as Uint8Array,
};
const privateKeys = {
  wrap: (pair: KeyPair) => pair as unknown as PrivateKey,
  pair: (key: PrivateKey) => key as unknown as KeyPair,
};
const NOTHING = new Uint8Array();

const hpke: Hpke = {
  keyLength: chacha20Poly1305.keyLength,
  nonceLength: chacha20Poly1305.nonceLength,
  seal: async (key, plaintext, info, aad) => {
    const { enc, ciphertext } = must(
      hpkeSeal(suite, {
        publicKey: publicKeys.bytes(key),
        info,
        aad: aad ?? NOTHING,
        plaintext,
        random: env.random,
      }),
    );
    return { ct: ciphertext, enc };
  },
  open: async (key, enc, ciphertext, info, aad) =>
    must(
      hpkeOpen(suite, {
        keyPair: privateKeys.pair(key),
        enc,
        ciphertext,
        info,
        aad: aad ?? NOTHING,
      }),
    ),
  importPrivateKey: async (secretKey) =>
    privateKeys.wrap({ secretKey, publicKey: x25519PublicKey(secretKey) }),
  importPublicKey: async (bytes) => publicKeys.wrap(bytes),
  exportPublicKey: async (key) => publicKeys.bytes(key),
  exportPrivateKey: async (key) => privateKeys.pair(key).secretKey,
  encryptAead: async (key, nonce, aad, plaintext) =>
    chacha20Poly1305.seal({ key, nonce, aad: aad ?? NOTHING, plaintext }),
  decryptAead: async (key, nonce, aad, ciphertext) =>
    must(
      chacha20Poly1305.open({ key, nonce, aad: aad ?? NOTHING, ciphertext }),
    ),
  exportSecret: () =>
    Promise.reject(new Error("external joins are not measured")),
  importSecret: () =>
    Promise.reject(new Error("external joins are not measured")),
  deriveKeyPair: async (ikm) => wrapPair(dhkemX25519.deriveKeyPair(ikm)),
  generateKeyPair: async () =>
    wrapPair(dhkemX25519.deriveKeyPair(env.random(SEED_LENGTH))),
};

function wrapPair(pair: KeyPair) {
  return {
    publicKey: publicKeys.wrap(pair.publicKey),
    privateKey: privateKeys.wrap(pair),
  };
}

const implementation: CiphersuiteImpl = {
  name: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
  hpke,
  hash: {
    digest: async (data) => sha256(data),
    mac: async (key, data) => hmacSha256(key, data),
    verifyMac: async (key, mac, data) => verifyHmacSha256(key, data, mac),
  },
  kdf: {
    size: SEED_LENGTH,
    extract: async (salt, ikm) => hkdfExtract(salt, ikm),
    expand: async (prk, info, length) => hkdfExpand(prk, info, length),
  },
  rng: { randomBytes: (length) => env.random(length) },
  signature: {
    sign: async (seed, message) => ed25519Sign(seed, message),
    verify: async (key, message, signature) =>
      ed25519Verify(key, message, signature),
    keygen: async () => {
      const signKey = env.random(SEED_LENGTH);
      return { signKey, publicKey: ed25519PublicKey(signKey) };
    },
  },
};
