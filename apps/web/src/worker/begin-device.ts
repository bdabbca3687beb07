// The beginning of a device: new keys, or a person out of a backup (docs/spec/app.md, AP-72, AP-74). Nothing of it stands when it
// was refused: the place is as empty as before.

import { err, ok, type Result } from "@halqa/bytes";
import { createSystemRandom } from "@halqa/crypto";
import { restoreBackup, type RestoreFault } from "@halqa/engine";
import * as mls from "@halqa/mls";
import type { VaultError } from "@halqa/vault";
import type { BeginFault, Restoring } from "../client/keeper.ts";
import { writeKeeping } from "./keeper-desk.ts";
import { NEW_KEEPING } from "./keeping-record.ts";
import {
  makeOrOpen,
  renewPlace,
  type Device,
  type Place,
} from "./open-device.ts";

/** Makes the keys of a new device. */
export async function beginDevice(
  place: Place,
  passphrase: string | undefined,
): Promise<Result<Device, BeginFault>> {
  const made = await makeOrOpen(place, passphrase);
  return made.ok ? made : err(beginFaultOf(made.error.kind));
}

/** What came of a restore: a device, or the place as it is now. */
export interface Refused {
  readonly fault: BeginFault;
  /** Undefined where the storage failed for good. */
  readonly place: Place | undefined;
}

/** Makes a device out of a backup. A refusal leaves an empty place, where it can be tried again. */
export async function restoreDevice(
  place: Place,
  { file, words, passphrase }: Restoring,
): Promise<Result<Device, Refused>> {
  const { decodeRecoveryWords } = await import("./words.ts");
  const key = decodeRecoveryWords(words);
  if (!key.ok) return err({ fault: key.error, place });
  const made = await beginDevice(place, passphrase);
  if (!made.ok) return err({ fault: made.error, place });
  const { vault } = made.value;
  const restored = await restoreBackup({
    store: vault,
    file: piecesOf(file),
    key: { by: "words", key: key.value },
    random: createSystemRandom(),
    now: Date.now,
    mls,
  });
  if (!restored.ok) {
    await vault.close();
    const renewed = await renewPlace(place);
    return err({
      fault: restoreFaultOf(restored.error.kind),
      place: renewed.ok ? renewed.value : undefined,
    });
  }
  // The same words open what is saved from here on: their person has just shown that they are kept.
  await writeKeeping(made.value, {
    ...NEW_KEEPING,
    recoveryKey: key.value,
    words: "kept",
  });
  return ok(made.value);
}

const PIECE_BYTES = 1_024 * 1_024;

async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = file.slice(at, at + PIECE_BYTES);
    yield new Uint8Array(await piece.arrayBuffer());
  }
}

function beginFaultOf(kind: VaultError["kind"]): BeginFault {
  switch (kind) {
    case "weak-passphrase":
    case "out-of-memory":
      return { kind };
    case "wrong-key-or-tampered":
    case "passphrase-needed":
    case "damaged":
    case "full":
    case "unavailable":
      return { kind: "storage-failed" };
  }
}

function restoreFaultOf(kind: RestoreFault["kind"]): BeginFault {
  switch (kind) {
    case "wrong-key-or-tampered":
      return { kind: "wrong-key" };
    case "unsupported-version":
    case "other-protection":
    case "refused-parameters":
      return { kind: "no-backup" };
    case "tampered":
    case "wrong-length":
    case "malformed":
      return { kind: "damaged-file" };
    case "out-of-memory":
    case "storage-failed":
    case "not-empty":
      return { kind };
    case "no-device":
      return { kind: "storage-failed" };
  }
}
