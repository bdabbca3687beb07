import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  chacha20Poly1305,
  dhkemX25519,
  hpkeOpen,
  hpkeReceiveExport,
  hpkeSeal,
  hpkeSendExport,
  ready,
  sha256,
  xchacha20Poly1305,
  type HpkeSuite,
  type Kem,
} from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { concatBytes, ok } from "@halqa/bytes";
import edge from "../../../docs/vectors/crypto/x25519-edge.json" with { type: "json" };
import vector from "../../../docs/vectors/crypto/hpke.json" with { type: "json" };
import { fromHex } from "../testing/hex.ts";
import {
  agree,
  openFirst,
  setUp,
  type AeadId,
} from "../testing/hpke-oracle.ts";
import { kindOf, valueOf } from "../testing/outcome.ts";

beforeAll(() => ready);

const bytes = fc.uint8Array({ maxLength: 100 });
const rfcSuite: HpkeSuite = { kem: dhkemX25519, aead: chacha20Poly1305 };
const suites: readonly { suite: HpkeSuite; aeadId: AeadId; name: string }[] = [
  { suite: rfcSuite, aeadId: 0x0003, name: chacha20Poly1305.name },
  {
    suite: { kem: dhkemX25519, aead: xchacha20Poly1305 },
    aeadId: 0xff03,
    name: xchacha20Poly1305.name,
  },
];
const info = fromHex(vector.info);

function receiverKeyPair() {
  return dhkemX25519.deriveKeyPair(fromHex(vector.ikmR));
}

describe("RFC 9180, A.2.1", () => {
  it("[CR-50] the independent implementation computes every intermediate value", () => {
    const secret = agree({
      secretKey: fromHex(vector.skRm),
      peer: fromHex(vector.enc),
      enc: fromHex(vector.enc),
      receiver: fromHex(vector.pkRm),
    });
    const keys = setUp(0x0003, secret, info);
    expect(secret).toEqual(fromHex(vector.shared_secret));
    expect(keys.context).toEqual(fromHex(vector.key_schedule_context));
    expect(keys.secret).toEqual(fromHex(vector.secret));
    expect(keys.key).toEqual(fromHex(vector.key));
    expect(keys.baseNonce).toEqual(fromHex(vector.base_nonce));
    expect(keys.exporterSecret).toEqual(fromHex(vector.exporter_secret));
    for (const { context, length, value } of vector.exports) {
      expect(keys.exportSecret(fromHex(context), length)).toEqual(
        fromHex(value),
      );
    }
  });

  it("[CR-50] seals with the key and nonce of the vector", () => {
    // An AEAD that only writes down what it is given shows the key schedule's result.
    let seen: { key: Uint8Array; nonce: Uint8Array } | undefined;
    const spy: HpkeSuite = {
      kem: dhkemX25519,
      aead: {
        ...chacha20Poly1305,
        seal: ({ key, nonce, plaintext }) => {
          seen = { key, nonce };
          return plaintext;
        },
      },
    };
    hpkeSeal(spy, {
      publicKey: fromHex(vector.pkRm),
      info,
      aad: new Uint8Array(),
      plaintext: new Uint8Array(),
      random: () => fromHex(vector.ikmE),
    });
    expect(seen).toEqual({
      key: fromHex(vector.key),
      nonce: fromHex(vector.base_nonce),
    });
  });

  it("[CR-50] seals and opens the first message", () => {
    const { aad, plaintext, ciphertext } = vector.encryption;
    const sealed = valueOf(
      hpkeSeal(rfcSuite, {
        publicKey: fromHex(vector.pkRm),
        info,
        aad: fromHex(aad),
        plaintext: fromHex(plaintext),
        random: () => fromHex(vector.ikmE),
      }),
    );
    expect(sealed).toEqual({
      enc: fromHex(vector.enc),
      ciphertext: fromHex(ciphertext),
    });
    expect(
      hpkeOpen(rfcSuite, {
        keyPair: receiverKeyPair(),
        info,
        aad: fromHex(aad),
        ...sealed,
      }),
    ).toEqual(ok(fromHex(plaintext)));
  });

  it.each(vector.exports)(
    "[CR-54] exports to both sides, context $context",
    ({ context, length, value }) => {
      const asked = { info, context: fromHex(context), length };
      const sent = valueOf(
        hpkeSendExport(rfcSuite, {
          ...asked,
          publicKey: fromHex(vector.pkRm),
          random: () => fromHex(vector.ikmE),
        }),
      );
      expect(sent).toEqual({
        enc: fromHex(vector.enc),
        secret: fromHex(value),
      });
      expect(
        hpkeReceiveExport(rfcSuite, {
          ...asked,
          keyPair: receiverKeyPair(),
          enc: sent.enc,
        }),
      ).toEqual(ok(fromHex(value)));
    },
  );
});

