// The entry of @halqa/storage-idb: where a browser keeps the vault (docs/spec/storage.md). For workers: the erasure slot needs a
// file handle that only they have.

export {
  eraseBrowserStorage,
  openBrowserStorage,
  type BrowserStorage,
} from "./browser-storage.ts";
