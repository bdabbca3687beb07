/**
 * A device as the command line runs one: the engine over a vault in a data folder (SQLite) and over WebSockets, with counters on
 * both. And a store in memory, for people who only have to be there.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSystemRandom } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { openVault } from "@halqa/vault";
import type { RawStore } from "@halqa/vault";
import { fetchRelayRecord } from "../../../apps/cli/src/relay-record.ts";
import { connectWebSocket } from "../../../apps/cli/src/socket.ts";
import { openDataFolder } from "../../../apps/cli/src/storage/data-folder.ts";
import { runEngine, storeLayout } from "../src/index.ts";
import type { Connect, DefaultRelay, Engine, Store } from "../src/index.ts";
import { refKey } from "../src/step/job.ts";

/** Octets since the last look. */
export interface Traffic {
  sent: number;
  received: number;
}

export interface Device {
  readonly engine: Engine;
  readonly store: Store;
  readonly traffic: Traffic;
  /** Octets of keys and values that the table of the store was given. */
  readonly stored: { octets: number };
  /** When the store was last used, as `performance.now()`. */
  readonly lastUse: () => number;
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder that goes when the process ends; with what another one holds. */
export function newFolder(from?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "halqa-bench-"));
  folders.push(folder);
  if (from !== undefined) cpSync(from, folder, { recursive: true });
  return folder;
}

/** What a device has to know of a relay on this machine. */
export async function relayAt(port: number): Promise<DefaultRelay> {
  const found = await fetchRelayRecord(`http://127.0.0.1:${port}`);
  if (!found.ok) throw new Error("the relay does not answer");
  return found.value;
}

/** Opens what `startDevice` runs on, or makes it. */
export async function openFolder(
  folder: string,
  watchRaw: (raw: RawStore) => RawStore = (raw) => raw,
): Promise<Store> {
  const opened = openDataFolder(folder);
  if (!opened.ok) throw new Error(opened.error.kind);
  const { raw, slot } = opened.value;
  const random = createSystemRandom();
  const vault = await openVault(watchRaw(raw), {
    slot,
    random,
    ...storeLayout,
  });
  if (!vault.ok) throw new Error(vault.error.kind);
  return vault.value;
}

/** A device on its folder, running. */
export async function startDevice(
  folder: string,
  relay: DefaultRelay,
): Promise<Device> {
  const stored = { octets: 0 };
  const store = await openFolder(folder, (raw) => ({
    ...raw,
    commit: (writes) => {
      for (const { key, value } of writes)
        stored.octets += key.length + (value?.length ?? 0);
      return raw.commit(writes);
    },
  }));
  return run(store, relay, stored);
}

/** Somebody whose disk costs nothing. */
export function startInMemory(store: Store, relay: DefaultRelay): Device {
  return run(store, relay, { octets: 0 });
}

export type MemoryStore = Store & {
  readonly at: (ref: { store: string; id: string }) => Uint8Array | undefined;
};

export function createMemoryStore(): MemoryStore {
  const records = new Map<string, Uint8Array>();
  return {
    at: (ref) => records.get(refKey(ref)),
    read: async (refs) => refs.map((ref) => records.get(refKey(ref))),
    commit: async (writes) => {
      for (const { ref, value } of writes) {
        if (value === undefined) records.delete(refKey(ref));
        else records.set(refKey(ref), value);
      }
    },
    close: async () => undefined,
  };
}

function run(
  store: Store,
  relay: DefaultRelay,
  stored: Device["stored"],
): Device {
  const traffic: Traffic = { sent: 0, received: 0 };
  let lastUse = performance.now();
  const used = <T>(work: Promise<T>): Promise<T> =>
    work.finally(() => {
      lastUse = performance.now();
    });
  const engine = runEngine({
    store: {
      ...store,
      read: (refs) => used(store.read(refs)),
      commit: (writes) => used(store.commit(writes)),
    },
    connect: counting(connectWebSocket, traffic),
    now: Date.now,
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms);
      return () => clearTimeout(timer);
    },
    random: createSystemRandom(),
    mls,
    defaultRelay: relay,
    onCrash: (fault) => {
      console.error(fault);
      process.exit(1);
    },
  });
  return { engine, store, traffic, stored, lastUse: () => lastUse };
}

function counting(connect: Connect, traffic: Traffic): Connect {
  return (url, handlers) => {
    const socket = connect(url, {
      ...handlers,
      onFrame: (frame) => {
        traffic.received += frame.length;
        handlers.onFrame(frame);
      },
    });
    return {
      ...socket,
      send: (frame) => {
        traffic.sent += frame.length;
        socket.send(frame);
      },
    };
  };
}
