// Carries out what the page asks about the device itself (docs/spec/app.md, AP-70 to AP-76). It has the open vault and the
// engine; the page gets a view, words to be shown to their person, and files that are sealed.

import { createSystemRandom } from "@halqa/crypto";
import type { Engine } from "@halqa/engine";
import type { VaultError } from "@halqa/vault";
import type {
  KeeperAnswer,
  KeeperFault,
  KeeperTask,
  KeepingView,
} from "../client/keeper.ts";
import { TICKS } from "../client/ticks.ts";
import {
  boundSettings,
  decodeKeeping,
  encodeKeeping,
  KEEPING_REF,
  NEW_KEEPING,
  type Keeping,
} from "./keeping-record.ts";
import type { Device } from "./open-device.ts";
import {
  putQuickUnlock,
  readQuickKey,
  removeQuickUnlock,
} from "./quick-unlock.ts";

export interface KeeperDesk {
  readonly view: () => KeepingView;
  readonly run: (task: KeeperTask) => Promise<KeeperAnswer>;
}

interface Desk {
  readonly device: Device;
  readonly engine: Engine;
  readonly tell: () => void;
  keeping: Keeping;
  hasQuickUnlock: boolean;
}

const DONE: KeeperAnswer = { ok: true };
const RECOVERY_KEY_LENGTH = 32;

/** The desk of an open device. `tell` is called after each change of the view. */
export async function openKeeperDesk(o: {
  readonly device: Device;
  readonly engine: Engine;
  readonly onChange: () => void;
}): Promise<KeeperDesk> {
  const { device, engine } = o;
  const keeping = await readKeeping(device);
  const hasQuickUnlock = (await readQuickKey(device.storage.raw)) !== undefined;
  const desk: Desk = {
    device,
    engine,
    tell: o.onChange,
    keeping,
    hasQuickUnlock,
  };
  return {
    view: () => viewOf(desk),
    run: async (task) => {
      try {
        return await carryOut(desk, task);
      } catch {
        // The store refused, or the engine ends: nothing is half done, because each task is one commit.
        return fault("storage-failed");
      }
    },
  };
}

/** What a device remembers, before there is a desk. */
export async function readKeeping({ vault }: Device): Promise<Keeping> {
  const [bytes] = await vault.read([KEEPING_REF]);
  return (bytes && decodeKeeping(bytes)) ?? NEW_KEEPING;
}

export async function writeKeeping(
  { vault }: Device,
  keeping: Keeping,
): Promise<void> {
  await vault.commit([{ ref: KEEPING_REF, value: encodeKeeping(keeping) }]);
}

/** Six words for a passphrase; needs no vault. */
export async function suggestPassphrase(): Promise<KeeperAnswer> {
  const { generatePassphrase } = await import("./words.ts");
  return { ok: true, words: generatePassphrase(createSystemRandom()) };
}

async function carryOut(desk: Desk, task: KeeperTask): Promise<KeeperAnswer> {
  switch (task.task) {
    case "show-words":
      return showWords(desk);
    case "words-kept":
      return change(desk, { words: "kept", quietUntil: undefined });
    case "remind-later":
      return change(desk, { quietUntil: task.until });
    case "tick":
      return change(desk, {
        ticks: TICKS.filter((tick) =>
          tick === task.tick ? task.isOn : desk.keeping.ticks.includes(tick),
        ),
      });
    case "backup":
      return backUp(desk);
    case "suggest-passphrase":
      return suggestPassphrase();
    case "change-passphrase":
      return changePassphrase(desk, task);
    case "set-locking":
      return change(desk, { settings: boundSettings(task.settings) });
    case "add-quick-unlock":
      return addQuickUnlock(desk, task);
    case "remove-quick-unlock":
      await removeQuickUnlock(desk.device.storage.raw);
      return quickUnlockIs(desk, false);
    case "renew":
      await desk.engine.renew();
      return DONE;
  }
}

