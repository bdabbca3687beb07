import { err, ok } from "@halqa/bytes";
import * as crypto from "@halqa/crypto";
import { describe, expect, it } from "vitest";
import { checkLocking, type LockingOperations } from "./locking-check.ts";

const { xchacha20Poly1305: aead } = crypto;

describe("checkLocking", () => {
  it("[AP-11] passes the library as it is", async () => {
    expect(await checkLocking(crypto)).toBe("works");
  });

  it("[AP-11] says that the library did not load", async () => {
    const ready = Promise.reject(new Error("no WebAssembly"));
    expect(await checkLocking({ ...crypto, ready })).toBe("not-loaded");
  });

  it.each<[string, Partial<LockingOperations>]>([
    ["agrees on a wrong secret", { x25519: () => ok(new Uint8Array(32)) }],
    ["agrees with nobody", { x25519: () => err({ kind: "weak-point" }) }],
    [
      "agrees on a secret with a weak point",
      {
        x25519: (secretKey, publicKey) =>
          publicKey.every((byte) => byte === 0)
            ? ok(new Uint8Array(32))
            : crypto.x25519(secretKey, publicKey),
      },
    ],
    ["derives a wrong key", { ed25519PublicKey: () => new Uint8Array(32) }],
    ["signs wrongly", { ed25519Sign: () => new Uint8Array(64) }],
    ["takes any signature", { ed25519Verify: () => true }],
    ["takes no signature", { ed25519Verify: () => false }],
    [
      "seals nothing",
      { xchacha20Poly1305: { ...aead, seal: (input) => input.plaintext } },
    ],
    [
      "opens what was changed",
      {
        xchacha20Poly1305: {
          ...aead,
          open: () =>
            ok(
              new TextEncoder().encode(
                "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
              ),
            ),
        },
      },
    ],
    [
      "opens nothing",
      {
        xchacha20Poly1305: {
          ...aead,
          open: () => err({ kind: "not-opened" }),
        },
      },
    ],
    [
      "throws",
      {
        x25519: () => {
          throw new RangeError("planted");
        },
      },
    ],
  ])("[AP-11] finds out a library that %s", async (_, broken) => {
    expect(await checkLocking({ ...crypto, ...broken })).toBe("wrong-answer");
  });
});
