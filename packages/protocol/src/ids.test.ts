// Ids, chain and signed bytes against the formulas of the page, built here by hand from Node's hash.

import { createHash } from "node:crypto";
import { concatBytes, encodeHex, encodeUtf8 } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  blobIdOf,
  bytesToAuthenticate,
  bytesToSign,
  entryIdOf,
  firstChainHead,
  headToSign,
  inboxIdOf,
  logIdOf,
  nextChainHead,
  PROTOCOL_LABELS,
  welcomeToSign,
  type Operation,
} from "./index.ts";
import { ACCESS_OPERATIONS, OPERATIONS } from "./signing.ts";

const sha256 = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const octets = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const hashOf = (label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  sha256(concatBytes(encodeUtf8(label), ...parts));
const [one, two, three] = [octets(1), octets(2), octets(3)];

describe("ids", () => {
  it("[RL-6] are the hashes that the page states", () => {
    expect(logIdOf(sha256, one, two)).toEqual(
      hashOf("halqa/v1/relay/log-id", one, two),
    );
    expect(inboxIdOf(sha256, one)).toEqual(
      hashOf("halqa/v1/relay/inbox-id", one),
    );
    expect(entryIdOf(sha256, one)).toEqual(sha256(one));
    expect(blobIdOf(sha256, [one, two, three, one])).toEqual(
      hashOf("halqa/v1/relay/blob-id", Uint8Array.of(4), one, two, three, one),
    );
  });

  it("[RL-6] do not change with the code", () => {
    expect(encodeHex(logIdOf(sha256, one, two))).toBe(
      "bd5b25a1475086a3a4355ac5e0242820d07ab062d3324ddf713b76480514e5b0",
    );
    expect(encodeHex(inboxIdOf(sha256, one))).toBe(
      "25ab39af753a9578f4080ccd09cf0c5c5933dfb399047c42c108caa87f48089c",
    );
    expect(encodeHex(blobIdOf(sha256, [one]))).toBe(
      "930d7a30e073599921389f63e54711c71d07f7629059677ed388a91d6191055f",
    );
  });

  it("[RL-6] tell the keys of a log apart", () => {
    expect(logIdOf(sha256, one, two)).not.toEqual(logIdOf(sha256, two, one));
  });
});

describe("the chain", () => {
  it("[RL-7] covers the log, the relay and every entry in order", () => {
    const first = firstChainHead(sha256, one, two);
    expect(first).toEqual(hashOf("halqa/v1/relay/chain-start", one, two));
    const at1 = nextChainHead(sha256, { seq: 0, head: first }, three);
    const u64 = (n: number): Uint8Array =>
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, n);
    expect(at1).toEqual({
      seq: 1,
      head: hashOf("halqa/v1/relay/chain-next", first, u64(1), three),
    });
    const at2 = nextChainHead(sha256, at1, one);
    expect(at2).toEqual({
      seq: 2,
      head: hashOf("halqa/v1/relay/chain-next", at1.head, u64(2), one),
    });
    const swapped = [one, three].reduce(
      (at, entryId) => nextChainHead(sha256, at, entryId),
      { seq: 0, head: first },
    );
    expect(swapped.head).not.toEqual(at2.head);
    expect(firstChainHead(sha256, two, one)).not.toEqual(first);
  });
});

describe("labels", () => {
  it("[RL-8] are none the beginning of another, nor of those of crypto", () => {
    const crypto = readFileSync(
      join(import.meta.dirname, "../../crypto/src/labels.ts"),
      "utf8",
    );
    const theirs = Array.from(
      crypto.matchAll(/"(halqa\/[^"]+)"/g),
      ([, label]) => label ?? "",
    );
    expect(theirs.length).toBeGreaterThan(5);
    const all = [...Object.values(PROTOCOL_LABELS), ...theirs];
    for (const label of all) {
      expect(all.filter((other) => other.startsWith(label))).toEqual([label]);
    }
  });
});

describe("what is signed", () => {
  const proof = {
    operation: "create-inbox",
    relayPub: one,
    challenge: two,
    id: three,
    args: octets(4),
  } as const;

  it("[RL-9] is what the page states", () => {
    expect(bytesToSign(proof)).toEqual(
      concatBytes(
        encodeUtf8("halqa/v1/relay/request"),
        Uint8Array.of(5),
        one,
        two,
        three,
        Uint8Array.of(32),
        octets(4),
      ),
    );
    expect(welcomeToSign(one, two, three)).toEqual(
      concatBytes(encodeUtf8("halqa/v1/relay/welcome"), one, two, three),
    );
    expect(headToSign(one, { seq: 258, head: two })).toEqual(
      concatBytes(
        encodeUtf8("halqa/v1/relay/head"),
        one,
        Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2),
        two,
      ),
    );
    const { args: _, ...rest } = proof;
    expect(bytesToAuthenticate({ ...rest, operation: "blob-create" })).toEqual(
      concatBytes(
        encodeUtf8("halqa/v1/relay/access"),
        Uint8Array.of(3),
        one,
        two,
        three,
      ),
    );
  });

  it("[RL-9] differs wherever anything in it differs", () => {
    const other = octets(9);
    const { args: _, ...withoutArguments } = proof;
    const operations = Object.keys(OPERATIONS).filter(
      (name): name is Operation => name in OPERATIONS,
    );
    const variants = [
      ...operations.map((operation) => bytesToSign({ ...proof, operation })),
      bytesToSign({ ...proof, relayPub: other }),
      bytesToSign({ ...proof, challenge: other }),
      bytesToSign({ ...proof, id: other }),
      bytesToSign({ ...proof, args: other }),
      bytesToSign(withoutArguments),
      bytesToAuthenticate({ ...withoutArguments, operation: "create-inbox" }),
      bytesToAuthenticate({ ...withoutArguments, operation: "create-log" }),
      welcomeToSign(one, two, three),
      welcomeToSign(one, three, two),
      headToSign(one, { seq: 1, head: two }),
      headToSign(one, { seq: 2, head: two }),
    ].map(encodeHex);
    expect(new Set(variants).size).toBe(variants.length);
  });

  it("[RL-9] has an octet of its own for each operation", () => {
    expect(Object.values(OPERATIONS)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(Object.values(ACCESS_OPERATIONS)).toEqual([1, 2, 3]);
  });
});
