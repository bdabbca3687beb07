// The formats a second time, from docs/spec/vault.md alone: what the page says is what stands on the disk.

import {
  concatBytes,
  encodeHex,
  encodeUtf8,
  err,
  type Result,
} from "@halqa/bytes";
import {
  ARGON2ID_DEFAULT,
  blake2b,
  deriveArgon2id,
  ready,
  xchacha20Poly1305,
} from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { createMemoryDisk, type DiskImage } from "@halqa/testkit/storage";
import { openVault } from "@halqa/vault";
import { beforeAll, describe, expect, it } from "vitest";
import { createVaultWorld, valueOf } from "../testing/vault-world.ts";

beforeAll(() => ready);

const ref = { store: "item", id: "circle/17" };
const value = encodeUtf8("a value");
const passphrase = "five plain words of hope";

const hash = (data: Uint8Array, key?: Uint8Array): Uint8Array =>
  blake2b(key === undefined ? { length: 32 } : { key, length: 32 }, data);
const text = encodeUtf8;

/** A byte string after its length, below 64: one octet. */
const vector = (bytes: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(bytes.length), bytes);

function part(bytes: Uint8Array, at: number, length: number): Uint8Array {
  expect(at + length).toBeLessThanOrEqual(bytes.length);
  return bytes.slice(at, at + length);
}

function open(key: Uint8Array, aad: Uint8Array, sealed: Uint8Array) {
  const nonce = sealed.slice(0, 24);
  const ciphertext = sealed.slice(24);
  return xchacha20Poly1305.open({ key, nonce, aad, ciphertext });
}

async function makeImage(
  seed: string,
  phrase: string | undefined,
): Promise<DiskImage> {
  const disk = createMemoryDisk();
  const { bytes: random } = createSeededRandom(seed);
  const access = { slot: disk.slot, random, passphrase: phrase };
  const vault = valueOf(await openVault(disk.openRaw(), access));
  await vault.commit([{ ref, value }]);
  return disk.image();
}

/** The header's fields, by their places. */
function readHeader(image: DiskImage) {
  const place = hash(text("halqa/v1/vault/place-of-header"));
  const header = image.records.get(encodeHex(place))!;
  expect(header.length).toBe(202);
  const view = new DataView(header.buffer, header.byteOffset);
  return {
    header,
    parameters: part(header, 0, 26),
    version: header[0],
    protection: header[1],
    passes: view.getUint32(2),
    memoryKiB: view.getUint32(6),
    salt: part(header, 10, 16),
    sealedKeys: [part(header, 26, 72), part(header, 98, 72)],
    tag: part(header, 170, 32),
  };
}

/** Which of the two sealed keys opens, and to what. */
function openDataKey(
  image: DiskImage,
  passphraseKey: Uint8Array,
): { index: number; dataKey: Uint8Array } {
  const { parameters, sealedKeys } = readHeader(image);
  const secret = part(image.slot!, 0, 32);
  const kek = hash(
    concatBytes(
      text("halqa/v1/vault/kek"),
      vector(secret),
      vector(new Uint8Array()),
      parameters,
    ),
    passphraseKey,
  );
  const aad = concatBytes(text("halqa/v1/vault/sealed-key"), parameters);
  const opened = sealedKeys.map((sealed) => open(kek, aad, sealed));
  const index = opened.findIndex((result) => result.ok);
  expect(opened[1 - index]).toEqual(err({ kind: "not-opened" }));
  return { index, dataKey: valueOf(opened[index]!) };
}

const withoutPassphrase = new Uint8Array(32);

