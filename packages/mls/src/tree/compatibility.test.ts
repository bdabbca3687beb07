import { ready } from "@halqa/crypto";
import { createSeededRandom } from "@halqa/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import type { Capabilities, LeafNode } from "../structs/leaf-node.ts";
import { encodeRequiredCapabilities } from "../structs/required-capabilities.ts";
import { suite3 } from "../suite.ts";
import { createTestLeaf } from "../testing/tree-group.ts";
import { checkCompatibility } from "./compatibility.ts";
import { createTree } from "./ratchet-tree.ts";
import { addLeaf, editTree, sealDraft } from "./tree-draft.ts";

beforeAll(() => ready);

const random = createSeededRandom("compatibility").bytes;

function leafWith(
  capabilities: Partial<Capabilities>,
  credential: LeafNode["credential"] = { type: 1, identity: random(4) },
): LeafNode {
  const { leaf } = createTestLeaf({ suite: suite3, random });
  return {
    ...leaf,
    credential,
    capabilities: { ...leaf.capabilities, ...capabilities },
  };
}

function faultOf(
  members: readonly LeafNode[],
  extensions: Parameters<typeof checkCompatibility>[1] = [],
) {
  const [first = leafWith({}), ...others] = members;
  const draft = editTree(createTree(suite3, first));
  for (const leaf of others) addLeaf(draft, leaf);
  return checkCompatibility(sealDraft(suite3, draft), extensions);
}

function requiring(
  lists: Partial<Parameters<typeof encodeRequiredCapabilities>[0]>,
) {
  const nothing = {
    extensionTypes: [],
    proposalTypes: [],
    credentialTypes: [],
  };
  return [
    { type: 3, data: encodeRequiredCapabilities({ ...nothing, ...lists }) },
  ];
}

describe("members together", () => {
  it("[ML-216] refuses a member that does not support a credential type which another one presents", () => {
    const custom = { type: 0xf001, data: random(4) } as LeafNode["credential"];
    const both = { credentials: [1, 0xf001] };
    expect(faultOf([leafWith(both), leafWith(both, custom)])).toBeUndefined();
    expect(faultOf([leafWith({}), leafWith(both, custom)])).toEqual({
      kind: "credential-type",
      leafIndex: 0,
    });
    expect(
      faultOf([leafWith(both), leafWith({ credentials: [0xf001] }, custom)]),
    ).toEqual({
      kind: "credential-type",
      leafIndex: 1,
    });
  });

  it("[ML-217] refuses a member that does not support an extension of the GroupContext; default types need no listing", () => {
    const knowing = leafWith({ extensions: [0xf00d] });
    const extensions = [{ type: 0xf00d, data: random(2) }];
    expect(faultOf([knowing, knowing], extensions)).toBeUndefined();
    expect(faultOf([knowing, leafWith({})], extensions)).toEqual({
      kind: "group-extension",
      leafIndex: 1,
    });
    expect(
      faultOf([leafWith({})], [{ type: 4, data: random(2) }]),
    ).toBeUndefined();
  });

  it("[ML-218] refuses a member that lacks a required capability; default types count as had, credential types do not", () => {
    const able = leafWith({
      extensions: [0xf00d],
      proposals: [0xf00e],
      credentials: [1, 0xf00f],
    });
    const required = {
      extensionTypes: [1, 5, 0xf00d],
      proposalTypes: [1, 7, 0xf00e],
      credentialTypes: [0xf00f],
    };
    expect(faultOf([able, able], requiring(required))).toBeUndefined();
    const lacking = [
      [{ extensionTypes: [0xf00d] }, "required-extension"],
      [{ proposalTypes: [0xf00e] }, "required-proposal"],
      [{ credentialTypes: [0xf00f] }, "required-credential"],
    ] as const;
    for (const [lists, kind] of lacking) {
      expect(faultOf([able, leafWith({})], requiring(lists))).toEqual({
        kind,
        leafIndex: 1,
      });
    }
  });

  it("[ML-218] takes 256 required types of a kind, repeated or not, and refuses 257", () => {
    const able = leafWith({ extensions: [0xf00d] });
    const many = (length: number) => ({
      extensionTypes: Array.from<number>({ length }).fill(0xf00d),
    });
    expect(faultOf([able, able], requiring(many(256)))).toBeUndefined();
    expect(faultOf([able, able], requiring(many(257)))).toEqual({
      kind: "malformed-requirements",
    });
  });

  it("[ML-218] refuses required_capabilities that do not decode", () => {
    for (const data of [
      new Uint8Array(),
      Uint8Array.of(0, 0, 0, 0),
      Uint8Array.of(1, 1, 0, 0),
    ]) {
      expect(faultOf([leafWith({})], [{ type: 3, data }])).toEqual({
        kind: "malformed-requirements",
      });
    }
  });
});
