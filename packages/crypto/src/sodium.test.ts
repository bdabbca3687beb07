import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { InvariantError } from "@halqa/bytes";
import * as crypto from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { createSeededRandom } from "@halqa/testkit";
import { valueOf } from "../testing/outcome.ts";
import { sodium } from "./sodium.ts";

beforeAll(() => crypto.ready);

const root = join(import.meta.dirname, "../../..");
const key = new Uint8Array(32).fill(1);
const data = Uint8Array.of(1, 2, 3);
const suite = { kem: crypto.dhkemX25519, aead: crypto.xchacha20Poly1305 };

/** Every operation but Argon2id once, successes and refusals. */
function runEverything(random: crypto.RandomBytes): void {
  const keyPair = crypto.dhkemX25519.deriveKeyPair(key);
  const { publicKey } = keyPair;
  crypto.sha256(data);
  crypto.verifyHmacSha256(key, data, crypto.hmacSha256(data, data));
  crypto.hmacSha256(new Uint8Array(70), data);
  crypto.hkdfExpand(crypto.hkdfExtract(data, data), data, 80);
  crypto.blake2b({ key, length: 32 }, data);
  const signer = crypto.createEd25519Signer(key);
  const signature = signer.sign(data);
  crypto.ed25519Sign(key, data);
  crypto.ed25519Verify(crypto.ed25519PublicKey(key), data, signature);
  crypto.isEd25519PublicKey(signer.publicKey);
  crypto.x25519(key, crypto.x25519PublicKey(key));
  crypto.x25519(key, new Uint8Array(32));
  crypto.isX25519PublicKey(publicKey);
  for (const aead of [crypto.chacha20Poly1305, crypto.xchacha20Poly1305]) {
    const nonce = new Uint8Array(aead.nonceLength);
    const input = { key, nonce, aad: data };
    const ciphertext = aead.seal({ ...input, plaintext: data });
    aead.open({ ...input, ciphertext });
    aead.open({ ...input, ciphertext: new Uint8Array(20) });
  }
  const sealing = { publicKey, aad: data, plaintext: data, random };
  const message = valueOf(crypto.hpkeSeal(suite, { ...sealing, info: data }));
  crypto.hpkeOpen(suite, { keyPair, info: data, aad: data, ...message });
  const asked = { info: data, context: data, length: 32 };
  crypto.hpkeSendExport(suite, { ...asked, publicKey, random });
  crypto.hpkeReceiveExport(suite, { ...asked, keyPair, enc: message.enc });
  const label = "welcomeBox" as const;
  const box = valueOf(crypto.sealBox({ ...sealing, label }));
  crypto.openBox({ label, keyPair, aad: data, box });
  const body = valueOf(
    crypto.sealEnvelope({ key, logId: key, message: data, random }),
  );
  crypto.openEnvelope({ keys: [key], logId: key, body });
  const { header, stream } = crypto.startSealing({
    key,
    context: data,
    random,
  });
  const { chunk } = crypto.sealChunk(stream, { plaintext: data, final: true });
  crypto.openChunk(
    valueOf(crypto.startOpening({ key, context: data, header })),
    chunk,
  );
}

function derive() {
  return crypto.deriveArgon2id({
    passphrase: data,
    salt: new Uint8Array(16),
    parameters: crypto.ARGON2ID_FLOOR,
  });
}

function seal(seed: string): Uint8Array {
  const random = createSeededRandom(seed).bytes;
  return valueOf(
    crypto.sealEnvelope({ key, logId: key, message: data, random }),
  );
}

describe("the library", () => {
  it("[CR-1] is imported by one file of all sources", () => {
    const sources = globSync("{packages/*/src,apps/*/src,relay/src}/**/*.ts", {
      cwd: root,
    }).filter((file) => !file.endsWith(".test.ts"));
    const importing = sources.filter((file) =>
      /from "libsodium/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(importing).toEqual([join("packages", "crypto", "src", "sodium.ts")]);
  });

  it("[CR-2] is never asked for randomness", () => {
    const drawn = vi.spyOn(globalThis.crypto, "getRandomValues");
    try {
      runEverything(createSeededRandom("library").bytes);
      expect(drawn).not.toHaveBeenCalled();
      // The library does draw by this way: what was not called would have been seen.
      sodium.randombytes_buf(4);
      expect(drawn).toHaveBeenCalled();
    } finally {
      drawn.mockRestore();
    }
  });

  it("[CR-2] fills Argon2id's output with random bytes first, of which nothing is left", () => {
    const hash = derive();
    const drawn = vi
      .spyOn(globalThis.crypto, "getRandomValues")
      .mockImplementation((array) => array);
    try {
      expect(derive()).toEqual(hash);
      expect(drawn).toHaveBeenCalledTimes(32);
    } finally {
      drawn.mockRestore();
    }
  });

  it("[CR-2] makes of equal random bytes equal results", () => {
    permitNonceReuse("equal randomness is the point");
    const first = seal("one");
    expect(seal("one")).toEqual(first);
    expect(seal("two")).not.toEqual(first);
  });
});

describe("errors", () => {
  // A value that would be recognised in any spelling.
  const secret = new Uint8Array(31).fill(0xab);

  it.each<[string, () => unknown]>([
    ["a seed", () => crypto.ed25519Sign(secret, data)],
    ["a secret key", () => crypto.x25519(secret, key)],
    ["a short seed", () => crypto.dhkemX25519.deriveKeyPair(secret)],
    ["a pseudorandom key", () => crypto.hkdfExpand(secret, data, 32)],
    [
      "an AEAD's key",
      () =>
        crypto.xchacha20Poly1305.seal({
          key: secret,
          nonce: new Uint8Array(24),
          aad: data,
          plaintext: data,
        }),
    ],
    [
      "an envelope's key",
      () =>
        crypto.sealEnvelope({
          key: secret,
          logId: key,
          message: data,
          random: (length) => new Uint8Array(length),
        }),
    ],
    [
      "a stream's key",
      () =>
        crypto.startSealing({
          key: secret,
          context: data,
          random: (length) => new Uint8Array(length),
        }),
    ],
    [
      "a salt",
      () =>
        crypto.deriveArgon2id({
          passphrase: data,
          salt: secret,
          parameters: crypto.ARGON2ID_FLOOR,
        }),
    ],
  ])("[CR-4] show nothing of %s", (_, run) => {
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvariantError);
    expect(String(thrown)).not.toMatch(/ab|171/i);
  });

  it("[CR-4] as outcomes carry a kind and nothing else", () => {
    const keyPair = crypto.dhkemX25519.deriveKeyPair(key);
    const nonce = new Uint8Array(24);
    const ciphertext = new Uint8Array(40);
    const outcomes = [
      crypto.x25519(key, new Uint8Array(32)),
      crypto.xchacha20Poly1305.open({ key, nonce, aad: data, ciphertext }),
      crypto.openBox({ label: "welcomeBox", keyPair, aad: data, box: data }),
      crypto.openEnvelope({ keys: [key], logId: key, body: data }),
      crypto.startOpening({ key, context: data, header: data }),
      crypto.unpadMessage(data),
    ];
    for (const outcome of outcomes) {
      if (outcome.ok) throw new Error("opened");
      expect(Object.keys(outcome.error)).toEqual(["kind"]);
    }
  });
});
