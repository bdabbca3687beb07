// A person's backup for tests, and files made of it.

import {
  compareBytes,
  concatBytes,
  encodeUtf8,
  type Result,
} from "@halqa/bytes";
import { ARGON2ID_FLOOR, type RandomBytes } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import {
  createBackupReader,
  createBackupWriter,
  type BackupEntry,
  type BackupError,
  type BackupKey,
} from "@halqa/backup";

const { bytes } = createSeededRandom("a person");

export const wordsKey = { by: "words", key: bytes(32) } as const;
export const passphraseKey = {
  by: "passphrase",
  passphrase: "orbit velvet harbour lamp",
  cost: ARGON2ID_FLOOR,
} as const;

/** Two circles with lists, one of them empty of marks. */
export function sampleEntries(items = 40): readonly BackupEntry[] {
  const relays = [
    { url: "wss://relay.example/", relayPub: bytes(32), access: undefined },
    { url: "wss://b.example/", relayPub: bytes(32), access: bytes(16) },
  ];
  const circle = (name: string, role: "steward" | "none") =>
    ({
      entry: "circle",
      id: bytes(32),
      name,
      memberKey: bytes(32),
      role,
      relays,
      read: 7,
      wayBack: role === "none" ? undefined : bytes(300),
    }) as const;
  const members = [bytes(32), bytes(32)].toSorted(compareBytes);
  return [
    { entry: "identity", seed: bytes(32), name: "Rojîn" },
    { entry: "setting", name: "homes", value: bytes(40) },
    { entry: "setting", name: "language", value: encodeUtf8("ckb") },
    circle("Bread and roses", "steward"),
    ...members.map((member) => ({ entry: "mark", member }) as const),
    ...Array.from(
      { length: items },
      (_, i) => ({ entry: "item", ordinal: 2 * i, item: bytes(300) }) as const,
    ),
    circle("حلقة الطاحونة", "none"),
    { entry: "item", ordinal: 0, item: bytes(10) },
  ];
}

let files = 0;

export function writeFile(
  entries: readonly BackupEntry[],
  key: BackupKey = wordsKey,
  random: RandomBytes = createSeededRandom(`file ${++files}`).bytes,
): Uint8Array {
  const writer = createBackupWriter({ key, random });
  const pieces = entries.flatMap((entry) => [...writer.push(entry)]);
  return concatBytes(...pieces, ...writer.finish());
}

/** Everything in a file, given piece by piece. */
export function readFile(
  file: Uint8Array,
  key: BackupKey = wordsKey,
  piece = 10_000,
): Result<readonly BackupEntry[], BackupError> {
  const reader = createBackupReader(key);
  const entries: BackupEntry[] = [];
  for (let at = 0; at < file.length; at += piece) {
    const read = reader.push(file.subarray(at, at + piece));
    if (!read.ok) return read;
    entries.push(...read.value);
  }
  const rest = reader.finish();
  return rest.ok ? { ok: true, value: [...entries, ...rest.value] } : rest;
}

export function kindOf(
  result: Result<unknown, { readonly kind: string }>,
): string {
  return result.ok ? "ok" : result.error.kind;
}
