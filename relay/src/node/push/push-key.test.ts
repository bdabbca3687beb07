// The key of wake-ups: made once, kept for its owner alone, never replaced.

import { createECDH } from "node:crypto";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadPushKey, PUSH_KEY_FILE } from "./push-key.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-push-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the push key", () => {
  it("[RL-62] is made once, for its owner alone, and is whole", () => {
    const made = loadPushKey(folder);
    const again = loadPushKey(folder);
    if (!made.ok || !again.ok) throw new Error("no key");
    expect(again.value).toEqual(made.value);
    expect(readdirSync(folder)).toEqual([PUSH_KEY_FILE]);
    const file = join(folder, PUSH_KEY_FILE);
    if (process.platform !== "win32") {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(Buffer.from(made.value.secretText, "base64url"));
    expect(new Uint8Array(ecdh.getPublicKey())).toEqual(made.value.publicKey);
    expect(Buffer.from(made.value.publicText, "base64url")).toEqual(
      ecdh.getPublicKey(),
    );
  });

  it.each([
    ["nothing", ""],
    ["no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    [
      "another kind of key",
      generateKeyPairSync("ed25519")
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    ],
    [
      "another curve",
      generateKeyPairSync("ec", { namedCurve: "P-384" })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    ],
  ])("[RL-62] refuses %s, and leaves it as it is", (_, text) => {
    const file = join(folder, PUSH_KEY_FILE);
    writeFileSync(file, text, { mode: 0o600 });
    expect(loadPushKey(folder)).toEqual({
      ok: false,
      error: { kind: "key-damaged", file },
    });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it.skipIf(process.platform === "win32")(
    "[RL-62] refuses a key that others may read",
    () => {
      loadPushKey(folder);
      const file = join(folder, PUSH_KEY_FILE);
      chmodSync(file, 0o640);
      expect(loadPushKey(folder)).toEqual({
        ok: false,
        error: { kind: "key-exposed", file },
      });
    },
  );
});
