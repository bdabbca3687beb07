// Which proposals a commit may cover, alone and together (RFC 9420, 12.1 to 12.3), and what the profile refuses.
import { encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createCommit,
  createKeyPackage,
  createProposal,
  defaultPolicy,
  encodeRequiredCapabilities,
  members,
  REQUIRED_CAPABILITIES_EXTENSION,
} from "../index.ts";
import type { CommitOptions, Policy, Proposal } from "../index.ts";
import { EXTERNAL_SENDERS_EXTENSION } from "../structs/extension.ts";
import { signLeaf } from "../tree/leaf-signature.ts";
import { forgeCommit, forgeMessage } from "../testing/forge.ts";
import {
  addOf,
  codeOf,
  commit,
  createWorld,
  deliver,
  envOf,
  expectOk,
  isAgreed,
  keyPackageOf,
  leafOf,
  leafOptions,
  LIFETIME,
  prepare,
  propose,
  removeOf,
  show,
  stateOf,
  welcome,
  wordOf,
  words,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";

beforeAll(() => ready);

const NONCE = new Uint8Array(32).fill(7);
const externalPsk = (id: string): Proposal => ({
  kind: "psk",
  psk: { kind: "external", pskId: encodeUtf8(id), nonce: NONCE },
});

/** Allows what the product refuses and RFC 9420 knows. */
const openPolicy: Policy = {
  ...defaultPolicy,
  checkProposal: () => undefined,
  customProposals: new Map([
    [0xf001, { pathRequired: false }],
    [0xf002, { pathRequired: true }],
  ]),
};

const three = (seed: string, options = {}): World =>
  createWorld({ seed, ...options }, "alice", "bob", "carol");

/** What bob makes of a commit that alice forges, and what alice's own engine says to making it. */
function verdicts(world: World, options: CommitOptions) {
  const withPath = true;
  const references = Array.isArray(options.references)
    ? (options.references as readonly Uint8Array[])
    : [];
  const message = forgeCommit(world, "alice", {
    withPath,
    references,
    ...(options.proposals === undefined
      ? {}
      : { proposals: options.proposals }),
  });
  const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
    references: [],
    ...options,
  });
  return { bob: wordOf(show(world, "bob", message)), alice: codeOf(made) };
}

const both = (code: string) => ({ bob: `refused ${code}`, alice: code });

/** The references of all cached proposals, in the order seen. */
const referencesOf = (world: World, name = "alice") =>
  [...stateOf(world, name).proposals.values()].map((one) => one.reference);

