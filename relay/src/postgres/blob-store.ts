/**
 * Where the parts of blobs lie beside the database (docs/spec/postgres.md, "Parts"): a port, because parts are a hundred
 * times larger than all else and belong on cheaper disks. The database alone says which parts there are.
 */

/** Names are 32 hexadecimal digits, a dash and a number; bytes are at most one part's. */
export interface BlobStore {
  /** Resolves when the part is durable; the same name has the same bytes for ever, may be put again, and never after it was dropped. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Undefined where there is none. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Resolves also where there is none. */
  drop(name: string): Promise<void>;
}
