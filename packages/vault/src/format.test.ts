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
const expiring = { store: "item", id: "circle/18" };
const state = { store: "circle", id: "circle/1" };
const archives = ["item"];
const DAY = 20_780;
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
  const access = { slot: disk.slot, random, passphrase: phrase, archives };
  const vault = valueOf(await openVault(disk.openRaw(), access));
  await vault.commit([
    { ref, value },
    { ref: expiring, value, expires: DAY },
    { ref: state, value },
  ]);
  // The first entry of the journal.
  await vault.commit([{ ref: { ...state, id: "circle/2" }, value }]);
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

  it("[VA-25] (N54) is of one size, its key in either place, and draws everything anew", async () => {
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
  it("[VA-40] holds the secrets with their check in one half and noise in the other", async () => {
    const { slot } = await makeImage("slot", undefined);
    expect(slot?.length).toBe(8192);
    expect(checkAt(slot!, 0)).toEqual(part(slot!, 64, 32));
    expect(part(slot!, 4096, 96).some((octet) => octet !== 0)).toBe(true);
    expect(part(slot!, 96, 4000).every((octet) => octet === 0)).toBe(true);
    expect(part(slot!, 4192, 3904).every((octet) => octet === 0)).toBe(true);
  });

  it("[VA-40] changes halves with every change of the passphrase, and the lock secret alone", async () => {
    const world = createVaultWorld("turns");
    valueOf(await world.open());
    const locks = [part(world.disk.image().slot!, 0, 32)];
    const states = [part(world.disk.image().slot!, 32, 32)];
    for (const at of [4096, 0, 4096]) {
      valueOf(await world.change(undefined, undefined));
      const { slot } = world.disk.image();
      expect(checkAt(slot!, at)).toEqual(part(slot!, at + 64, 32));
      locks.push(part(slot!, at, 32));
      states.push(part(slot!, at + 32, 32));
    }
    expect(new Set(locks.map(encodeHex)).size).toBe(4);
    expect(new Set(states.map(encodeHex)).size).toBe(1);
  });
});

const checkAt = (slot: Uint8Array, at: number): Uint8Array =>
  hash(concatBytes(text("halqa/v1/vault/slot-check"), part(slot, at, 64)));

function nameBytes(name: { store: string; id: string }): Uint8Array {
  return concatBytes(vector(text(name.store)), vector(text(name.id)));
}

/** What stands in a place under a key, without its padding. */
function openAt(
  image: DiskImage,
  o: {
    name: { store: string; id: string };
    dataKey: Uint8Array;
    key: Uint8Array;
  },
): Uint8Array {
  const nameKey = hash(text("halqa/v1/vault/names"), o.dataKey);
  const record = image.records.get(
    encodeHex(hash(nameBytes(o.name), nameKey)),
  )!;
  expect([record[0], record.length]).toEqual([1, 1 + 24 + 256 + 16]);
  const version = Uint8Array.of(1);
  const label = text("halqa/v1/vault/record");
  const aad = concatBytes(label, version, nameBytes(o.name));
  const padded: Result<Uint8Array, { readonly kind: string }> = open(
    o.key,
    aad,
    record.slice(1),
  );
  const bytes = valueOf(padded);
  expect(bytes.length).toBe(256);
  const length = bytes[3]!;
  expect(bytes.slice(0, 3)).toEqual(new Uint8Array(3));
  expect(bytes.slice(4 + length)).toEqual(new Uint8Array(252 - length));
  return bytes.slice(4, 4 + length);
}

const plain = (bytes: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0), bytes);

/** The page's one group and one day, by their places. */
function readPage(image: DiskImage, dataKey: Uint8Array) {
  const stateSecret = part(image.slot!, 32, 32);
  const label = text("halqa/v1/vault/page-of-keys");
  const key = hash(concatBytes(label, stateSecret), dataKey);
  const page = openAt(image, {
    name: { store: "", id: "page" },
    dataKey,
    key,
  });
  const group = concatBytes(vector(text("circle")), part(page, 14, 32));
  const day = concatBytes(
    new Uint8Array(new Uint32Array([DAY]).buffer).toReversed(),
    part(page, 51, 32),
  );
  expect(page).toEqual(
    concatBytes(Uint8Array.of(0, 1, 0, 0, 0, 0), vector(group), vector(day)),
  );
  return { groupKey: part(page, 14, 32), dayKey: part(page, 51, 32) };
}

describe("a record", () => {
  it("[VA-23] [VA-24] [VA-30] stands in its place, sealed under its archive's key", async () => {
    const image = await makeImage("record", undefined);
    const { dataKey } = openDataKey(image, withoutPassphrase);
    const key = hash(text(`halqa/v1/vault/store${ref.store}`), dataKey);
    expect(openAt(image, { name: ref, dataKey, key })).toEqual(plain(value));
    // Header, page, directory and journal of the group.
    expect(image.records.size).toBe(4 + 4);
  });

  it("[VA-41] [VA-42] of state is sealed under its group's key, which stands on the page", async () => {
    const image = await makeImage("state", undefined);
    const { dataKey } = openDataKey(image, withoutPassphrase);
    const { groupKey } = readPage(image, dataKey);
    const keyOf = (store: string): Uint8Array =>
      hash(text(`halqa/v1/vault/group${store}`), groupKey);
    const at = (name: { store: string; id: string }): Uint8Array =>
      openAt(image, { name, dataKey, key: keyOf(name.store) });
    expect(at(state)).toEqual(plain(value));
    // [VA-43]
    const version = Uint8Array.of(1);
    const entry = (...added: (typeof state)[]): Uint8Array =>
      concatBytes(
        version,
        vector(concatBytes(...added.map(nameBytes))),
        Uint8Array.of(0),
      );
    const directory = { store: "", id: "directory/circle" };
    expect(at(directory)).toEqual(plain(entry(state)));
    const journal = { store: "", id: "journal/0/circle" };
    const second = { ...state, id: "circle/2" };
    expect(at(journal)).toEqual(plain(entry(second)));
  });

  it("[VA-45] that expires is sealed under its day's key as well", async () => {
    const image = await makeImage("day", undefined);
    const { dataKey } = openDataKey(image, withoutPassphrase);
    const { dayKey } = readPage(image, dataKey);
    const key = hash(text(`halqa/v1/vault/store${ref.store}`), dataKey);
    const body = openAt(image, { name: expiring, dataKey, key });
    const day = body.slice(1, 5);
    expect([body[0], new DataView(day.buffer).getUint32(0)]).toEqual([1, DAY]);
    const label = text("halqa/v1/vault/day");
    const aad = concatBytes(label, day, nameBytes(expiring));
    const opened: Result<Uint8Array, { readonly kind: string }> = open(
      dayKey,
      aad,
      body.slice(5),
    );
    expect(valueOf(opened)).toEqual(value);
  });
});
