// What is kept elsewhere: backups that open with words, their return, and an export that everybody can read.

import { createReadStream } from "node:fs";
import {
  createRecoveryKey,
  decodeRecoveryWords,
  encodeRecoveryWords,
} from "@halqa/backup";
import type { BackupKey } from "@halqa/backup";
import { createSystemRandom, ready } from "@halqa/crypto";
import { restoreBackup, type RestoreFault } from "@halqa/engine";
import * as mls from "@halqa/mls";
import { isStrongEnough } from "@halqa/vault";
import { err, ok, type Result } from "@halqa/bytes";
import type { Call } from "../call.ts";
import { writeRelayConfig } from "../config-record.ts";
import { withEngine, type Surroundings } from "../engine-session.ts";
import type { SecretName } from "../secret-name.ts";
import { exportCircle } from "../export-circle.ts";
import type { Given } from "../form.ts";
import { openDevice, weak } from "../open-device.ts";
import { exitRefused, refusal, type Failure } from "../outcome.ts";
import { DEFAULT_RELAY, fetchRelayRecord } from "../relay-record.ts";
import { catchUp, look, type Session } from "../session.ts";
import { canRead, writeNewFile } from "../whole-file.ts";
import { inCircle, type Ending, type Group, type Place } from "./entry.ts";

export const keepingCommands: Group = {
  title: "Keeping",
  entries: [
    {
      usage: "backup FILE",
      about: "write who you are and what was said into a sealed file",
      more: "It opens with 24 words: those in HALQA_RECOVERY_WORDS, or new ones, which are printed once. With HALQA_BACKUP_PASSPHRASE it opens with that. Keep words and file apart.",
      run: backup,
    },
    {
      usage: "restore FILE [--relay URL]",
      about: "begin again out of a backup, in a new data folder",
      more: "The words stand in HALQA_RECOVERY_WORDS, or the passphrase in HALQA_BACKUP_PASSPHRASE. --relay is that of circles founded later, where the backup says none. Then `halqa repair CIRCLE` asks each circle to let this device in.",
      alone: restore,
    },
    {
      usage: "export CIRCLE FILE --readable",
      about: "write what was said as JSON lines that EVERYBODY CAN READ",
      more: "--readable says that you know. The objects are those of `halqa read --json`. What disappears is left out.",
      run: inCircle(exportReadable),
    },
  ],
};

interface ChosenKey {
  readonly key: BackupKey;
  /** Words that were made now, and that nobody has written down yet. */
  readonly fresh?: string;
}

/** What the environment says of how a file opens; undefined when it says nothing. */
function keyOf(
  secret: (name: SecretName) => string | undefined,
): Result<ChosenKey | undefined, Failure> {
  const typed = secret("HALQA_RECOVERY_WORDS");
  if (typed !== undefined) {
    const key = decodeRecoveryWords(typed);
    return key.ok
      ? ok({ key: { by: "words", key: key.value } })
      : err(wordsFailure(key.error));
  }
  const passphrase = secret("HALQA_BACKUP_PASSPHRASE");
  return ok(
    passphrase === undefined
      ? undefined
      : { key: { by: "passphrase", passphrase } },
  );
}

function wordsFailure(
  error: Extract<
    ReturnType<typeof decodeRecoveryWords>,
    { ok: false }
  >["error"],
): Failure {
  switch (error.kind) {
    case "unknown-word":
      return exitRefused(
        "bad-words",
        `Word ${error.at + 1}, "${error.word}", is none of the list.`,
      );
    case "wrong-count":
      return exitRefused(
        "bad-words",
        `There are ${error.count} words instead of 24.`,
      );
    case "wrong-checksum":
      return exitRefused(
        "bad-words",
        "All words are of the list, but one of them is another one than it was, or they stand in another order.",
      );
  }
}

