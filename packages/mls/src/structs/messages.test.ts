// The official "messages" vectors, and what is nearly them.
import { createSeededRandom, mutateBytes } from "@halqa/testkit";
import { concatBytes, decode, encode, equalBytes } from "@halqa/bytes";
import type { Reader, Writer } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { fromHex, loadVectors } from "../testing/vectors.ts";
import { readCommit, writeCommit } from "./commit.ts";
import { readExtensions, writeExtensions } from "./extension.ts";
import { readKeyPackage, writeKeyPackage } from "./key-package.ts";
import { readLeafNode, writeLeafNode } from "./leaf-node.ts";
import { decodeMlsMessage, encodeMlsMessage } from "./mls-message.ts";
import { readPreSharedKeyId, writePreSharedKeyId } from "./pre-shared-key.ts";
import { readProposal, writeProposal } from "./proposal.ts";
import { readRatchetTree, writeRatchetTree } from "./tree-node.ts";
import { readGroupSecrets, writeGroupSecrets } from "./welcome.ts";

/** Decodes and encodes again; undefined when refused. */
type RoundTrip = (bytes: Uint8Array) => Uint8Array | undefined;

function roundTrip<T>(
  read: (r: Reader) => T,
  write: (w: Writer, x: T) => void,
): RoundTrip {
  return (bytes) => {
    const decoded = decode(bytes, read);
    return decoded.ok ? encode((w) => write(w, decoded.value)) : undefined;
  };
}

/** The vectors give these proposals without their type. */
function ofProposal(type: number): RoundTrip {
  const whole = roundTrip(readProposal, writeProposal);
  return (bytes) => whole(concatBytes(Uint8Array.of(0, type), bytes))?.slice(2);
}

/** Encodes a copy: a commit that was decoded is written in the bytes that it came in. */
const message: RoundTrip = (bytes) => {
  const decoded = decodeMlsMessage(bytes);
  return decoded.ok
    ? encodeMlsMessage(structuredClone(decoded.value))
    : undefined;
};

const structs = {
  mls_welcome: message,
  mls_group_info: message,
  mls_key_package: message,
  ratchet_tree: roundTrip(readRatchetTree, writeRatchetTree),
  group_secrets: roundTrip(readGroupSecrets, writeGroupSecrets),
  add_proposal: ofProposal(1),
  update_proposal: ofProposal(2),
  remove_proposal: ofProposal(3),
  pre_shared_key_proposal: ofProposal(4),
  re_init_proposal: ofProposal(5),
  external_init_proposal: ofProposal(6),
  group_context_extensions_proposal: ofProposal(7),
  commit: roundTrip(readCommit, writeCommit),
  public_message_application: message,
  public_message_proposal: message,
  public_message_commit: message,
  private_message: message,
} satisfies Record<string, RoundTrip>;

type Name = keyof typeof structs;

const vectors = loadVectors<Readonly<Record<Name, string>>>("messages");
const names = Object.keys(structs).filter(
  (name): name is Name => name in structs,
);

describe.skipIf(vectors === undefined).each(names)("messages: %s", (name) => {
  const cases = [...new Set(vectors?.map((v) => v[name]))].map(fromHex);
  const again = structs[name];

  it("[ML-100] decodes every vector and encodes it to the same bytes", () => {
    expect(cases.length).toBeGreaterThan(0);
    for (const bytes of cases) expect(again(bytes)).toEqual(bytes);
  });

  it("[ML-100] refuses every truncation and every extension", () => {
    // A few cases of each struct: each gives as many truncations as it has bytes.
    for (const bytes of cases.slice(0, 3)) {
      for (let end = 0; end < bytes.length; end++)
        expect(again(bytes.subarray(0, end))).toBeUndefined();
      for (const octet of [0, 1, 0xff])
        expect(again(concatBytes(bytes, Uint8Array.of(octet)))).toBeUndefined();
    }
  });

  it("[ML-100] refuses a damaged copy or gives exactly its bytes back", () => {
    const random = createSeededRandom(`messages ${name}`);
    for (const bytes of cases) {
      for (let i = 0; i < 40; i++) {
        const damaged = mutateBytes(bytes, random);
        const result = again(damaged);
        if (result !== undefined && !equalBytes(result, damaged))
          expect(result).toEqual(damaged);
      }
    }
  });
});

it("[ML-100] gives back exactly what it accepts of leaves, key packages and identifiers too", () => {
  const random = createSeededRandom("parts");
  const parts: readonly RoundTrip[] = [
    roundTrip(readLeafNode, writeLeafNode),
    roundTrip(readKeyPackage, writeKeyPackage),
    roundTrip(readPreSharedKeyId, writePreSharedKeyId),
    roundTrip(readExtensions, writeExtensions),
  ];
  let accepted = 0;
  for (const again of parts) {
    for (let i = 0; i < 5_000; i++) {
      const bytes = random.bytes(random.int(24));
      const result = again(bytes);
      if (result === undefined) continue;
      accepted++;
      expect(result).toEqual(bytes);
    }
  }
  expect(accepted).toBeGreaterThan(0);
});
