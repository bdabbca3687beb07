import { createSeededRandom } from "@halqa/testkit";
import { concatBytes, encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  decryptWithLabel,
  deriveSecret,
  deriveTreeSecret,
  encryptWithLabel,
  expandWithLabel,
  makeKeyPackageRef,
  makeProposalRef,
  refHash,
  signWithLabel,
  verifyWithLabel,
} from "./labeled.ts";
import { suite3 } from "./suite.ts";
import { vectorSuites } from "./testing/suite1.ts";
import { fromHex, loadVectors } from "./testing/vectors.ts";

interface CryptoBasics {
  readonly cipher_suite: number;
  readonly ref_hash: Fields<"value" | "out">;
  readonly expand_with_label: Fields<"secret" | "context" | "out"> & {
    readonly length: number;
  };
  readonly derive_secret: Fields<"secret" | "out">;
  readonly derive_tree_secret: Fields<"secret" | "out"> & {
    readonly generation: number;
    readonly length: number;
  };
  readonly sign_with_label: Fields<"priv" | "pub" | "content" | "signature">;
  readonly encrypt_with_label: Fields<
    "priv" | "pub" | "context" | "plaintext" | "kem_output" | "ciphertext"
  >;
}

type Fields<Name extends string> = Readonly<Record<Name | "label", string>>;

beforeAll(() => ready);

const random = createSeededRandom("labeled");
const vectors = loadVectors<CryptoBasics>("crypto-basics");

describe.skipIf(vectors === undefined).each(vectors ?? [])(
  "crypto-basics, suite $cipher_suite",
  (v) => {
    const suite = vectorSuites.get(v.cipher_suite)!;

    it("[ML-120] hashes references", () => {
      const { label, value, out } = v.ref_hash;
      expect(refHash(suite, label, fromHex(value))).toEqual(fromHex(out));
    });

    it("[ML-120] expands and derives secrets", () => {
      const expand = v.expand_with_label;
      expect(
        expandWithLabel(suite, {
          secret: fromHex(expand.secret),
          label: expand.label,
          context: fromHex(expand.context),
          length: expand.length,
        }),
      ).toEqual(fromHex(expand.out));
      const derive = v.derive_secret;
      expect(deriveSecret(suite, fromHex(derive.secret), derive.label)).toEqual(
        fromHex(derive.out),
      );
      const tree = v.derive_tree_secret;
      expect(
        deriveTreeSecret(suite, { ...tree, secret: fromHex(tree.secret) }),
      ).toEqual(fromHex(tree.out));
    });

    it("[ML-120] signs and verifies", () => {
      const { priv, pub, label, content, signature } = v.sign_with_label;
      const publicKey = fromHex(pub);
      const made = signWithLabel(suite, {
        key: fromHex(priv),
        label,
        content: fromHex(content),
      });
      // Ed25519 signatures are deterministic.
      expect(made).toEqual(fromHex(signature));
      const claim = { publicKey, label, content: fromHex(content) };
      expect(verifyWithLabel(suite, { ...claim, signature: made })).toBe(true);
      expect(
        verifyWithLabel(suite, {
          ...claim,
          label: `${label}2`,
          signature: made,
        }),
      ).toBe(false);
      made[9]! ^= 1;
      expect(verifyWithLabel(suite, { ...claim, signature: made })).toBe(false);
    });

    it("[ML-120] encrypts and decrypts", () => {
      const x = v.encrypt_with_label;
      const keyPair = { publicKey: fromHex(x.pub), secretKey: fromHex(x.priv) };
      const { label } = x;
      const context = fromHex(x.context);
      const plaintext = fromHex(x.plaintext);
      const given = {
        kemOutput: fromHex(x.kem_output),
        ciphertext: fromHex(x.ciphertext),
      };
      const made = encryptWithLabel(suite, {
        publicKey: keyPair.publicKey,
        label,
        context,
        plaintext,
        random: random.bytes,
      });
      expect(made.ok).toBe(true);
      for (const ciphertext of made.ok ? [given, made.value] : []) {
        const open = { keyPair, label, context, ciphertext };
        expect(decryptWithLabel(suite, open)).toEqual({
          ok: true,
          value: plaintext,
        });
        expect(decryptWithLabel(suite, { ...open, label: "other" }).ok).toBe(
          false,
        );
        expect(
          decryptWithLabel(suite, { ...open, context: plaintext }).ok,
        ).toBe(false);
      }
    });
  },
);

describe("labels", () => {
  const secret = new Uint8Array(32).fill(7);

  it("[ML-120] tells apart every label, context and length", () => {
    const none = new Uint8Array(0);
    const base = { secret, label: "a", context: none, length: 32 };
    const outputs = [
      base,
      { ...base, label: "b" },
      { ...base, context: encodeUtf8("a") },
      { ...base, label: "aa" },
      { ...base, length: 33 },
    ].map((o) => Buffer.from(expandWithLabel(suite3, o)).toString("hex"));
    expect(new Set(outputs.map((hex) => hex.slice(0, 64))).size).toBe(5);
  });

  it("[ML-120] gives the same secret for a label when many others came between", () => {
    const first = deriveSecret(suite3, secret, "first");
    for (let i = 0; i < 200; i++) deriveSecret(suite3, secret, `label ${i}`);
    expect(deriveSecret(suite3, secret, "first")).toEqual(first);
    expect(deriveSecret(suite3, secret, "label 199")).toEqual(
      deriveSecret(suite3, secret, "label 199"),
    );
  });

  it("[ML-120] names KeyPackages and Proposals by different hashes of the same bytes", () => {
    const value = encodeUtf8("value");
    const asKeyPackage = makeKeyPackageRef(suite3, value);
    expect(asKeyPackage).toHaveLength(32);
    expect(makeProposalRef(suite3, value)).not.toEqual(asKeyPackage);
  });

  it("[ML-121] refuses a public key of low order instead of encrypting to it", () => {
    const sealed = encryptWithLabel(suite3, {
      publicKey: new Uint8Array(32),
      label: "test",
      context: secret,
      plaintext: secret,
      random: random.bytes,
    });
    expect(sealed).toEqual({ ok: false, error: { kind: "weak-point" } });
  });

  it("[ML-121] does not open what has a kem_output of another length", () => {
    const keyPair = suite3.kem.deriveKeyPair(random.bytes(32));
    const label = "test";
    const made = encryptWithLabel(suite3, {
      publicKey: keyPair.publicKey,
      label,
      context: secret,
      plaintext: secret,
      random: random.bytes,
    });
    if (!made.ok) throw new Error("not sealed");
    const { kemOutput, ciphertext } = made.value;
    for (const changed of [
      { kemOutput: kemOutput.subarray(1), ciphertext },
      { kemOutput: concatBytes(kemOutput, kemOutput), ciphertext },
      { kemOutput: new Uint8Array(32), ciphertext },
      { kemOutput, ciphertext: ciphertext.subarray(0, 15) },
      { kemOutput, ciphertext: new Uint8Array(0) },
    ]) {
      expect(
        decryptWithLabel(suite3, {
          keyPair,
          label,
          context: secret,
          ciphertext: changed,
        }).ok,
      ).toBe(false);
    }
  });
});
