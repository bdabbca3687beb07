// Opens a data folder and what it says about itself: the vault, and the relay given at `init`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "@halqa/bytes";
import { createSystemRandom } from "@halqa/crypto";
import { storeLayout } from "@halqa/engine";
import { openVault, type Vault, type VaultError } from "@halqa/vault";
import { exitCodes } from "./exit-codes.ts";
import type { Failure } from "./outcome.ts";
import { openDataFolder } from "./storage/data-folder.ts";

const busy: Failure = {
  code: exitCodes.busy,
  error: "busy",
  sentence: "Another process uses this data folder: wait for it, or end it.",
};
const locked: Failure = {
  code: exitCodes.locked,
  error: "locked",
  sentence:
    "The data folder does not open: the passphrase (HALQA_PASSPHRASE) is another, or files were changed.",
};
const unavailable: Failure = {
  code: exitCodes.refused,
  error: "storage-failed",
  sentence:
    "The data folder cannot be used: is the disk full, or the folder not yours?",
};
const damaged: Failure = {
  code: exitCodes.locked,
  error: "damaged",
  sentence:
    "The passphrase is right, but files of the data folder are missing, changed or older than the rest: begin from a backup.",
};
export const weak: Failure = {
  code: exitCodes.refused,
  error: "weak-passphrase",
  sentence:
    "This passphrase is among the first that anybody tries: take five words or more, as `halqa words` makes them.",
};
const noData: Failure = {
  code: exitCodes.refused,
  error: "no-data",
  sentence: "There is nothing here yet: run `halqa init --name NAME`.",
};

export function hasDevice(folder: string): boolean {
  return existsSync(join(folder, "vault.db"));
}

/** Opens the vault of a folder; `make` allows a new one. Whoever gets the vault closes it. */
export async function openDevice(options: {
  readonly folder: string;
  readonly passphrase: string | undefined;
  readonly make: boolean;
}): Promise<Result<Vault, Failure>> {
  const { folder, passphrase, make } = options;
  // A mistyped --data must not leave an empty vault behind.
  if (!make && !hasDevice(folder)) return err(noData);
  const opened = openDataFolder(folder);
  if (!opened.ok) {
    return err(opened.error.kind === "in-use" ? busy : unavailable);
  }
  const { raw, slot } = opened.value;
  const random = createSystemRandom();
  const vault = await openVault(raw, {
    slot,
    random,
    passphrase,
    ...storeLayout,
  });
  if (vault.ok) return ok(vault.value);
  await raw.close();
  return err(vaultFailure(vault.error.kind));
}

/** What a vault answers, as the end of a call. */
export function vaultFailure(kind: VaultError["kind"]): Failure {
  switch (kind) {
    case "wrong-key-or-tampered":
    case "passphrase-needed":
      return locked;
    case "weak-passphrase":
      return weak;
    case "damaged":
      return damaged;
    case "full":
    case "unavailable":
    case "out-of-memory":
      return unavailable;
  }
}