async function backup(session: Session, given: Given): Ending {
  await ready;
  const chosen = keyOf(session.secret);
  if (!chosen.ok) return chosen.error;
  const { key, fresh } = chosen.value ?? freshKey();
  if (key.by === "passphrase" && !isStrongEnough(key.passphrase)) return weak;
  const { circles } = await look(session, { query: "app" });
  for (const { circle } of circles) await catchUp(session, circle);
  const file = given.text("FILE");
  const written = await writeNewFile(file, session.backup(key));
  if (!written.ok) return written.error;
  session.print({
    type: "backup",
    file,
    bytes: written.value,
    ...(fresh === undefined ? {} : { words: fresh }),
  });
  return undefined;
}

function freshKey(): ChosenKey {
  const key = createRecoveryKey(createSystemRandom());
  return {
    key: { by: "words", key },
    fresh: encodeRecoveryWords(key).join(" "),
  };
}

const noRelay = exitRefused(
  "bad-relay",
  "The backup names no relay: begin again in a new data folder, with --relay URL.",
);

function orNothing<T>(result: Result<T, unknown>): T | undefined {
  return result.ok ? result.value : undefined;
}

const noKey = exitRefused(
  "no-key",
  "What opens the backup stands in HALQA_RECOVERY_WORDS or in HALQA_BACKUP_PASSPHRASE.",
);

async function restore(
  around: Surroundings & { readonly call: Call },
  given: Given,
): Ending {
  await ready;
  const { call } = around;
  const chosen = keyOf(around.secret);
  if (!chosen.ok) return chosen.error;
  if (chosen.value === undefined) return noKey;
  const file = given.text("FILE");
  if (!canRead(file))
    return exitRefused("bad-file", `"${file}" cannot be read.`);
  const address = given.maybe("relay");
  const relay = await fetchRelayRecord(address ?? DEFAULT_RELAY);
  // The backup may say one, and nothing else of a restore needs a network.
  if (!relay.ok && address !== undefined) return relay.error;
  const vault = await openDevice({
    folder: call.settings.data,
    passphrase: around.secret("HALQA_PASSPHRASE"),
    make: true,
  });
  if (!vault.ok) return vault.error;
  const store = vault.value;
  const restored = await restoreBackup({
    store,
    file: createReadStream(file),
    key: chosen.value.key,
    random: createSystemRandom(),
    now: Date.now,
    mls,
  });
  if (!restored.ok) {
    await store.close();
    return restoreFailure(restored.error.kind);
  }
  const { relay: known, ...counts } = restored.value;
  around.print({ type: "restored", ...counts });
  const home =
    address === undefined ? (known ?? orNothing(relay)) : orNothing(relay);
  if (home === undefined) {
    await store.close();
    return noRelay;
  }
  await writeRelayConfig(store, home);
  return withEngine({ call, around, store, relay: home }, async (session) => {
    const { circles } = await look(session, { query: "app" });
    for (const circle of circles) session.print({ type: "circle", ...circle });
    return undefined;
  });
}

const fileFaults: Readonly<
  Record<Exclude<RestoreFault["kind"], "storage-failed">, string>
> = {
  "unsupported-version":
    "This is no backup, or one of an older or newer version.",
  "other-protection":
    "The backup opens with another kind of key: words, or a passphrase.",
  "refused-parameters": "No backup of Halqa looks like this one.",
  "out-of-memory": "There is not the memory that the passphrase costs.",
  "wrong-key-or-tampered":
    "The words or the passphrase are others, or the file was changed.",
  tampered: "The file was changed.",
  "wrong-length": "A part of the file is missing: copy it again.",
  malformed: "The file opens, but a backup looks otherwise.",
  "not-empty":
    "There is a profile here already; a backup needs another --data folder.",
  "no-device": "There is no profile here to add to.",
};

function restoreFailure(kind: RestoreFault["kind"]): Failure {
  if (kind === "storage-failed") return refusal("storage-failed");
  const error = kind === "not-empty" ? "data-exists" : "bad-file";
  return exitRefused(error, fileFaults[kind]);
}

async function exportReadable(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const file = given.text("FILE");
  const exported = await exportCircle(session, circle);
  const written = await writeNewFile(file, exported.pieces);
  if (!written.ok) return written.error;
  session.print({
    type: "exported",
    circle,
    file,
    items: exported.count(),
    warning:
      "Whoever gets this file reads what was said and who said it: delete it when it has served.",
  });
  return undefined;
}
