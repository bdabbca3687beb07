/**
 * Faults that the suite must notice (docs/spec/mls-profile.md, "Checks"): each is the smallest edit that brings one mistake into the
 * engine. `npm run mutants:mls` makes them one at a time in a copy and expects a test to fail.
 */

export interface Edit {
  /** Below packages/mls/src. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** What the fault would cost. */
  readonly why: string;
  readonly edits: readonly Edit[];
}

export const mutants: readonly Mutant[] = [
  mutant(
    "remove-without-path",
    "A removed member derives the next epoch: the commit secret is zero.",
    [
      "group/proposal-list.ts",
      `    case "remove":
    case "external-init":
    case "group-context-extensions":
      return true;`,
      `    case "external-init":
    case "group-context-extensions":
      return true;
    case "remove":
      return false;`,
    ],
  ),
  mutant(
    "update-without-path",
    "An Update heals nothing when no new secret comes with it.",
    [
      "group/proposal-list.ts",
      `    case "update":
    case "remove":
    case "external-init":`,
      `    case "update":
      return false;
    case "remove":
    case "external-init":`,
    ],
  ),
  mutant("empty-commit-without-path", "An empty commit that changes no key.", [
    "group/proposal-list.ts",
    `    proposals.length === 0 ||
    proposals.some`,
    "    proposals.some",
  ]),
  mutant("path-not-required-on-receipt", "Others may leave the path out.", [
    "group/check-commit.ts",
    "if (commit.path === undefined && isPathRequired(env, list))",
    "if (commit.path === undefined && list.length > 256)",
  ]),
  mutant(
    "confirmation-tag-not-compared",
    "Members follow a commit into different epochs.",
    [
      "group/process-commit.ts",
      "if (!equalBytes(epoch.confirmationTag, received.confirmationTag))",
      "if (received.confirmationTag.length === 0)",
    ],
  ),
  mutant(
    "halt-taken-for-refusal",
    "Who holds another PSK skips a commit that others follow.",
    [
      "group/process-commit.ts",
      "? provisional.psks.length === 0",
      "? provisional.psks.length >= 0",
    ],
  ),
  mutant(
    "membership-tag-not-compared",
    "A former member's signature is enough for a public handshake.",
    [
      "framing/public-message.ts",
      "if (membershipTag === undefined || !equalBytes(expected, membershipTag))",
      "if (membershipTag === undefined || expected.length === 0)",
    ],
  ),
  mutant("public-signature-not-checked", "Any member speaks as any other.", [
    "framing/public-message.ts",
    `  return verifyFramedContent(suite, { ...o, publicKey, authenticatedContent })
`,
    `  return publicKey.length > 0
`,
  ]),
  mutant(
    "handshake-signature-not-checked",
    "Any member commits as any other.",
    [
      "group/open-handshake.ts",
      "if (!isAuthentic)",
      "if (!isAuthentic && generation < 0)",
    ],
  ),
  mutant("text-signature-not-checked", "Any member writes as any other.", [
    "group/open-application.ts",
    "if (!isAuthentic)",
    "if (!isAuthentic && generation < 0)",
  ]),
  mutant("leaf-signature-not-checked", "A leaf under somebody else's key.", [
    "tree/leaf-validation.ts",
    `return verifyLeafSignature(suite, leaf, place) ? undefined : "signature";`,
    "return verifyLeafSignature(suite, leaf, place) ? undefined : undefined;",
  ]),
  mutant(
    "key-package-signature-not-checked",
    "A KeyPackage with an init key of the relay's.",
    [
      "group/key-package.ts",
      `return isSigned ? undefined : "signature";`,
      "return isSigned ? undefined : undefined;",
    ],
  ),
  mutant(
    "group-info-signature-not-checked",
    "Whoever knows a KeyPackage invites into a group of their making.",
    [
      "group/join-group.ts",
      `if (!isSigned) return { code: "bad-signature" };`,
      "",
    ],
  ),
  mutant("welcome-tag-not-compared", "A joiner is in an epoch of its own.", [
    "group/join-group.ts",
    "if (!equalBytes(epoch.confirmationTag, groupInfo.confirmationTag))",
    "if (groupInfo.confirmationTag.length === 0)",
  ]),
  mutant(
    "welcome-tree-hash-not-compared",
    "A tree from outside that is not the group's.",
    [
      "group/join-group.ts",
      "if (!equalBytes(treeHash(tree), groupContext.treeHash))",
      "if (groupContext.treeHash.length === 0)",
    ],
    [
      "tree/tree-validation.ts",
      "if (!equalBytes(treeHash(tree), context.treeHash)) {",
      "if (context.treeHash.length === 0) {",
    ],
  ),
  mutant(
    "tree-parent-hash-not-checked",
    "A newcomer takes a tree with an insider's keys in it.",
    [
      "tree/tree-validation.ts",
      `return node === undefined ? undefined : { kind: "parent-hash", node };`,
      "return node === undefined ? undefined : undefined;",
    ],
  ),
  mutant(
    "path-parent-hash-not-compared",
    "The committer's leaf vouches for a path that is not its own.",
    [
      "tree/check-path.ts",
      "!equalBytes(source.parentHash, leafParentHash)",
      "source.parentHash.length > leafParentHash.length",
    ],
  ),
  mutant(
    "unmerged-rule-too-strict",
    "Honest joins fail: every node between must list the leaf, blank ones too.",
    [
      "tree/tree-validation.ts",
      "} while (tree.nodes[below] === undefined);",
      "} while (false);",
    ],
    [
      "tree/tree-validation.ts",
      `    node?.kind !== "parent" || isInSorted(node.parent.unmergedLeaves, leaf)`,
      `    node?.kind === "leaf" ||
    (node?.kind === "parent" && isInSorted(node.parent.unmergedLeaves, leaf))`,
    ],
  ),
  mutant("unmerged-rule-off", "Parents may list whom they like.", [
    "tree/tree-validation.ts",
    "return isInSubtree(leafToNode(leaf), at) && isListedBelow(tree, at, leaf);",
    "return true;",
  ]),
  mutant(
    "unmerged-only-at-the-root",
    "An added member is left out of later path secrets.",
    [
      "tree/tree-draft.ts",
      `if (node?.kind !== "parent") continue;`,
      `if (node?.kind !== "parent" || at !== rootOf(leafCount(draft))) continue;`,
    ],
  ),
  mutant("resolution-without-unmerged", "Unmerged leaves get no path secret.", [
    "tree/resolution.ts",
    `    if (node.kind === "parent") {`,
    `    if (node.kind === "parent" && nodes.length === 0) {`,
  ]),
  mutant(
    "resolution-from-the-right",
    "Ciphertexts stand in another order than others expect.",
    [
      "tree/resolution.ts",
      `  collectResolution(nodes, leftOf(head), found);
  collectResolution(nodes, rightOf(head), found);`,
      `  collectResolution(nodes, rightOf(head), found);
  collectResolution(nodes, leftOf(head), found);`,
    ],
  ),
  mutant(
    "path-not-filtered",
    "A path goes through nodes with nobody below their other child.",
    [
      "tree/resolution.ts",
      "if (!isResolutionEmpty(tree.nodes, copathChild)) {",
      "if (copathChild >= 0) {",
    ],
  ),
  mutant(
    "commit-secret-of-the-root",
    "Half-blank trees split groups of two implementations.",
    [
      "tree/create-path.ts",
      "  return { steps, commitSecret: secret };",
      `  const depth = Math.log2((tree.nodes.length + 1) / 2);
  return {
    steps,
    commitSecret: steps.length < depth ? nextPathSecret(suite, secret) : secret,
  };`,
    ],
    [
      "tree/open-path.ts",
      "  return ok({ commitSecret: secret, privatePath });",
      `  const depth = Math.log2(leafCount(o.tree));
  return ok({
    commitSecret: steps.length < depth ? nextPathSecret(suite, secret) : secret,
    privatePath,
  });`,
    ],
  ),
  mutant(
    "remove-keeps-the-path",
    "The removed member holds keys of the tree.",
    [
      "tree/tree-draft.ts",
      `  setNode(draft, leafToNode(leafIndex), undefined);
  blankDirectPath(draft, leafIndex);`,
      "  setNode(draft, leafToNode(leafIndex), undefined);",
    ],
  ),
  mutant(
    "update-keeps-the-path",
    "The old leaf's holder keeps keys of the tree.",
    [
      "tree/tree-draft.ts",
      `  setLeaf(draft, leafIndex, leaf);
  blankDirectPath(draft, leafIndex);`,
      "  setLeaf(draft, leafIndex, leaf);",
    ],
  ),
  mutant("tree-not-truncated", "Trees keep an empty right half.", [
    "tree/tree-draft.ts",
    "while (leafCount(draft) > 1 && isRightHalfFree(draft)) {",
    "while (leafCount(draft) > 1 && leafCount(draft) < 1) {",
  ]),
  mutant(
    "first-blank-leaf-forgotten",
    "An added member is put behind a blank leaf.",
    [
      "tree/tree-draft.ts",
      `  draft.firstFree = Math.min(draft.firstFree, leafIndex);
`,
      "",
    ],
    [
      "tree/tree-draft.ts",
      "firstFree: 0,",
      "firstFree: tree.nodes.findLastIndex((node) => node !== undefined) / 2,",
    ],
  ),
  mutant(
    "new-leaves-not-excluded",
    "Path secrets go to leaves that cannot open them; others miscount.",
    [
      "tree/resolution.ts",
      `  if (excluded.size === 0) return found;
`,
      `  if (excluded.size >= 0) return found;
`,
    ],
  ),
  mutant(
    "provisional-context-with-old-extensions",
    "Path secrets are bound to extensions that the commit replaces.",
    [
      "group/epoch.ts",
      `    epoch: state.context.epoch + 1n,
    treeHash: hash,
    extensions,`,
      `    epoch: state.context.epoch + 1n,
    treeHash: hash,`,
    ],
  ),
  mutant(
    "provisional-context-of-old-epoch",
    "Path secrets are bound to the epoch before.",
    [
      "group/epoch.ts",
      `    epoch: state.context.epoch + 1n,
    treeHash: hash,`,
      "    treeHash: hash,",
    ],
  ),
  mutant("tree-hash-cache-stale", "A changed node keeps the hashes above it.", [
    "tree/tree-draft.ts",
    "    if (at === root) return;",
    "    if (at >= node) return;",
  ]),
  mutant(
    "used-key-kept",
    "A message can be opened twice, and by who takes the device.",
    [
      "schedule/secret-tree.ts",
      `    skipped.delete(o.generation);
`,
      "",
    ],
  ),
  mutant("ratchet-not-stepped-on-receipt", "A read message's key stays.", [
    "schedule/secret-tree.ts",
    "tree: withRatchet(opened, o, stepRatchet(suite, reached)),",
    "tree: withRatchet(opened, o, reached),",
  ]),
  mutant("ratchet-not-stepped-on-sending", "Two messages under one key.", [
    "schedule/secret-tree.ts",
    "tree: withRatchet(opened, place, stepRatchet(suite, ratchet)),",
    "tree: withRatchet(opened, place, ratchet),",
  ]),
  mutant(
    "ratchet-one-step-too-far",
    "Messages that come out of order cannot be read.",
    [
      "schedule/secret-tree.ts",
      "while (ratchet.generation < o.generation) {",
      "while (ratchet.generation <= o.generation) {",
    ],
  ),
  mutant(
    "forward-limit-off",
    "A forged generation makes a member hash for hours.",
    [
      "schedule/secret-tree.ts",
      "if (!(o.generation - ratchet.generation <= o.limits.maxForward)) {",
      "if (o.limits.maxForward < 0) {",
    ],
  ),
  mutant(
    "skipped-keys-without-bound",
    "One member fills the memory of all others.",
    [
      "schedule/secret-tree.ts",
      "    if (skipped.size <= o.maxSkipped) break;",
      "    if (skipped.size > 0) break;",
    ],
    [
      "schedule/secret-tree.ts",
      "if (o.generation - generation <= o.maxSkipped)",
      "if (o.generation > generation)",
    ],
  ),
  mutant(
    "delta-without-dropped-keys",
    "What is consumed in memory stays on disk.",
    [
      "schedule/secret-tree-delta.ts",
      "droppedKeys: isSame ? [] : [...before.keys()].filter((g) => !after.has(g)),",
      "droppedKeys: [],",
    ],
  ),
  mutant(
    "handshake-and-text-share-a-ratchet",
    "One generation counts for both.",
    [
      "framing/private-message.ts",
      `return contentType === "application" ? "application" : "handshake";`,
      `return contentType === "application" ? "application" : "application";`,
    ],
  ),
  mutant("reuse-guard-off", "A mistake of state reuses a nonce.", [
    "framing/private-message.ts",
    "(reuseGuard[i] ?? 0)",
    "(reuseGuard[i + 4] ?? 0)",
  ]),
  mutant("padding-not-checked", "A covert channel behind every message.", [
    "framing/private-message.ts",
    "if (r.bytes[at] !== 0) return false;",
    "if (r.bytes[at] === undefined) return false;",
  ]),
  mutant(
    "sender-not-looked-up",
    "A key is derived for a leaf where nobody is.",
    [
      "framing/private-message.ts",
      "if (leafIndex >= o.secretTree.leafCount || !o.isMember(leafIndex))",
      "if (leafIndex >= o.secretTree.leafCount)",
    ],
  ),
  mutant(
    "epoch-not-compared",
    "A handshake of another epoch is looked at with this one's keys.",
    [
      "group/process-message.ts",
      `  if (message.epoch < state.context.epoch) return "past-epoch";
`,
      "",
    ],
  ),
  mutant(
    "group-not-compared",
    "A message of another group is a fault instead of a stray.",
    [
      "group/process-message.ts",
      `  if (!equalBytes(message.groupId, state.context.groupId)) return "other-group";
`,
      "",
    ],
  ),
  mutant("past-epochs-never-dropped", "Old messages can be read for ever.", [
    "group/epoch.ts",
    ".slice(0, keep);",
    ".slice(0);",
  ]),
  mutant(
    "removed-may-speak-late",
    "What a removed member sends into the past counts.",
    [
      "group/epoch.ts",
      "if (removed.size === 0) return past;",
      "if (removed.size >= 0) return past;",
    ],
  ),
  mutant(
    "own-removal-by-blank-leaf",
    "A member whose leaf is reused goes on as if nothing had happened.",
    [
      "group/process-commit.ts",
      "if (removedLeaves(checked.value).has(state.own.leafIndex)) {",
      "if (checked.value.tree.nodes[leafToNode(state.own.leafIndex)] === undefined) {",
    ],
  ),
  mutant(
    "old-private-keys-kept",
    "Keys of blanked and replaced nodes lie on the disk.",
    ["tree/private-path.ts", "kept.delete(at);", "kept.set(at, keyPair);"],
  ),
  mutant(
    "own-update-key-not-taken",
    "A member is cut off by the commit of its own Update.",
    [
      "group/process-commit.ts",
      `    privatePath.set(leafToNode(own.leafIndex), leafKey);
`,
      "",
    ],
  ),
  mutant(
    "other-leaf-taken-for-own",
    "A joiner takes a leaf that another KeyPackage made.",
    [
      "group/join-group.ts",
      `    equalBytes(one.encryptionKey, other.encryptionKey) &&
    equalBytes(encodeLeafNode(one), encodeLeafNode(other))`,
      "    encodeLeafNode(one).length === encodeLeafNode(other).length",
    ],
  ),
  mutant(
    "path-secret-of-welcome-not-compared",
    "A joiner holds keys that nobody else has.",
    [
      "tree/open-path.ts",
      "if (shown === undefined || !equalBytes(shown, keyPair.publicKey)) {",
      "if (shown === undefined) {",
    ],
  ),
  mutant(
    "psk-order-reversed",
    "Two pre-shared keys give another secret than elsewhere.",
    [
      "schedule/psk-secret.ts",
      "return psks.reduce(",
      "return psks.toReversed().reduce(",
    ],
  ),
  mutant("psk-repeated", "One pre-shared key twice in a commit.", [
    "group/proposal-list.ts",
    `if (seen.has(key)) return { code: "duplicate-psk" };`,
    "",
  ]),
  mutant("duplicate-keys-accepted", "Two nodes with one key.", [
    "group/commit-result.ts",
    "if (leafIndexes.length === 0) return undefined;",
    "if (leafIndexes.length >= 0) return undefined;",
  ]),
  mutant(
    "path-key-used-before",
    "A path brings back a key that someone else holds.",
    [
      "tree/check-path.ts",
      "if (hasUsedKey(tree, sender, path))",
      "if (hasUsedKey(tree, sender, path) && sender < 0)",
    ],
  ),
  mutant("one-client-added-twice", "One client at two leaves.", [
    "group/proposal-list.ts",
    `if (added.size < adds.length * 2) return { code: "duplicate-add" };`,
    "",
  ]),
  mutant(
    "member-added-again",
    "A client that is in the group is added once more.",
    [
      "group/proposal-list.ts",
      `return isHere ? { code: "member-already" } : undefined;`,
      "return isHere ? undefined : undefined;",
    ],
  ),
  mutant(
    "leaf-changed-twice",
    "An Update and a Remove of one leaf in one commit.",
    [
      "group/proposal-list.ts",
      `if (changed.has(leaf)) return { code: "duplicate-leaf-change" };`,
      "",
    ],
  ),
  mutant(
    "committer-removes-itself",
    "A commit whose maker is not in the epoch that it begins.",
    [
      "group/proposal-list.ts",
      "    if (leaf === committer) {",
      "    if (leaf === committer && leaf < 0) {",
    ],
  ),
  mutant(
    "unknown-reference-skipped",
    "Members with other caches follow one commit to different groups.",
    [
      "group/proposal-list.ts",
      `if (cached === undefined) return err({ code: "unknown-reference" });`,
      "if (cached === undefined) continue;",
    ],
  ),
  mutant("identity-may-change", "A leaf becomes somebody else.", [
    "group/default-policy.ts",
    `    sameCredential(before.credential, after.credential)
      ? undefined`,
    `    before.credential.type === after.credential.type
      ? undefined`,
  ]),
  mutant(
    "successor-of-path-not-asked",
    "A commit's own leaf becomes somebody else.",
    [
      "group/check-commit.ts",
      "  return fault === undefined ? merged : err(fault);",
      "  return fault === undefined ? merged : merged;",
    ],
  ),
  mutant(
    "low-order-kem-output",
    "A path that opens for nobody halts its receivers.",
    [
      "tree/check-path.ts",
      "return kem.encLength !== kem.publicKeyLength || kem.isPublicKey(kemOutput);",
      "return kem.encLength === kemOutput.length;",
    ],
  ),
  mutant("leaf-key-kept-in-update", "An Update that heals nothing.", [
    "tree/leaf-validation.ts",
    `? "same-encryption-key"`,
    "? undefined",
  ]),
  mutant("lifetime-without-bound", "A KeyPackage that never expires.", [
    "group/key-package.ts",
    "return notAfter - notBefore > env.policy.limits.maxLifetime;",
    "return notAfter < notBefore;",
  ]),
  mutant(
    "required-extensions-ignored",
    "A member that lacks what the group requires.",
    [
      "tree/compatibility.ts",
      "!includesAll(has.extensions, required.extensionTypes)",
      "required.extensionTypes.length < 0",
    ],
  ),
  mutant("proposal-flood", "One member fills every cache.", [
    "group/receive-proposal.ts",
    "if (fromSender.length >= env.policy.limits.maxCachedPerSender)",
    "if (fromSender.length > 2 ** 20)",
  ]),
  mutant(
    "handshakes-without-bound",
    "Verdicts depend on which messages reached whom.",
    [
      "group/open-handshake.ts",
      "if (generation >= maxHandshakes)",
      "if (generation > 2 ** 30)",
    ],
  ),
  mutant(
    "own-leaf-elsewhere-followed",
    "A second copy of a device goes unnoticed.",
    [
      "group/process-message.ts",
      `sender === state.own.leafIndex ? findOwn(state, env, o) : "other"`,
      `sender < 0 ? findOwn(state, env, o) : "other"`,
    ],
  ),
  mutant(
    "transcript-without-tag",
    "The transcript does not cover how a commit was confirmed.",
    [
      "schedule/transcript.ts",
      "return suite.hash(concatBytes(confirmed, input));",
      "return suite.hash(concatBytes(confirmed, input.subarray(0, 0)));",
    ],
  ),
  mutant(
    "key-index-not-updated",
    "A key that a commit brought in may be brought in again.",
    ["tree/tree-index.ts", "  setKeyStarts(index.keyStarts, at, to);\n", ""],
  ),
  mutant(
    "blanked-key-still-counts",
    "A removed member's kind goes on making demands.",
    [
      "tree/tree-index.ts",
      "if (before !== undefined) countMember(memberKinds, before, -1);",
      "",
    ],
  ),
  mutant(
    "new-kind-not-counted",
    "A member that lacks what the group requires.",
    [
      "tree/tree-index.ts",
      "if (after !== undefined) countMember(memberKinds, after, 1);",
      "if (after !== undefined && before !== undefined) countMember(memberKinds, after, 1);",
    ],
  ),
  mutant(
    "blank-hash-of-another-place",
    "Members with different histories hash one tree differently.",
    [
      "tree/tree-hash.ts",
      `    left === blanks[leftOf(at)] &&
    right === blanks[rightOf(at)]`,
      "    left === blanks[leftOf(at)]",
    ],
  ),
  mutant(
    "names-of-another-policy",
    "Whether a client is a member depends on who asked before.",
    [
      "group/clients.ts",
      "if (known?.clientOf === clientOf) return known.names;",
      "if (known !== undefined) return known.names;",
    ],
  ),
  mutant(
    "overwritten-pair-believed",
    "A damaged pending commit leads into an epoch that cannot be followed.",
    [
      "group/own-keys.ts",
      "equalBytes(made.hash, hashOfPair(suite, pair))",
      "made.hash.length === suite.hashLength",
    ],
  ),
  mutant("one-sided-parent-accepted", "A tree that cannot be written again.", [
    "tree/tree-validation.ts",
    `if (isOneSided(tree, at)) return { kind: "one-sided", node: at };`,
    "",
  ]),
];

function mutant(
  name: string,
  why: string,
  ...edits: readonly (readonly [file: string, find: string, replace: string])[]
): Mutant {
  return {
    name,
    why,
    edits: edits.map(([file, find, replace]) => ({ file, find, replace })),
  };
}
