import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8, InvariantError } from "@halqa/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyEd25519 } from "./node-crypto.ts";
import { KEY_FILE, loadRelayKey, type RelayKey } from "./relay-key.ts";

let folder = "";
const file = () => join(folder, KEY_FILE);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "halqa-key-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function load(): RelayKey {
  const key = loadRelayKey(folder);
  if (!key.ok) throw new InvariantError(key.error.kind);
  return key.value;
}

describe("loadRelayKey", () => {
  it("[RN-2] makes a key at the first start and finds it again", () => {
    const first = load();
    const again = load();
    expect(first.publicKey).toHaveLength(32);
    expect(again.publicKey).toEqual(first.publicKey);
    const message = encodeUtf8("head");
    const signature = again.sign(message);
    expect(verifyEd25519(first.publicKey, message, signature)).toBe(true);
    expect(verifyEd25519(first.publicKey, signature, signature)).toBe(false);
    expect(readdirSync(folder)).toEqual([KEY_FILE]);
  });

  it("[RN-2] makes another key in another folder", () => {
    const first = load().publicKey;
    rmSync(file());
    expect(load().publicKey).not.toEqual(first);
  });

  it.skipIf(process.platform === "win32")(
    "[RN-2] keeps the key for its owner alone, and refuses one that others may read",
    () => {
      load();
      expect(statSync(file()).mode & 0o777).toBe(0o600);
      chmodSync(file(), 0o640);
      expect(loadRelayKey(folder)).toEqual({
        ok: false,
        error: { kind: "key-exposed", file: file() },
      });
    },
  );

  it.each([
    ["nothing", () => ""],
    ["garbage", () => "garbage"],
    ["half a key", (pem: string) => pem.slice(0, pem.length / 2)],
    [
      "a key of another kind",
      () =>
        generateKeyPairSync("x25519").privateKey.export({
          type: "pkcs8",
          format: "pem",
        }),
    ],
  ])("[RN-2] refuses %s and leaves the file alone", (_, damage) => {
    load();
    const damaged = damage(readFileSync(file(), "utf8")).toString();
    writeFileSync(file(), damaged);
    expect(loadRelayKey(folder)).toEqual({
      ok: false,
      error: { kind: "key-damaged", file: file() },
    });
    expect(readFileSync(file(), "utf8")).toBe(damaged);
  });
});
