// What the page may ask of the worker about this device itself: its lock, its recovery words, its backups
// (docs/spec/app.md, AP-70 to AP-79). Plain data between threads. Words leave the worker only to be shown to their person.

import type { Tick } from "./ticks.ts";

/** When the device locks itself, and what is seen of it meanwhile. */
export interface LockSettings {
  /** Minutes without a touch; 0 is never. */
  readonly afterMinutes: number;
  readonly onHide: boolean;
  /** Nothing is to be seen while the app is not in front. */
  readonly blankOnHide: boolean;
}

/** How far somebody got with the recovery words: never looked at, looked at, or shown to be kept. */
export type WordsState = "none" | "shown" | "kept";

export interface KeepingView {
  readonly hasPassphrase: boolean;
  /** The device's own lock, such as a finger, opens it as well. */
  readonly hasQuickUnlock: boolean;
  readonly settings: LockSettings;
  readonly words: WordsState;
  /** When the last backup was made. */
  readonly backupAt?: number | undefined;
  /** Until when nobody is reminded. */
  readonly quietUntil?: number | undefined;
  /** What was ticked off in the guide, and what is not to be offered again. */
  readonly ticks: readonly Tick[];
}

/** A key that the device's own lock guards, by the name under which it is asked for. */
export interface QuickKey {
  readonly credential: Uint8Array;
  readonly salt: Uint8Array;
}

/** What opens the vault. */
export type Secret =
  | { readonly by: "passphrase"; readonly passphrase: string }
  | { readonly by: "quick-unlock"; readonly output: Uint8Array };

export type KeeperTask =
  /** The recovery words, made now where there are none yet. */
  | { readonly task: "show-words" }
  | { readonly task: "words-kept" }
  | { readonly task: "remind-later"; readonly until: number }
  | { readonly task: "tick"; readonly tick: Tick; readonly isOn: boolean }
  | { readonly task: "backup" }
  | { readonly task: "suggest-passphrase" }
  | {
      readonly task: "change-passphrase";
      readonly passphrase: string | undefined;
      readonly next: string | undefined;
    }
  | { readonly task: "set-locking"; readonly settings: LockSettings }
  | {
      readonly task: "add-quick-unlock";
      readonly passphrase: string;
      readonly key: QuickKey;
      readonly output: Uint8Array;
    }
  | { readonly task: "remove-quick-unlock" }
  /** What was used up becomes unreadable now: the app is hidden (EN-90). */
  | { readonly task: "renew" };

export type KeeperFault =
  | "wrong-passphrase"
  | "weak-passphrase"
  | "out-of-memory"
  | "storage-failed"
  /** The engine ended before it answered. */
  | "ended";

export type KeeperAnswer =
  | {
      readonly ok: true;
      readonly words?: string;
      readonly file?: Blob;
    }
  | { readonly ok: false; readonly fault: KeeperFault };

/** Why the vault stays locked; undefined where nothing was tried yet. */
export type LockedBecause =
  "wrong-passphrase" | "quick-unlock" | "out-of-memory" | undefined;

export interface Beginning {
  readonly name: string | undefined;
  readonly passphrase: string | undefined;
}

export interface Restoring {
  readonly file: Blob;
  readonly words: string;
  readonly passphrase: string | undefined;
}

/** Why a device was not begun, or did not come out of a backup. */
export type BeginFault =
  | { readonly kind: "weak-passphrase" | "out-of-memory" | "storage-failed" }
  | {
      readonly kind: "unknown-word";
      readonly at: number;
      readonly word: string;
    }
  | { readonly kind: "wrong-count"; readonly count: number }
  | { readonly kind: "wrong-checksum" }
  /** The file and the words do not belong together, or its beginning was changed. */
  | { readonly kind: "wrong-key" }
  /** No backup, or one of another version or another kind of key. */
  | { readonly kind: "no-backup" }
  /** Cut or changed on its way. */
  | { readonly kind: "damaged-file" }
  /** Somebody is on this device already. */
  | { readonly kind: "not-empty" };
