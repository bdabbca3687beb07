/**
 * What a member knows, found by walking all that it ever held rather than by asking the engine: a secret that a
 * refactoring leaves lying somewhere is found as well.
 */

export interface Known {
  /** Every byte string of the length of a secret. */
  readonly secrets: ReadonlySet<string>;
  /** Public keys whose private keys were held. */
  readonly publicKeys: ReadonlySet<string>;
  readonly keyPairs: readonly HeldKeyPair[];
}

export interface HeldKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

const SECRET_LENGTH = 32;

/** Everything in these values, each shared part visited once. */
export function knowledgeOf(values: readonly unknown[]): Known {
  const secrets = new Set<string>();
  const keyPairs: HeldKeyPair[] = [];
  const seen = new Set<object>();
  const queue: unknown[] = [...values];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value !== "object" || value === null || seen.has(value))
      continue;
    seen.add(value);
    if (value instanceof Uint8Array) {
      if (value.length === SECRET_LENGTH) secrets.add(keyOf(value));
      continue;
    }
    if (isKeyPair(value)) keyPairs.push(value);
    queue.push(
      ...(value instanceof Map ? value.values() : Object.values(value)),
    );
  }
  return {
    secrets,
    keyPairs,
    publicKeys: new Set(keyPairs.map(({ publicKey }) => keyOf(publicKey))),
  };
}

/** A byte string as a key of sets. */
export function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    "latin1",
  );
}

export function isDisjoint(
  one: ReadonlySet<string>,
  other: ReadonlySet<string>,
): boolean {
  for (const item of other) if (one.has(item)) return false;
  return true;
}

function isKeyPair(value: object): value is HeldKeyPair {
  return (
    "publicKey" in value &&
    value.publicKey instanceof Uint8Array &&
    "secretKey" in value &&
    value.secretKey instanceof Uint8Array
  );
}
