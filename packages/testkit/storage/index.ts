// The entry @halqa/testkit/storage: storage for tests, and the contracts that every storage passes. Apart from the main entry,
// because it loads the vault and with it libsodium.

export {
  createMemoryDisk,
  type DiskImage,
  type Fate,
  type MemoryDisk,
} from "./memory-disk.ts";
export { describeRawStore, type RawStorePlace } from "./raw-store-contract.ts";
export { describeSlot } from "./slot-contract.ts";