function viewOf({ device, keeping, hasQuickUnlock }: Desk): KeepingView {
  const { settings, words, backupAt, quietUntil, ticks } = keeping;
  const { hasPassphrase } = device;
  return {
    hasPassphrase,
    hasQuickUnlock,
    settings,
    words,
    backupAt,
    quietUntil,
    ticks,
  };
}

async function change(
  desk: Desk,
  next: Partial<Keeping>,
): Promise<KeeperAnswer> {
  const keeping = { ...desk.keeping, ...next };
  await writeKeeping(desk.device, keeping);
  desk.keeping = keeping;
  desk.tell();
  return DONE;
}

async function recoveryKey(desk: Desk): Promise<Uint8Array> {
  const known = desk.keeping.recoveryKey;
  if (known !== undefined) return known;
  const key = createSystemRandom()(RECOVERY_KEY_LENGTH);
  await change(desk, { recoveryKey: key, words: "shown" });
  return key;
}

async function showWords(desk: Desk): Promise<KeeperAnswer> {
  const key = await recoveryKey(desk);
  const { encodeRecoveryWords } = await import("./words.ts");
  return { ok: true, words: encodeRecoveryWords(key).join(" ") };
}

/** What is collected before it becomes part of the file: the browser keeps a file's parts outside of the memory of scripts. */
const PART_BYTES = 4 * 1_024 * 1_024;

async function backUp(desk: Desk): Promise<KeeperAnswer> {
  const key = await recoveryKey(desk);
  let file = new Blob();
  let part: BlobPart[] = [];
  let size = 0;
  for await (const piece of desk.engine.backup({ by: "words", key })) {
    part.push(Uint8Array.from(piece));
    size += piece.length;
    if (size < PART_BYTES) continue;
    file = new Blob([file, ...part]);
    part = [];
    size = 0;
  }
  file = new Blob([file, ...part]);
  await change(desk, { backupAt: Date.now(), quietUntil: undefined });
  return { ok: true, file };
}

async function changePassphrase(
  desk: Desk,
  { passphrase, next }: Extract<KeeperTask, { task: "change-passphrase" }>,
): Promise<KeeperAnswer> {
  const { device } = desk;
  const changed = await device.vault.changePassphrase({
    passphrase,
    nextPassphrase: next,
  });
  if (!changed.ok) return fault(faultOf(changed.error.kind));
  device.hasPassphrase = next !== undefined;
  // What it holds is the passphrase before, which opens nothing any more.
  if (desk.hasQuickUnlock) await removeQuickUnlock(device.storage.raw);
  return quickUnlockIs(desk, false);
}

/** The passphrase is asked for and tried: what opens the device later must be the one that holds. */
async function addQuickUnlock(
  desk: Desk,
  task: Extract<KeeperTask, { task: "add-quick-unlock" }>,
): Promise<KeeperAnswer> {
  const { storage, vault, hasPassphrase } = desk.device;
  if (!hasPassphrase) return fault("wrong-passphrase");
  const { passphrase, key, output } = task;
  // Not by opening it once more: whoever opens a vault later takes it from the one who has it (VA-53).
  const tried = await vault.changePassphrase({
    passphrase,
    nextPassphrase: passphrase,
  });
  if (!tried.ok) return fault(faultOf(tried.error.kind));
  const random = createSystemRandom();
  await putQuickUnlock(storage.raw, { key, output, passphrase, random });
  return quickUnlockIs(desk, true);
}

function quickUnlockIs(desk: Desk, isSo: boolean): KeeperAnswer {
  desk.hasQuickUnlock = isSo;
  desk.tell();
  return DONE;
}

function faultOf(kind: VaultError["kind"]): KeeperFault {
  switch (kind) {
    case "wrong-key-or-tampered":
    case "passphrase-needed":
      return "wrong-passphrase";
    case "weak-passphrase":
    case "out-of-memory":
      return kind;
    case "damaged":
    case "full":
    case "unavailable":
      return "storage-failed";
  }
}

function fault(kind: KeeperFault): KeeperAnswer {
  return { ok: false, fault: kind };
}