describe("a proposal alone", () => {
  it("[ML-60] N18: a Remove of a blank leaf is refused, also at 2^31 and beyond", () => {
    const world = three("blank");
    for (const removed of [3, 4, 2 ** 31, 2 ** 31 + 2, 2 ** 32 - 1]) {
      const proposal: Proposal = { kind: "remove", removed };
      const content = { kind: "proposal" as const, proposal };
      const message = forgeMessage(world, "alice", { content });
      expect(wordOf(show(world, "bob", message))).toBe("refused unknown-leaf");
      const made = createCommit(stateOf(world, "bob"), envOf(world, "bob"), {
        proposals: [proposal],
      });
      expect(codeOf(made)).toBe("unknown-leaf");
    }
  });

  it("[ML-60] N18: a sender beyond the tree is refused, also at 2^31 and beyond", () => {
    const world = three("far sender");
    const proposal: Proposal = { kind: "remove", removed: 2 };
    const content = { kind: "proposal" as const, proposal };
    for (const asLeaf of [3, 4, 2 ** 31, 2 ** 32 - 1]) {
      const message = forgeMessage(world, "alice", {
        content,
        asLeaf,
        wireFormat: "public",
      });
      expect(wordOf(show(world, "bob", message))).toBe(
        "refused unknown-sender",
      );
    }
  });

  it("[ML-60] an Update that keeps the encryption key, is for another leaf or comes by value is refused", () => {
    const world = three("update");
    const [alice] = members(stateOf(world, "alice"));
    if (alice === undefined) throw new Error("no alice");
    const { groupId } = stateOf(world, "alice").context;
    const updateAt = (
      leafIndex: number,
      encryptionKey: Uint8Array,
    ): Proposal => ({
      kind: "update",
      leafNode: signLeaf(world.suite, {
        seed: leafOptions(world, "alice").signatureSeed,
        leaf: { ...alice.leaf, encryptionKey, source: { kind: "update" } },
        place: { groupId, leafIndex },
      }),
    });
    const fresh = keyPackageOf(world, "alice").leafKey.publicKey;
    const sent = (proposal: Proposal) =>
      wordOf(
        show(
          world,
          "bob",
          forgeMessage(world, "alice", {
            content: { kind: "proposal", proposal },
          }),
        ),
      );
    expect(sent(updateAt(0, alice.leaf.encryptionKey))).toBe(
      "refused invalid-leaf",
    );
    expect(sent(updateAt(1, fresh))).toBe("refused invalid-leaf");
    expect(sent(updateAt(0, fresh))).toBe("applied proposal");
    expect(verdicts(world, { proposals: [updateAt(0, fresh)] })).toEqual(
      both("update-by-committer"),
    );
  });

  it("[ML-60] a PSK with a short nonce or a reserved usage is refused also where PSKs are allowed", () => {
    const world = three("psk form", {
      policy: openPolicy,
      pskFor: () => new Uint8Array(32),
    });
    const nonce = NONCE.subarray(1);
    const short: Proposal = {
      kind: "psk",
      psk: { kind: "external", pskId: encodeUtf8("x"), nonce },
    };
    expect(verdicts(world, { proposals: [short] })).toEqual(both("psk-nonce"));
    for (const usage of ["reinit", "branch"] as const) {
      const { groupId, epoch } = stateOf(world, "alice").context;
      const reserved: Proposal = {
        kind: "psk",
        psk: {
          kind: "resumption",
          usage,
          pskGroupId: groupId,
          pskEpoch: epoch,
          nonce: NONCE,
        },
      };
      expect(verdicts(world, { proposals: [reserved] })).toEqual(
        both("psk-usage"),
      );
    }
  });

  it("[ML-60] N19: extensions of one type twice, or that a member does not support, are refused", () => {
    const world = three("extensions", { supports: [0xf0c1] });
    const change = (...types: number[]): CommitOptions => ({
      proposals: [
        {
          kind: "group-context-extensions",
          extensions: types.map((type) => ({ type, data: NONCE })),
        },
      ],
    });
    expect(verdicts(world, change(0xf0c1, 0xf0c1))).toEqual(
      both("duplicate-extension-type"),
    );
    expect(verdicts(world, change(0xf0c2))).toEqual(
      both("unsupported-extension"),
    );
    expect(verdicts(world, change(0xf0c1))).toEqual({
      bob: "applied commit",
      alice: "ok",
    });
  });
});

