// A connection to PostgreSQL as the store speaks to it: prepared statements, and bytes in one piece.

import { createHash } from "node:crypto";
import type { Client } from "pg";

/** A row as PostgreSQL answers it; each statement says what stands in its own. */
export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /** The rows of one statement. Rejects with the server's error, or the connection's. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** The statements of this connection; each is prepared at its first use and planned once. */
export function createSession(client: Client): Session {
  const names = new Map<string, string>();
  return {
    query: async (text, values = []) => {
      let name = names.get(text);
      if (name === undefined) {
        name = createHash("sha256").update(text).digest("hex").slice(0, 40);
        names.set(text, name);
      }
      const asked = { name, text, values: [...values] };
      const { rows } = await client.query<Row>(asked);
      return rows;
    },
  };
}

export function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError("bytes are expected");
  return value;
}

/** A number of a row; sequences are asked for as `float8`, which holds whole numbers up to 2^53. */
export function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new TypeError("a number is expected");
  return value;
}

/** For a parameter: PostgreSQL takes a Buffer as it is and anything else as text. */
export function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Ids of 32 bytes as one parameter: an array of bytes would travel as text, twice as long. */
export function joined(ids: readonly Uint8Array[]): Buffer {
  return Buffer.concat(ids);
}