describe.each(suites)("HPKE with $name", ({ suite, aeadId }) => {
  it("[CR-50] is opened by an independent implementation, and opens", () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (context, aad, plaintext) => {
        const keyPair = receiverKeyPair();
        const sealed = valueOf(
          hpkeSeal(suite, {
            publicKey: keyPair.publicKey,
            info: context,
            aad,
            plaintext,
            random: seededBy(context, aad, plaintext),
          }),
        );
        const secret = agree({
          secretKey: keyPair.secretKey,
          peer: sealed.enc,
          enc: sealed.enc,
          receiver: keyPair.publicKey,
        });
        const { ciphertext } = sealed;
        const keys = setUp(aeadId, secret, context);
        expect(openFirst(aeadId, keys, { aad, ciphertext })).toEqual(plaintext);
        expect(
          hpkeOpen(suite, { keyPair, info: context, aad, ...sealed }),
        ).toEqual(ok(plaintext));
      }),
      { numRuns: 20 },
    );
  });

  it("[CR-53] opens nothing once enc, info, data, ciphertext or key are others", () => {
    const keyPair = receiverKeyPair();
    const aad = Uint8Array.of(1);
    const sealed = valueOf(
      hpkeSeal(suite, {
        publicKey: keyPair.publicKey,
        info,
        aad,
        plaintext: Uint8Array.of(1, 2, 3),
        random: createSeededRandom("tamper").bytes,
      }),
    );
    const good = { keyPair, info, aad, ...sealed };
    expect(kindOf(hpkeOpen(suite, good))).toBe("ok");
    const other = dhkemX25519.deriveKeyPair(new Uint8Array(32));
    const zero = Uint8Array.of(0);
    for (const change of [
      { info: concatBytes(info, zero) },
      { aad: Uint8Array.of(2) },
      { keyPair: other },
      { keyPair: { ...keyPair, publicKey: other.publicKey } },
      { enc: other.publicKey },
      { ciphertext: concatBytes(sealed.ciphertext, zero) },
      { ciphertext: sealed.ciphertext.subarray(1) },
    ]) {
      expect(kindOf(hpkeOpen(suite, { ...good, ...change }))).toBe(
        "not-opened",
      );
    }
  });
});

