// Stores over a test's own PostgreSQL, with a folder for parts; all are closed at the end.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "@halqa/bytes";
import { sha256 } from "../node/node-crypto.ts";
import type { BlobStore } from "../postgres/blob-store.ts";
import { createFolderBlobStore } from "../postgres/folder-blob-store.ts";
import {
  openPostgresStore,
  type PostgresStore,
} from "../postgres/open-postgres-store.ts";
import { id } from "./log-store-contract.ts";

export interface PostgresStores {
  readonly folder: string;
  /** One more gateway's store over the same database and parts. */
  open(relay?: number): ReturnType<typeof openPostgresStore>;
  /** With a place for parts that this one makes of the folder, where it is given. */
  opened(place?: (folder: BlobStore) => BlobStore): Promise<PostgresStore>;
  end(): Promise<void>;
}

export function createPostgresStores(url: string): PostgresStores {
  const folder = mkdtempSync(join(tmpdir(), "halqa-parts-"));
  const blobs = createFolderBlobStore(folder);
  const stores: PostgresStore[] = [];
  const openWith = async (relay: number, place: BlobStore) => {
    const relayPub = id(relay);
    const options = { url, relayPub, hash: sha256, blobs: place };
    const store = await openPostgresStore(options);
    if (store.ok) stores.push(store.value);
    return store;
  };
  return {
    folder,
    open: (relay = 0) => openWith(relay, blobs),
    opened: async (place = (parts) => parts) => {
      const store = await openWith(0, place(blobs));
      if (!store.ok) throw new InvariantError(JSON.stringify(store.error));
      return store.value;
    },
    end: async () => {
      for (const store of stores) await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