describe("proposals together", () => {
  it("[ML-61] N21: two changes of one leaf are refused, whatever they are", () => {
    const world = three("two changes");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    propose(world, "bob", { proposal: { kind: "own-update" } });
    const references = referencesOf(world);
    const [first = NONCE] = references;
    const gone = removeOf(world, "bob");
    const forged = (o: Parameters<typeof forgeCommit>[2]) =>
      wordOf(
        show(
          world,
          "carol",
          forgeCommit(world, "alice", { ...o, withPath: true }),
        ),
      );
    const twice = { proposals: [removeOf(world, "carol"), gone] };
    expect(forged({ references })).toBe("refused duplicate-leaf-change");
    expect(forged({ references: [first, first] })).toBe(
      "refused duplicate-leaf-change",
    );
    const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
      references: [first],
      proposals: [gone],
    });
    expect(codeOf(made)).toBe("duplicate-leaf-change");
    const removedTwice = createCommit(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { references: [], proposals: [...twice.proposals, gone] },
    );
    expect(codeOf(removedTwice)).toBe("duplicate-leaf-change");
  });

  it("[ML-61] N21: nobody removes or updates itself by its own commit", () => {
    const world = three("self");
    const removal = createCommit(
      stateOf(world, "alice"),
      envOf(world, "alice"),
      { proposals: [removeOf(world, "alice")] },
    );
    expect(codeOf(removal)).toBe("removes-committer");
    propose(world, "alice", { proposal: { kind: "own-update" } });
    expect(verdicts(world, { references: referencesOf(world) })).toEqual(
      both("update-by-committer"),
    );
  });

  it("[ML-61] N21: two Adds of one client, or an Add of a member who stays, are refused", () => {
    const world = three("adds");
    const erin = () => addOf(keyPackageOf(world, "erin"));
    expect(verdicts(world, { proposals: [erin(), erin()] })).toEqual(
      both("duplicate-add"),
    );
    const bobAgain = addOf(keyPackageOf(world, "bob"));
    expect(verdicts(world, { proposals: [bobAgain] })).toEqual(
      both("member-already"),
    );
    const repair = {
      proposals: [
        removeOf(world, "carol"),
        addOf(keyPackageOf(world, "carol")),
      ],
    };
    expect(verdicts(world, repair)).toEqual({
      bob: "applied commit",
      alice: "ok",
    });
  });

  it("[ML-61] the same PSK twice, and two extension changes, are refused", () => {
    const world = three("twice", {
      policy: openPolicy,
      pskFor: () => new Uint8Array(32),
    });
    const psk = externalPsk("x");
    expect(verdicts(world, { proposals: [psk, psk] })).toEqual(
      both("duplicate-psk"),
    );
    const none: Proposal = { kind: "group-context-extensions", extensions: [] };
    expect(verdicts(world, { proposals: [none, none] })).toEqual(
      both("duplicate-extensions"),
    );
  });

  it("[ML-61] a reference that nobody has seen, or of an earlier epoch, is refused", () => {
    const world = three("references");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    const references = referencesOf(world);
    commit(world, "carol", { references: [] });
    const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
      references,
    });
    expect(codeOf(made)).toBe("unknown-reference");
  });

  it("[ML-30] a commit over 257 proposals is refused, one over 256 is not", () => {
    const world = three("many", {
      policy: openPolicy,
      supportsProposals: [0xf001],
    });
    const proposals = Array.from({ length: 257 }, (): Proposal => ({
      kind: "custom",
      type: 0xf001,
      data: NONCE,
    }));
    expect(verdicts(world, { proposals })).toEqual(both("too-many-proposals"));
    expect(verdicts(world, { proposals: proposals.slice(1) })).toEqual({
      bob: "applied commit",
      alice: "ok",
    });
  });

  it("[ML-31] a ninth proposal of one sender in an epoch is refused, one of another is not", () => {
    const world = three("flood");
    const proposal = { kind: "own-update" as const };
    for (let i = 0; i < 8; i++) propose(world, "bob", { proposal });
    const bob = stateOf(world, "bob");
    const ninth = createProposal(bob, envOf(world, "bob"), { proposal });
    expect(codeOf(ninth)).toBe("too-many-proposals");
    // Bob's device may have forgotten that it said so often already; the others have not.
    const forgetful = { ...bob, sent: [] };
    const made = createProposal(forgetful, envOf(world, "bob"), { proposal });
    world.states.set("bob", expectOk(made).state);
    expect(words(deliver(world, expectOk(made).message))).toEqual({
      alice: "refused too-many-proposals",
      bob: "refused too-many-proposals",
      carol: "refused too-many-proposals",
    });
    expect(words(propose(world, "carol", { proposal }))).toMatchObject({
      alice: "applied proposal",
    });
  });

  it("[ML-32] a commit that makes the tree larger than the bound is refused", () => {
    const limits = { ...defaultPolicy.limits, maxLeaves: 4 };
    const world = three("large", { policy: { ...defaultPolicy, limits } });
    const [erin, frank] = ["erin", "frank"].map((name) =>
      addOf(keyPackageOf(world, name)),
    );
    if (erin === undefined || frank === undefined) throw new Error("no one");
    const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
      proposals: [erin, frank],
    });
    expect(codeOf(made)).toBe("group-too-large");
    const lenient = {
      ...world,
      options: { ...world.options, policy: defaultPolicy },
    };
    const message = forgeCommit(lenient, "alice", { proposals: [erin, frank] });
    expect(wordOf(show(world, "bob", message))).toBe("refused group-too-large");
    expect(words(commit(world, "alice", { proposals: [erin] }))).toMatchObject({
      bob: "applied commit",
    });
  });

  it("[ML-63] extensions come first: an Add must support what the same commit requires", () => {
    const world = three("order", { supports: [0xf0c1] });
    const bare = createKeyPackage(envOf(world, "erin"), {
      ...leafOptions(world, "erin"),
      capabilities: {
        ...leafOptions(world, "erin").capabilities,
        extensions: [],
      },
    });
    const change: Proposal = {
      kind: "group-context-extensions",
      extensions: [{ type: 0xf0c1, data: NONCE }],
    };
    expect(verdicts(world, { proposals: [addOf(bare), change] })).toEqual(
      both("unsupported-extension"),
    );
    expect(verdicts(world, { proposals: [addOf(bare)] }).bob).toBe(
      "applied commit",
    );
  });

  it("[ML-67] required capabilities bind members and those who come; a removed member is not asked", () => {
    const world = three("required", { supports: [0xf0c1] });
    const requiring = (type: number): Proposal => ({
      kind: "group-context-extensions",
      extensions: [
        {
          type: REQUIRED_CAPABILITIES_EXTENSION,
          data: encodeRequiredCapabilities({
            extensionTypes: [type],
            proposalTypes: [],
            credentialTypes: [1],
          }),
        },
      ],
    });
    expect(verdicts(world, { proposals: [requiring(0xf0c9)] })).toEqual(
      both("required-capabilities"),
    );
    const malformed: Proposal = {
      kind: "group-context-extensions",
      extensions: [{ type: REQUIRED_CAPABILITIES_EXTENSION, data: NONCE }],
    };
    expect(verdicts(world, { proposals: [malformed] })).toEqual(
      both("required-capabilities"),
    );
    commit(world, "alice", { proposals: [requiring(0xf0c1)] });
    const bare = createKeyPackage(envOf(world, "erin"), {
      ...leafOptions(world, "erin"),
      capabilities: {
        ...leafOptions(world, "erin").capabilities,
        extensions: [],
      },
    });
    expect(verdicts(world, { proposals: [addOf(bare)] })).toEqual(
      both("required-capabilities"),
    );
    const made = createProposal(stateOf(world, "bob"), envOf(world, "bob"), {
      proposal: {
        kind: "own-update",
        leaf: {
          capabilities: {
            ...leafOptions(world, "bob").capabilities,
            extensions: [],
          },
        },
      },
    });
    expect(codeOf(made)).toBe("required-capabilities");
  });

  it("[ML-68] N21: a key that stands in the tree, or twice among those that come, is refused", () => {
    const world = three("keys");
    const erin = keyPackageOf(world, "erin");
    const frank = createKeyPackage(envOf(world, "frank"), {
      ...leafOptions(world, "frank"),
      signatureSeed: leafOptions(world, "erin").signatureSeed,
    });
    expect(verdicts(world, { proposals: [addOf(erin), addOf(frank)] })).toEqual(
      both("duplicate-add"),
    );
    const random = (length: number): Uint8Array =>
      new Uint8Array(length).fill(9);
    const twins = ["gina", "hana"].map((name) => {
      const env = { suite: world.suite, random };
      // The same leaf key for both; each init key differs from it by its seed's length.
      return createKeyPackage(
        { ...env, random: twinRandom() },
        leafOptions(world, name),
      );
    });
    expect(verdicts(world, { proposals: twins.map(addOf) })).toEqual(
      both("duplicate-key"),
    );
  });
});

