// KeyPackages, Welcomes and trees from people we do not know.
import { encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { permitNonceReuse } from "@halqa/crypto/nonce-watch";
import { beforeAll, describe, expect, it } from "vitest";
import {
  buildWelcome,
  createCommit,
  createGroup,
  createKeyPackage,
  decodeMlsMessage,
  defaultPolicy,
  encodeMlsMessage,
  encodeTree,
  epochAuthenticator,
  joinGroup,
  makeKeyPackageRef,
  encodeKeyPackage,
  validateKeyPackage,
} from "../index.ts";
import type {
  GroupState,
  KeyPackage,
  OwnKeyPackage,
  PendingCommit,
} from "../index.ts";
import {
  decryptWithLabel,
  encryptWithLabel,
  signWithLabel,
} from "../labeled.ts";
import {
  decodeGroupInfo,
  encodeGroupInfo,
  groupInfoTbs,
} from "../structs/group-info.ts";
import type { GroupInfo } from "../structs/group-info.ts";
import { keyPackageTbs } from "../structs/key-package.ts";
import { decodeGroupSecrets, encodeGroupSecrets } from "../structs/welcome.ts";
import type { GroupSecrets, Welcome } from "../structs/welcome.ts";
import { decodeRatchetTree, encodeRatchetTree } from "../structs/tree-node.ts";
import { suite1 } from "../testing/suite1.ts";
import {
  addOf,
  codeOf,
  commit,
  createWorld,
  DAY,
  deliver,
  envOf,
  expectOk,
  isAgreed,
  keyPackageOf,
  leafOptions,
  LIFETIME,
  NOW,
  prepare,
  removeOf,
  stateOf,
  welcome,
} from "../testing/group-world.ts";
import type { World } from "../testing/group-world.ts";
import { weakPoints } from "../testing/weak-points.ts";
import { welcomeKeys } from "./welcome-keys.ts";

beforeAll(() => ready);

const three = (seed: string): World =>
  createWorld({ seed }, "alice", "bob", "carol");

interface Invitation {
  readonly world: World;
  readonly own: OwnKeyPackage;
  readonly pending: PendingCommit;
  readonly state: GroupState;
  readonly welcome: Welcome;
  readonly message: Uint8Array;
}

/** Alice adds erin with a path, so that a path secret travels; the tree stays outside. */
function invite(seed: string, treeInWelcome = false): Invitation {
  const world = three(seed);
  const own = keyPackageOf(world, "erin");
  const { message, pending } = prepare(world, "alice", {
    proposals: [addOf(own)],
    forcePath: true,
  });
  deliver(world, message);
  const state = stateOf(world, "alice");
  const [built] = expectOk(
    buildWelcome(state, envOf(world, "alice"), {
      pending,
      treeInWelcome,
      extensions: [{ type: 0xf0d0, data: encodeUtf8("start") }],
    }),
  );
  const decoded = expectOk(decodeMlsMessage(built!));
  if (decoded.kind !== "welcome") throw new Error("no Welcome");
  return {
    world,
    own,
    pending,
    state,
    welcome: decoded.welcome,
    message: built!,
  };
}

/** Erin's answer to a Welcome message. */
function answer(
  { world, own, state }: Invitation,
  message: Uint8Array,
  tree: Uint8Array | undefined = encodeTree(state),
): string {
  const joined = joinGroup(envOf(world, "erin"), {
    welcome: message,
    own,
    ...(tree === undefined ? {} : { tree }),
  });
  return codeOf(joined);
}

/** The Welcome as its maker could have made it otherwise: other secrets, or another GroupInfo, sealed all right. */
function rebuild(
  { world, own, pending, welcome: made }: Invitation,
  change: {
    readonly secrets?: (secrets: GroupSecrets) => GroupSecrets;
    readonly groupInfo?: (info: GroupInfo) => GroupInfo;
    readonly signAgain?: boolean;
  },
): Uint8Array {
  permitNonceReuse("a forger seals anew what the maker has sealed");
  const { suite } = world;
  const keys = welcomeKeys(suite, pending);
  const nothing = new Uint8Array();
  const plaintext = expectOk(
    suite.aead.open({
      ...keys,
      aad: nothing,
      ciphertext: made.encryptedGroupInfo,
    }),
  );
  const info = expectOk(decodeGroupInfo(plaintext));
  const changed = change.groupInfo?.(info) ?? info;
  const signature =
    change.signAgain === false
      ? changed.signature
      : signWithLabel(suite, {
          key: leafOptions(world, "alice").signatureSeed,
          label: "GroupInfoTBS",
          content: groupInfoTbs(changed),
        });
  const encryptedGroupInfo = suite.aead.seal({
    ...keys,
    aad: nothing,
    plaintext: encodeGroupInfo({ ...changed, signature }),
  });
  const opened = decryptWithLabel(suite, {
    keyPair: own.initKey,
    label: "Welcome",
    context: made.encryptedGroupInfo,
    ciphertext: made.secrets[0]!.secrets,
  });
  const secrets = expectOk(decodeGroupSecrets(expectOk(opened)));
  const sealed = encryptWithLabel(suite, {
    publicKey: own.initKey.publicKey,
    label: "Welcome",
    context: encryptedGroupInfo,
    plaintext: encodeGroupSecrets(change.secrets?.(secrets) ?? secrets),
    random: envOf(world, "mallory").random,
  });
  return encodeMlsMessage({
    kind: "welcome",
    welcome: {
      ...made,
      encryptedGroupInfo,
      secrets: [{ ...made.secrets[0]!, secrets: expectOk(sealed) }],
    },
  });
}

const flip = (bytes: Uint8Array): Uint8Array =>
  bytes.with(0, (bytes[0] ?? 0) ^ 1);

describe("a KeyPackage", () => {
  /** Signs again what was changed, as its maker could. */
  function resign(
    { keyPackage, signatureSeed }: OwnKeyPackage,
    change: Partial<KeyPackage>,
    world: World,
  ): KeyPackage {
    const changed = { ...keyPackage, ...change };
    const signature = signWithLabel(world.suite, {
      key: signatureSeed,
      label: "KeyPackageTBS",
      content: keyPackageTbs(changed),
    });
    return { ...changed, signature };
  }

  it("[ML-50] N11 N19: is refused for a wrong key, signature, source or extension list", () => {
    const world = three("key package");
    const own = keyPackageOf(world, "erin");
    const env = envOf(world, "alice");
    const detailOf = (keyPackage: KeyPackage) =>
      validateKeyPackage(env, { keyPackage })?.detail;
    const { keyPackage } = own;
    const { leafNode } = keyPackage;
    expect(detailOf(keyPackage)).toBeUndefined();
    expect(
      detailOf({ ...keyPackage, signature: flip(keyPackage.signature) }),
    ).toBe("signature");
    const changedLeaf = { ...leafNode, signature: flip(leafNode.signature) };
    expect(detailOf(resign(own, { leafNode: changedLeaf }, world))).toBe(
      "signature",
    );
    const initKey = leafNode.encryptionKey;
    expect(detailOf(resign(own, { initKey }, world))).toBe("same-key");
    for (const point of weakPoints) {
      expect(detailOf(resign(own, { initKey: point }, world))).toBe("init-key");
    }
    const twice = [1, 2].map(() => ({ type: 0xf0c1, data: flip(initKey) }));
    expect(detailOf(resign(own, { extensions: twice }, world))).toBe(
      "duplicate-extension",
    );
    const updating = { ...leafNode, source: { kind: "update" as const } };
    expect(detailOf(resign(own, { leafNode: updating }, world))).toBe("source");
    expect(
      validateKeyPackage(env, { keyPackage, now: NOW + 91n * DAY })?.detail,
    ).toBe("expired");
  });

  it("[ML-1] N16: one of another suite is refused, by whoever adds it and by all others", () => {
    const world = three("other suite");
    const foreign = createKeyPackage(
      { suite: suite1, random: envOf(world, "erin").random },
      leafOptions(world, "erin"),
    );
    const made = createCommit(stateOf(world, "alice"), envOf(world, "alice"), {
      proposals: [addOf(foreign)],
    });
    expect(codeOf(made)).toBe("invalid-key-package");
    const options = leafOptions(world, "erin");
    const elsewhere = createKeyPackage(envOf(world, "erin"), {
      ...options,
      capabilities: { ...options.capabilities, cipherSuites: [1] },
    });
    expect(validateKeyPackage(envOf(world, "alice"), elsewhere)?.detail).toBe(
      "suite",
    );
    const env = { ...envOf(world, "erin"), suite: suite1 };
    const invitation = invite("suite of the Welcome");
    const joined = joinGroup(env, {
      welcome: invitation.message,
      own: invitation.own,
    });
    expect(codeOf(joined)).toBe("suite");
  });
});

describe("a Welcome", () => {
  it("[ML-51] is accepted with the tree inside or outside, and says what its maker says", () => {
    for (const treeInWelcome of [true, false]) {
      const { world, own, state, message } = invite(
        `accepted ${treeInWelcome}`,
        treeInWelcome,
      );
      const joined = expectOk(
        joinGroup(envOf(world, "erin"), {
          welcome: message,
          own,
          ...(treeInWelcome ? {} : { tree: encodeTree(state) }),
        }),
      );
      expect(epochAuthenticator(joined.state)).toEqual(
        epochAuthenticator(state),
      );
      expect(joined.signer).toBe(0);
      expect(joined.extensions).toEqual([
        { type: 0xf0d0, data: encodeUtf8("start") },
      ]);
    }
  });

  it("[ML-51] N26: one for a KeyPackage of somebody else, or of ours that is not named, is refused", () => {
    const invitation = invite("for another");
    const { world, message, state } = invitation;
    const other = keyPackageOf(world, "erin");
    expect(answer({ ...invitation, own: other }, message)).toBe("not-for-us");
    const thief = { ...invitation.own, initKey: other.initKey };
    expect(answer({ ...invitation, own: thief }, message)).toBe("not-for-us");
    const posing: Welcome = {
      ...invitation.welcome,
      secrets: [
        {
          ...invitation.welcome.secrets[0]!,
          newMember: makeKeyPackageRef(
            world.suite,
            encodeKeyPackage(other.keyPackage),
          ),
        },
      ],
    };
    const posed = encodeMlsMessage({ kind: "welcome", welcome: posing });
    expect(answer({ ...invitation, own: other }, posed)).toBe("not-for-us");
    expect(answer(invitation, encodeTree(state))).toBe("malformed");
  });

  it("[ML-52] N26: one whose tree does not hold our leaf is refused", () => {
    const invitation = invite("no leaf");
    const { world, own } = invitation;
    // The same init key, in a KeyPackage that nobody added.
    const unsigned = {
      ...own.keyPackage,
      extensions: [{ type: 9, data: flip(own.initKey.publicKey) }],
    };
    const swapped = {
      ...own,
      keyPackage: {
        ...unsigned,
        leafNode: keyPackageOf(world, "erin").keyPackage.leafNode,
      },
    };
    const newMember = makeKeyPackageRef(
      world.suite,
      encodeKeyPackage(swapped.keyPackage),
    );
    const secrets = [{ ...invitation.welcome.secrets[0]!, newMember }];
    const message = encodeMlsMessage({
      kind: "welcome",
      welcome: { ...invitation.welcome, secrets },
    });
    expect(answer({ ...invitation, own: swapped }, message)).toBe("own-leaf");
  });

  it("[ML-51] N01: a GroupInfo that was changed or signed by another is refused", () => {
    const invitation = invite("group info");
    expect(answer(invitation, rebuild(invitation, {}))).toBe("ok");
    const answers = (
      groupInfo: (info: GroupInfo) => GroupInfo,
      signAgain = true,
    ) => answer(invitation, rebuild(invitation, { groupInfo, signAgain }));
    const tag = new Uint8Array(32);
    expect(
      answers((info) => ({ ...info, signature: flip(info.signature) }), false),
    ).toBe("bad-signature");
    expect(answers((info) => ({ ...info, signer: 1 }))).toBe("bad-signature");
    expect(answers((info) => ({ ...info, signer: 9 }))).toBe("unknown-signer");
    expect(answers((info) => ({ ...info, signer: 2 ** 31 }))).toBe(
      "unknown-signer",
    );
    expect(answers((info) => ({ ...info, confirmationTag: tag }))).toBe(
      "bad-confirmation-tag",
    );
    const withContext = (change: Partial<GroupInfo["groupContext"]>) =>
      answers((info) => ({
        ...info,
        groupContext: { ...info.groupContext, ...change },
      }));
    expect(withContext({ epoch: 7n })).toBe("bad-confirmation-tag");
    expect(withContext({ epoch: 2n ** 64n - 1n })).toBe("malformed");
    expect(withContext({ cipherSuite: 1 })).toBe("suite");
    expect(withContext({ treeHash: tag })).toBe("invalid-tree");
    // Alice's path leaf is signed for the group.
    expect(withContext({ groupId: tag })).toBe("invalid-tree");
  });

  it("[ML-54] a GroupContext extension that we do not support is refused", () => {
    const invitation = invite("extension");
    const message = rebuild(invitation, {
      groupInfo: (info) => ({
        ...info,
        groupContext: {
          ...info.groupContext,
          extensions: [{ type: 0xf0ee, data: new Uint8Array() }],
        },
      }),
    });
    expect(answer(invitation, message)).toBe("invalid-tree");
  });

  it("[ML-53] a path secret that does not give the keys of the tree is refused", () => {
    const invitation = invite("path secret");
    const answers = (secrets: (s: GroupSecrets) => GroupSecrets) =>
      answer(invitation, rebuild(invitation, { secrets }));
    const pathSecret = new Uint8Array(32);
    expect(answers((s) => ({ ...s, pathSecret }))).toBe("path-key-mismatch");
    expect(answers((s) => ({ ...s, pathSecret: pathSecret.subarray(1) }))).toBe(
      "path-key-mismatch",
    );
    expect(answers((s) => ({ ...s, pathSecret: undefined }))).toBe(
      "path-key-mismatch",
    );
    expect(answers((s) => ({ ...s, joinerSecret: pathSecret }))).toBe(
      "not-opened",
    );
    expect(
      answers((s) => ({ ...s, joinerSecret: pathSecret.subarray(1) })),
    ).toBe("malformed");
  });

  it("[ML-51] one that names a PSK we lack, or one of reinitialisation, is refused", () => {
    const invitation = invite("psk");
    const nonce = new Uint8Array(32);
    const external = { kind: "external", pskId: nonce, nonce } as const;
    const answers = (psks: GroupSecrets["psks"]) =>
      answer(
        invitation,
        rebuild(invitation, { secrets: (s) => ({ ...s, psks }) }),
      );
    expect(answers([external])).toBe("missing-psk");
    for (const usage of ["reinit", "branch"] as const) {
      expect(
        answers([
          {
            kind: "resumption",
            usage,
            pskGroupId: nonce,
            pskEpoch: 1n,
            nonce,
          },
        ]),
      ).toBe("psk-usage");
    }
  });

  it("[ML-52] the tree outside is checked like one inside: missing, of another epoch, cut or changed", () => {
    const invitation = invite("tree");
    const { state, message, world } = invitation;
    const joined = joinGroup(envOf(world, "erin"), {
      welcome: message,
      own: invitation.own,
    });
    expect(codeOf(joined)).toBe("no-tree");
    expect(
      answer(invitation, message, encodeTree(stateOf(three("x"), "bob"))),
    ).toBe("invalid-tree");
    const bytes = encodeTree(state);
    expect(answer(invitation, message, bytes.subarray(1))).toBe("invalid-tree");
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = bytes.with(at, bytes[at]! ^ 0x10);
      expect(answer(invitation, message, changed)).not.toBe("ok");
    }
    const nodes = expectOk(decodeRatchetTree(bytes));
    const blank = nodes.map((node, i) => (i === 2 ? undefined : node));
    expect(answer(invitation, message, encodeRatchetTree(blank))).toBe(
      "invalid-tree",
    );
    commit(world, "bob");
    const later = encodeTree(stateOf(world, "alice"));
    expect(answer(invitation, message, later)).toBe("invalid-tree");
  });

  it("[ML-52] a tree larger than the bound is refused before it is hashed", () => {
    const invitation = invite("bound");
    const limits = { ...defaultPolicy.limits, maxLeaves: 2 };
    const env = {
      ...envOf(invitation.world, "erin"),
      policy: { ...defaultPolicy, limits },
    };
    const joined = joinGroup(env, {
      welcome: invitation.message,
      own: invitation.own,
      tree: encodeTree(invitation.state),
    });
    expect(joined).toMatchObject({
      error: { code: "invalid-tree", detail: "malformed" },
    });
  });

  it("[ML-43] the joiner's policy has the last word about members and group", () => {
    const invitation = invite("policy");
    const { world, own, message, state } = invitation;
    const tree = encodeTree(state);
    const join = (policy: Partial<typeof defaultPolicy>) =>
      codeOf(
        joinGroup(
          { ...envOf(world, "erin"), policy: { ...defaultPolicy, ...policy } },
          { welcome: message, own, tree },
        ),
      );
    expect(join({ checkLeaf: () => "stranger" })).toBe("policy");
    expect(
      join({ checkJoin: ({ signer }) => (signer === 0 ? "who" : undefined) }),
    ).toBe("policy");
    const limits = { ...defaultPolicy.limits, maxLifetime: DAY };
    expect(join({ limits })).toBe("invalid-tree");
  });

  it("[ML-69] is built only from the state that the commit led to, and only for those it added", () => {
    permitNonceReuse("built again and again, from the same state");
    const { world, pending, state } = invite("when");
    const env = envOf(world, "alice");
    const codeFor = (from: GroupState, batches?: number[][]) =>
      codeOf(
        buildWelcome(from, env, {
          pending,
          ...(batches === undefined ? {} : { batches }),
        }),
      );
    expect(codeFor(state)).toBe("ok");
    expect(codeFor(state, [[1]])).toBe("unknown-joiner");
    commit(world, "alice");
    expect(codeFor(stateOf(world, "alice"))).toBe("other-state");
  });

  it("[ML-69] may be one for all or one for each batch, all over one GroupInfo", () => {
    permitNonceReuse("the same GroupInfo for batches and for all");
    const world = three("batches");
    const names = ["d", "e", "f", "g", "h"];
    const joiners = new Map(
      names.map((name) => [name, keyPackageOf(world, name)] as const),
    );
    const { message, pending } = prepare(world, "bob", {
      proposals: [
        removeOf(world, "carol"),
        ...[...joiners.values()].map(addOf),
      ],
    });
    deliver(world, message);
    const leafs = pending.joiners.map((joiner) => joiner.leafIndex);
    const state = stateOf(world, "bob");
    const welcomes = expectOk(
      buildWelcome(state, envOf(world, "bob"), {
        pending,
        batches: [leafs.slice(0, 2), [], leafs.slice(2)],
      }),
    );
    expect(welcomes.length).toBe(2);
    const infos = welcomes.map((one) => {
      const decoded = expectOk(decodeMlsMessage(one));
      return decoded.kind === "welcome"
        ? decoded.welcome.encryptedGroupInfo
        : undefined;
    });
    expect(infos[0]).toEqual(infos[1]);
    welcome(world, "bob", { pending, joiners, treeInWelcome: false });
    expect(isAgreed(world)).toBe(true);
  });

  it("[ML-69] N10: after a restart, the same options seal the same GroupInfo", () => {
    permitNonceReuse("the same GroupInfo again, which is the point");
    const { world, pending, state, welcome: made } = invite("again");
    const again = expectOk(
      buildWelcome(state, envOf(world, "alice"), {
        pending,
        extensions: [{ type: 0xf0d0, data: encodeUtf8("start") }],
      }),
    );
    const decoded = expectOk(decodeMlsMessage(again[0]!));
    if (decoded.kind !== "welcome") throw new Error("no Welcome");
    expect(decoded.welcome.encryptedGroupInfo).toEqual(made.encryptedGroupInfo);
  });
});

describe("founding", () => {
  it("[ML-54] a founder cannot require what it does not support", () => {
    const world = three("founding");
    const found = (extensions: { type: number; data: Uint8Array }[]) =>
      codeOf(
        createGroup(envOf(world, "zoe"), {
          ...leafOptions(world, "zoe"),
          groupId: new Uint8Array(32),
          extensions,
        }),
      );
    const data = new Uint8Array();
    expect(found([])).toBe("ok");
    expect(found([{ type: 0xf0c1, data }])).toBe("unsupported-extension");
    expect(found([{ type: 5, data }])).toBe("policy");
    expect(
      found([
        { type: 3, data },
        { type: 3, data },
      ]),
    ).toBe("duplicate-extension-type");
    expect(LIFETIME.notBefore).toBeLessThan(NOW);
  });
});