describe("the header", () => {
  it("[VA-20] gives the data key to the passphrase, the slot and the parameters together", async () => {
    const image = await makeImage("with", passphrase);
    const { passes, memoryKiB, salt, version, protection } = readHeader(image);
    expect([version, protection]).toEqual([1, 1]);
    // [VA-21]
    expect({ passes, memoryKiB }).toEqual(ARGON2ID_DEFAULT);
    const passphraseKey = valueOf(
      deriveArgon2id({
        passphrase: text(passphrase),
        salt,
        parameters: { passes, memoryKiB },
      }),
    );
    expect(openDataKey(image, passphraseKey).dataKey.length).toBe(32);
  });

  it("[VA-20] goes by the slot alone where there is no passphrase", async () => {
    const image = await makeImage("without", undefined);
    const { passes, memoryKiB, version, protection } = readHeader(image);
    expect([version, protection, passes, memoryKiB]).toEqual([1, 0, 0, 0]);
    expect(openDataKey(image, withoutPassphrase).dataKey.length).toBe(32);
  });

  it("[VA-22] is tagged under the slot's secret", async () => {
    const image = await makeImage("tag", undefined);
    const { header, tag } = readHeader(image);
    const secret = part(image.slot!, 0, 32);
    const label = text("halqa/v1/vault/tag-of-header");
    const body = header.slice(0, 170);
    expect(hash(concatBytes(label, body), secret)).toEqual(tag);
  });

  it("[VA-25] is of one size, its key in either place, and draws everything anew", async () => {
    const images = await Promise.all(
      Array.from({ length: 12 }, (_, i) => makeImage(`place ${i}`, undefined)),
    );
    const found = images.map((image) => openDataKey(image, withoutPassphrase));
    expect(new Set(found.map(({ index }) => index)).size).toBe(2);
    const keys = found.map(({ dataKey }) => encodeHex(dataKey));
    const salts = images.map((image) => encodeHex(readHeader(image).salt));
    expect([new Set(keys).size, new Set(salts).size]).toEqual([12, 12]);
  });
});

describe("the slot", () => {
  it("[VA-26] holds the secret with its check in one half and noise in the other", async () => {
    const { slot } = await makeImage("slot", undefined);
    expect(slot?.length).toBe(8192);
    const secret = part(slot!, 0, 32);
    const check = hash(concatBytes(text("halqa/v1/vault/slot-check"), secret));
    expect(part(slot!, 32, 32)).toEqual(check);
    expect(part(slot!, 4096, 64).some((octet) => octet !== 0)).toBe(true);
    expect(part(slot!, 64, 4032).every((octet) => octet === 0)).toBe(true);
    expect(part(slot!, 4160, 4032).every((octet) => octet === 0)).toBe(true);
  });

  it("[VA-26] changes halves with every change of the passphrase", async () => {
    const world = createVaultWorld("turns");
    valueOf(await world.open());
    const secrets = [part(world.disk.image().slot!, 0, 32)];
    for (const at of [4096, 0, 4096]) {
      valueOf(await world.change(undefined, undefined));
      const { slot } = world.disk.image();
      const secret = part(slot!, at, 32);
      const label = text("halqa/v1/vault/slot-check");
      const check = hash(concatBytes(label, secret));
      expect(part(slot!, at + 32, 32)).toEqual(check);
      secrets.push(secret);
    }
    expect(new Set(secrets.map(encodeHex)).size).toBe(4);
  });
});

describe("a record", () => {
  it("[VA-23] [VA-24] [VA-30] stands in its place, sealed under its store's key", async () => {
    const image = await makeImage("record", undefined);
    const { dataKey } = openDataKey(image, withoutPassphrase);
    const nameKey = hash(text("halqa/v1/vault/names"), dataKey);
    const name = concatBytes(vector(text(ref.store)), vector(text(ref.id)));
    const record = image.records.get(encodeHex(hash(name, nameKey)))!;
    expect([record[0], record.length]).toEqual([1, 1 + 24 + 256 + 16]);
    const storeKey = hash(text(`halqa/v1/vault/store${ref.store}`), dataKey);
    const version = Uint8Array.of(1);
    const aad = concatBytes(text("halqa/v1/vault/record"), version, name);
    const padded: Result<Uint8Array, { readonly kind: string }> = open(
      storeKey,
      aad,
      record.slice(1),
    );
    const expected = new Uint8Array(256);
    expected[3] = value.length;
    expected.set(value, 4);
    expect(valueOf(padded)).toEqual(expected);
    expect(image.records.size).toBe(2);
  });
});