/** Gives one value for the first draw and another for the rest. */
function twinRandom(): (length: number) => Uint8Array {
  let draws = 0;
  return (length) => new Uint8Array(length).fill(++draws);
}

describe("what the profile refuses", () => {
  const reinit: Proposal = {
    kind: "reinit",
    groupId: NONCE,
    version: 1,
    cipherSuite: 3,
    extensions: [],
  };
  const externalInit: Proposal = { kind: "external-init", kemOutput: NONCE };

  it.each([reinit, externalInit])(
    "[ML-40] N21: $kind is decoded and refused, alone and in a commit",
    (proposal) => {
      const world = three(proposal.kind, { policy: openPolicy });
      expect(verdicts(world, { proposals: [proposal] })).toEqual(
        both(proposal.kind),
      );
      const content = { kind: "proposal" as const, proposal };
      const message = forgeMessage(world, "alice", { content });
      expect(wordOf(show(world, "bob", message))).toBe(
        `refused ${proposal.kind}`,
      );
    },
  );

  it("[ML-41] a PSK is refused by the default policy, alone and in a commit", () => {
    const world = three("psk", { pskFor: () => new Uint8Array(32) });
    const proposal = externalPsk("shared");
    expect(verdicts(world, { proposals: [proposal] })).toEqual(both("policy"));
    const content = { kind: "proposal" as const, proposal };
    const message = forgeMessage(world, "alice", { content });
    expect(wordOf(show(world, "bob", message))).toBe("refused policy");
  });

  it.each(["private", "public"] as const)(
    "[ML-41] trap 6: where a policy allows PSKs, they reach private and public handshakes and joiners (%s)",
    (wireFormat) => {
      const world = three(`psk ${wireFormat}`, {
        policy: openPolicy,
        pskFor: () => encodeUtf8("a shared secret"),
      });
      const erin = keyPackageOf(world, "erin");
      const { message, pending } = prepare(world, "alice", {
        proposals: [externalPsk("one"), addOf(erin), externalPsk("two")],
        wireFormat,
      });
      expect(pending.path).toBeUndefined();
      expect(words(deliver(world, message))).toMatchObject({
        bob: "applied commit",
        carol: "applied commit",
      });
      welcome(world, "alice", { pending, joiners: new Map([["erin", erin]]) });
      expect(isAgreed(world)).toBe(true);
      const { groupId, epoch } = stateOf(world, "bob").context;
      const resumed = commit(world, "bob", {
        wireFormat,
        proposals: [
          {
            kind: "psk",
            psk: {
              kind: "resumption",
              usage: "application",
              pskGroupId: groupId,
              pskEpoch: epoch,
              nonce: NONCE,
            },
          },
        ],
      });
      expect(words(resumed)).toMatchObject({ erin: "applied commit" });
      expect(isAgreed(world)).toBe(true);
    },
  );

  it("[ML-62] trap 6: a change of extensions makes a path, in private and public handshakes", () => {
    for (const wireFormat of ["private", "public"] as const) {
      const world = three(`gce ${wireFormat}`);
      const made = prepare(world, "alice", {
        wireFormat,
        proposals: [{ kind: "group-context-extensions", extensions: [] }],
      });
      expect(made.pending.path).toBeDefined();
      expect(words(deliver(world, made.message))).toMatchObject({
        bob: "applied commit",
      });
      expect(isAgreed(world)).toBe(true);
    }
  });

  it("[ML-30] more than 256 PSKs are refused before any is looked up, whatever the policy's bound on proposals", () => {
    const limits = { ...defaultPolicy.limits, maxProposals: 1000 };
    let asked = 0;
    const world = three("many psks", {
      policy: { ...openPolicy, limits },
      pskFor: () => {
        asked++;
        return new Uint8Array(32);
      },
    });
    const proposals = Array.from({ length: 257 }, (_, i) =>
      externalPsk(`${i}`),
    );
    const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
      proposals,
    });
    expect(codeOf(made)).toBe("too-many-proposals");
    expect(asked).toBe(0);
  });

  it("[ML-14] a PSK that a member lacks, or has otherwise, halts that member and nobody else", () => {
    const world = three("psk held", {
      policy: openPolicy,
      pskFor: (name: string) =>
        name === "carol" ? undefined : new Uint8Array(32),
    });
    const { message } = prepare(world, "alice", {
      proposals: [externalPsk("x")],
    });
    expect(wordOf(show(world, "bob", message))).toBe("applied commit");
    expect(wordOf(show(world, "carol", message))).toBe("halted missing-psk");
    const other = {
      ...world,
      options: { ...world.options, pskFor: () => NONCE },
    };
    expect(wordOf(show(other, "bob", message))).toBe("halted confirmation-tag");
    const made = createCommit(stateOf(world, "carol"), envOf(world, "carol"), {
      proposals: [externalPsk("x")],
    });
    expect(codeOf(made)).toBe("missing-psk");
  });

  it("[ML-42] N20: a custom proposal needs a policy that knows it and members that support it", () => {
    const custom = (type: number): Proposal => ({
      kind: "custom",
      type,
      data: NONCE,
    });
    const unknown = three("custom unknown", { supportsProposals: [0xf001] });
    expect(verdicts(unknown, { proposals: [custom(0xf001)] })).toEqual(
      both("unsupported-proposal"),
    );
    const unsupported = three("custom unsupported", { policy: openPolicy });
    expect(verdicts(unsupported, { proposals: [custom(0xf001)] })).toEqual(
      both("unsupported-proposal"),
    );
    const known = three("custom known", {
      policy: openPolicy,
      supportsProposals: [0xf001, 0xf002],
    });
    const without = prepare(known, "alice", { proposals: [custom(0xf001)] });
    expect(without.pending.path).toBeUndefined();
    const withPath = prepare(known, "alice", { proposals: [custom(0xf002)] });
    expect(withPath.pending.path).toBeDefined();
    expect(words(deliver(known, withPath.message))).toMatchObject({
      bob: "applied commit",
    });
    const pathless = forgeCommit(known, "alice", {
      proposals: [custom(0xf002)],
    });
    expect(wordOf(show(known, "bob", pathless))).toBe("refused path-required");
  });

  it("[ML-43] a policy's verdict about proposals, leaves and commits binds the committer too", () => {
    const only = (leafIndex: number): Policy => ({
      ...defaultPolicy,
      checkCommit: ({ committer }) =>
        committer === leafIndex ? undefined : "not-a-steward",
    });
    const world = three("stewards", { policy: only(0) });
    const made = createCommit(stateOf(world, "bob"), envOf(world, "bob"), {});
    expect(codeOf(made)).toBe("policy");
    const lenient = {
      ...world,
      options: { ...world.options, policy: defaultPolicy },
    };
    const { message } = prepare(lenient, "bob");
    expect(show(world, "carol", message)).toMatchObject({
      kind: "refused",
      reason: { code: "policy", detail: "not-a-steward" },
    });
    expect(words(commit(world, "alice"))).toMatchObject({
      bob: "applied commit",
    });
    const pickyPolicy: Policy = {
      ...defaultPolicy,
      checkLeaf: (leaf) =>
        leaf.signatureKey[0] === undefined ? undefined : "no-such-person",
    };
    const picky = {
      ...world,
      options: { ...world.options, policy: pickyPolicy },
    };
    const add = createCommit(stateOf(picky, "alice"), envOf(picky, "alice"), {
      proposals: [addOf(keyPackageOf(world, "erin"))],
    });
    expect(codeOf(add)).toBe("policy");
  });

  it("[ML-45] X.509 credentials and external senders are refused by the default policy", () => {
    const world = three("x509");
    const options = leafOptions(world, "erin");
    const certified = createKeyPackage(envOf(world, "erin"), {
      ...options,
      credential: { type: 2, certificates: [NONCE] },
      capabilities: { ...options.capabilities, credentials: [1, 2] },
    });
    expect(verdicts(world, { proposals: [addOf(certified)] })).toEqual(
      both("policy"),
    );
    const senders: Proposal = {
      kind: "group-context-extensions",
      extensions: [
        { type: EXTERNAL_SENDERS_EXTENSION, data: new Uint8Array() },
      ],
    };
    expect(verdicts(world, { proposals: [senders] })).toEqual(both("policy"));
  });
});