describe("outcomes", () => {
  const aad = new Uint8Array();

  it.each(edge.lowOrder)("[CR-52] meets the low-order point %s", (text) => {
    const weak = fromHex(text);
    const sealing = { publicKey: weak, info, aad, plaintext: aad };
    const random = createSeededRandom("weak").bytes;
    expect(kindOf(hpkeSeal(rfcSuite, { ...sealing, random }))).toBe(
      "weak-point",
    );
    const asked = { info, context: aad, length: 32 };
    expect(
      kindOf(hpkeSendExport(rfcSuite, { ...asked, publicKey: weak, random })),
    ).toBe("weak-point");
    const opening = { keyPair: receiverKeyPair(), enc: weak, info, aad };
    const ciphertext = new Uint8Array(20);
    expect(kindOf(hpkeOpen(rfcSuite, { ...opening, ciphertext }))).toBe(
      "not-opened",
    );
    expect(
      kindOf(
        hpkeReceiveExport(rfcSuite, {
          ...asked,
          keyPair: receiverKeyPair(),
          enc: weak,
        }),
      ),
    ).toBe("not-opened");
  });

  it("[CR-52] calls another length of enc, and less than a tag, malformed", () => {
    for (const [encLength, length] of [
      [0, 20],
      [31, 20],
      [33, 20],
      [32, 15],
      [32, 0],
    ] as const) {
      const opened = hpkeOpen(rfcSuite, {
        keyPair: receiverKeyPair(),
        enc: new Uint8Array(encLength).fill(9),
        info,
        aad,
        ciphertext: new Uint8Array(length),
      });
      expect(kindOf(opened)).toBe("malformed");
    }
    // The lengths are looked at before anything is computed.
    const weakAndShort = hpkeOpen(rfcSuite, {
      keyPair: receiverKeyPair(),
      enc: new Uint8Array(32),
      info,
      aad,
      ciphertext: new Uint8Array(15),
    });
    expect(kindOf(weakAndShort)).toBe("malformed");
    const exported = hpkeReceiveExport(rfcSuite, {
      keyPair: receiverKeyPair(),
      enc: new Uint8Array(31),
      info,
      context: aad,
      length: 32,
    });
    expect(kindOf(exported)).toBe("malformed");
  });

  it("[CR-52] answers any bytes with an outcome", () => {
    const encs = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.oneof(bytes, encs), bytes, (enc, ciphertext) => {
        const opening = {
          keyPair: receiverKeyPair(),
          enc,
          info,
          aad,
          ciphertext,
        };
        expect(kindOf(hpkeOpen(rfcSuite, opening))).not.toBe("ok");
      }),
    );
  });
});

describe("a KEM of other measures", () => {
  // Not secure and not meant to be: every length differs from every other, as those of a post-quantum KEM do.
  const kem: Kem = {
    name: "lengths",
    id: 0x1234,
    publicKeyLength: 40,
    secretKeyLength: 24,
    encLength: 56,
    secretLength: 32,
    seedLength: 17,
    deriveKeyPair: (ikm) => {
      const publicKey = new Uint8Array(40);
      publicKey.set(sha256(ikm));
      return { publicKey, secretKey: publicKey.slice(0, 24) };
    },
    encap: (publicKey, random) => {
      const enc = random(56);
      return ok({ enc, sharedSecret: sha256(concatBytes(publicKey, enc)) });
    },
    decap: (enc, { publicKey }) => ok(sha256(concatBytes(publicKey, enc))),
    isPublicKey: (publicKey) => publicKey.length === 40,
  };

  it("[CR-51] fits where the suite's KEM is asked for", () => {
    const suite: HpkeSuite = { kem, aead: xchacha20Poly1305 };
    const keyPair = kem.deriveKeyPair(new Uint8Array(17));
    const aad = Uint8Array.of(7);
    const plaintext = Uint8Array.of(1, 2, 3);
    const random = createSeededRandom("kem").bytes;
    const { publicKey } = keyPair;
    const sealed = valueOf(
      hpkeSeal(suite, { publicKey, info, aad, plaintext, random }),
    );
    expect(sealed.enc.length).toBe(56);
    expect(hpkeOpen(suite, { keyPair, info, aad, ...sealed })).toEqual(
      ok(plaintext),
    );
    const enc = sealed.enc.subarray(1);
    expect(
      kindOf(hpkeOpen(suite, { keyPair, info, aad, ...sealed, enc })),
    ).toBe("malformed");
  });
});

// Different inputs must not meet under one ephemeral key, or the nonce watch is right to object.
function seededBy(...parts: readonly Uint8Array[]) {
  const lengths = Uint8Array.from(parts.map((part) => part.length));
  return createSeededRandom(String(sha256(concatBytes(lengths, ...parts))))
    .bytes;
}
