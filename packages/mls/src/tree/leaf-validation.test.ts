import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import type {
  Capabilities,
  LeafNode,
  LeafNodeSource,
} from "../structs/leaf-node.ts";
import { suite3 } from "../suite.ts";
import { createTestLeaf } from "../testing/tree-group.ts";
import { weakPoints } from "../testing/weak-points.ts";
import { signLeaf } from "./leaf-signature.ts";
import type { LeafContent } from "./leaf-signature.ts";
import { validateLeaf } from "./leaf-validation.ts";
import type { LeafSituation } from "./leaf-validation.ts";

beforeAll(() => ready);

const random = createSeededRandom("leaf validation").bytes;
const tools = { suite: suite3, random };
const groupId = random(16);
const place = { groupId, leafIndex: 3 };

function keyPackageLeaf(change: Partial<LeafContent> = {}): LeafNode {
  return createTestLeaf(tools, change).leaf;
}

/** A leaf made for a place in a group. */
function groupLeaf(
  source: LeafNodeSource,
  change: Partial<LeafContent> = {},
): LeafNode {
  const { leaf, seed } = createTestLeaf(tools);
  return signLeaf(suite3, {
    seed,
    leaf: { ...leaf, source, ...change },
    place,
  });
}

function withCapabilities(change: Partial<Capabilities>): LeafNode {
  const { capabilities } = keyPackageLeaf();
  return keyPackageLeaf({ capabilities: { ...capabilities, ...change } });
}

function faultOf(
  leaf: LeafNode,
  where: LeafSituation = { kind: "key-package" },
) {
  return validateLeaf(suite3, leaf, where);
}

function inTree(change: Partial<typeof place>): LeafSituation {
  return { kind: "tree", place: { ...place, ...change } };
}

function readAt(now: bigint): LeafSituation {
  return { kind: "key-package", now };
}

function living(notBefore: bigint, notAfter: bigint): LeafNode {
  const lifetime = { notBefore, notAfter };
  return keyPackageLeaf({ source: { kind: "key-package", lifetime } });
}

describe("where a leaf is met", () => {
  it("[ML-210] takes each source at its place and refuses it elsewhere", () => {
    const replaced = keyPackageLeaf();
    const sources: readonly LeafNodeSource[] = [
      { kind: "key-package", lifetime: { notBefore: 1n, notAfter: 2n } },
      { kind: "update" },
      { kind: "commit", parentHash: random(32) },
    ];
    for (const source of sources) {
      const leaf = groupLeaf(source);
      expect(faultOf(leaf, { kind: "tree", place })).toBeUndefined();
      for (const kind of ["key-package", "update", "commit"] as const) {
        expect(faultOf(leaf, { kind, place, replaced })).toBe(
          kind === source.kind ? undefined : "source",
        );
      }
    }
  });

  it("[ML-211] refuses a leaf that was signed for another group, another place or not by its key", () => {
    const leaf = groupLeaf({ kind: "update" });
    expect(faultOf(leaf, inTree({}))).toBeUndefined();
    expect(faultOf(leaf, inTree({ leafIndex: 4 }))).toBe("signature");
    expect(faultOf(leaf, inTree({ groupId: random(16) }))).toBe("signature");
    expect(faultOf({ ...leaf, signatureKey: random(32) }, inTree({}))).toBe(
      "signature",
    );
    const changed = {
      ...leaf,
      credential: { type: 1, identity: random(8) },
    } as LeafNode;
    expect(faultOf(changed, inTree({}))).toBe("signature");
    expect(
      faultOf(changed, { ...inTree({}), checkSignature: false }),
    ).toBeUndefined();
  });

  it("[ML-211] refuses signature keys of wrong length and the identity as a key", () => {
    const leaf = keyPackageLeaf();
    const identity = new Uint8Array(32);
    identity[0] = 1;
    for (const signatureKey of [
      identity,
      new Uint8Array(32),
      new Uint8Array(),
      random(31),
    ]) {
      const signature = new Uint8Array(64);
      signature[0] = 1;
      expect(faultOf({ ...leaf, signatureKey, signature })).toBe("signature");
    }
  });
});

describe("what a leaf holds", () => {
  it("[ML-212] refuses encryption keys of low order and of wrong length", () => {
    for (const encryptionKey of [
      ...weakPoints,
      new Uint8Array(),
      random(31),
      random(33),
    ]) {
      expect(faultOf(keyPackageLeaf({ encryptionKey }))).toBe("encryption-key");
    }
  });

  it("[ML-213] refuses an update and a commit that keep the encryption key they replace", () => {
    for (const source of [
      { kind: "update" },
      { kind: "commit", parentHash: random(32) },
    ] as const) {
      const leaf = groupLeaf(source);
      const where = { kind: source.kind, place };
      expect(
        faultOf(leaf, { ...where, replaced: keyPackageLeaf() }),
      ).toBeUndefined();
      expect(faultOf(leaf, { ...where, replaced: leaf })).toBe(
        "same-encryption-key",
      );
    }
  });

  it("[ML-214] refuses a leaf that does not list what it uses", () => {
    expect(faultOf(withCapabilities({ versions: [2] }))).toBe("version");
    expect(faultOf(withCapabilities({ cipherSuites: [1] }))).toBe("suite");
    expect(faultOf(withCapabilities({ credentials: [2] }))).toBe("credential");
    const own = { type: 0xf123, data: random(3) };
    expect(faultOf(keyPackageLeaf({ extensions: [own] }))).toBe("extension");
    expect(faultOf(keyPackageLeaf({ extensions: [own, own] }))).toBe(
      "duplicate-extension",
    );
  });

  it("[ML-214] takes default types unlisted and listed, and ignores values it does not know", () => {
    const applicationId = { type: 1, data: random(3) };
    expect(
      faultOf(keyPackageLeaf({ extensions: [applicationId] })),
    ).toBeUndefined();
    const lists = {
      versions: [1, 0x0a0a],
      cipherSuites: [0x1a1a, 3],
      extensions: [1, 2, 3, 4, 5, 0x2a2a],
      proposals: [1, 7, 0x3a3a],
      credentials: [1, 0x4a4a],
    };
    expect(faultOf(withCapabilities(lists))).toBeUndefined();
  });

  it("[ML-215] refuses a lifetime that never was, and compares the others with a clock only when given one", () => {
    expect(faultOf(living(20n, 10n))).toBe("lifetime");
    expect(faultOf(living(10n, 10n))).toBe("lifetime");
    const leaf = living(10n, 20n);
    expect(faultOf(leaf)).toBeUndefined();
    expect(faultOf(leaf, readAt(9n))).toBe("not-yet-valid");
    expect(faultOf(leaf, readAt(10n))).toBeUndefined();
    expect(faultOf(leaf, readAt(20n))).toBeUndefined();
    expect(faultOf(leaf, readAt(21n))).toBe("expired");
  });
});