describe("proposals by reference", () => {
  it("[ML-60] whoever is alone may propose to leave, and nothing comes of it", () => {
    const world = createWorld({ seed: "alone" }, "alice");
    const proposal = removeOf(world, "alice");
    if (proposal.kind !== "remove") throw new Error("no Remove");
    expect(words(propose(world, "alice", { proposal }))).toEqual({
      alice: "applied proposal",
    });
    expect(words(commit(world, "alice"))).toEqual({ alice: "applied commit" });
  });

  it("[ML-65] an Update takes effect when it is committed, for its sender as for the others", () => {
    const world = three("update taken");
    const before = members(stateOf(world, "bob"))[1]?.leaf.encryptionKey;
    expect(
      words(propose(world, "bob", { proposal: { kind: "own-update" } })),
    ).toEqual({
      alice: "applied proposal",
      bob: "applied proposal",
      carol: "applied proposal",
    });
    expect(members(stateOf(world, "bob"))[1]?.leaf.encryptionKey).toEqual(
      before,
    );
    expect(words(commit(world, "alice"))).toMatchObject({
      bob: "applied commit",
    });
    const after = members(stateOf(world, "bob"))[1]?.leaf.encryptionKey;
    expect(after).not.toEqual(before);
    expect(isAgreed(world)).toBe(true);
    // Only with the new leaf key can bob follow the next path.
    commit(world, "carol");
    commit(world, "bob");
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-65] an Update may bring a new signature key, and what is signed from then on is signed with it", () => {
    const world = three("new signature key");
    const signatureSeed = envOf(world, "bob").random(32);
    propose(world, "bob", {
      proposal: { kind: "own-update", leaf: { signatureSeed } },
    });
    commit(world, "alice");
    expect(stateOf(world, "bob").own.signatureSeed).toEqual(signatureSeed);
    const signer = world.suite.signaturePublicKey(signatureSeed);
    expect(members(stateOf(world, "carol"))[1]?.leaf.signatureKey).toEqual(
      signer,
    );
    expect(words(commit(world, "bob"))).toMatchObject({
      carol: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-66] N07: an Update that no commit covers is gone with its keys, and cannot be committed later", () => {
    const world = three("update lost");
    propose(world, "bob", { proposal: { kind: "own-update" } });
    expect(stateOf(world, "bob").sent.length).toBe(1);
    commit(world, "carol", { references: [] });
    const bob = stateOf(world, "bob");
    expect([bob.sent.length, bob.proposals.size]).toEqual([0, 0]);
    expect(words(commit(world, "alice"))).toMatchObject({
      bob: "applied commit",
    });
  });

  it("[ML-18] a proposal of ours enters our cache only when the log shows it", () => {
    const world = three("lost proposal");
    const made = expectOk(
      createProposal(stateOf(world, "alice"), envOf(world, "alice"), {
        proposal: { kind: "remove", removed: leafOf(world, "carol") },
      }),
    );
    world.states.set("alice", made.state);
    // It never reaches the log: alice's next commit must not cover what nobody else has.
    expect(words(commit(world, "alice"))).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "applied commit",
    });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-61] what is covered when nothing is named: a Remove before an Update, the latest Update, one of each kind", () => {
    const world = createWorld({ seed: "all" }, "alice", "bob", "carol", "dave");
    propose(world, "carol", { proposal: { kind: "own-update" } });
    propose(world, "bob", { proposal: { kind: "own-update" } });
    propose(world, "dave", {
      proposal: { kind: "remove", removed: leafOf(world, "carol") },
    });
    propose(world, "bob", { proposal: { kind: "own-update" } });
    propose(world, "alice", { proposal: { kind: "own-update" } });
    propose(world, "dave", {
      proposal: { kind: "group-context-extensions", extensions: [] },
    });
    propose(world, "dave", {
      proposal: { kind: "group-context-extensions", extensions: [] },
    });
    const erin = keyPackageOf(world, "erin");
    propose(world, "dave", {
      proposal: { kind: "add", keyPackage: erin.keyPackage },
    });
    const again = keyPackageOf(world, "erin").keyPackage;
    propose(world, "bob", { proposal: { kind: "add", keyPackage: again } });
    propose(world, "bob", {
      proposal: {
        kind: "add",
        keyPackage: createKeyPackage(envOf(world, "dave"), {
          ...leafOptions(world, "dave"),
          signatureSeed: new Uint8Array(32).fill(9),
        }).keyPackage,
      },
    });
    const outcomes = commit(world, "alice");
    expect(words(outcomes)).toEqual({
      alice: "applied commit",
      bob: "applied commit",
      carol: "removed",
      dave: "applied commit",
    });
    const alice = outcomes.get("alice");
    if (alice?.kind !== "applied" || alice.effect.kind !== "commit")
      throw new Error("no commit");
    expect(alice.effect.proposals.map(({ proposal }) => proposal.kind)).toEqual(
      ["remove", "update", "group-context-extensions", "add"],
    );
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-36] a lifetime that is too long, over or not begun is the adder's to refuse; only its length is the others'", () => {
    const world = three("lifetime");
    const erin = (notBefore: bigint, notAfter: bigint): Proposal =>
      addOf(
        createKeyPackage(envOf(world, "erin"), {
          ...leafOptions(world, "erin"),
          lifetime: { notBefore, notAfter },
        }),
      );
    const day = 86_400n;
    const start = LIFETIME.notBefore;
    const at = (now: bigint, proposal: Proposal) =>
      codeOf(
        createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
          proposals: [proposal],
          now,
        }),
      );
    const fine = erin(start, start + 90n * day);
    expect(at(start - 1n, fine)).toBe("invalid-key-package");
    expect(at(start, fine)).toBe("ok");
    expect(at(start + 91n * day, fine)).toBe("invalid-key-package");
    expect(verdicts(world, { proposals: [fine] }).bob).toBe("applied commit");
    expect(
      verdicts(world, { proposals: [erin(start, start + 101n * day)] }),
    ).toEqual(both("invalid-key-package"));
  });
});
