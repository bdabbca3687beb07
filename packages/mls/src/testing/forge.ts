/**
 * Handshake messages as a hostile member would make them: properly signed and sealed, wrong where the test says so. Nothing is
 * checked on the way, which is what sets it apart from createCommit.
 */
import { zeroSecret } from "../schedule/key-schedule.ts";
import type {
  AuthenticatedContent,
  Content,
  WireFormat,
} from "../structs/framed-content.ts";
import type { ProposalOrRef } from "../structs/proposal.ts";
import type { UpdatePath } from "../structs/update-path.ts";
import { createUpdatePath } from "../tree/create-path.ts";
import type { NewPath } from "../tree/create-path.ts";
import { leafAt, treeHash } from "../tree/ratchet-tree.ts";
import type { RatchetTree } from "../tree/ratchet-tree.ts";
import { applyProposals } from "../group/apply-proposals.ts";
import type { Provisional } from "../group/apply-proposals.ts";
import { excludedLeaves } from "../group/check-commit.ts";
import {
  contextAfter,
  deriveEpoch,
  provisionalContext,
} from "../group/epoch.ts";
import { resolveProposals } from "../group/proposal-list.ts";
import { pskSecretFor } from "../group/psks.ts";
import { protectHandshake, signContent } from "../group/send-handshake.ts";
import type { Proposal } from "../index.ts";
import { envOf, expectOk, stateOf } from "./group-world.ts";
import type { World } from "./group-world.ts";

export interface Forgery {
  readonly proposals?: readonly Proposal[];
  readonly references?: readonly Uint8Array[];
  readonly withPath?: boolean;
  /** Changes the path before it is signed; `context` is what its secrets are encrypted under. */
  readonly tamperPath?: (
    path: UpdatePath,
    made: {
      readonly tree: RatchetTree;
      readonly context: Uint8Array;
    },
  ) => UpdatePath;
  readonly tamperTag?: (tag: Uint8Array) => Uint8Array;
  readonly leaf?: Partial<Parameters<typeof createUpdatePath>[1]["leaf"]>;
  readonly signatureSeed?: Uint8Array;
  readonly wireFormat?: WireFormat;
}

/** The encoded message of a commit that its maker would be refused, or whose receivers are to be. */
export function forgeCommit(
  world: World,
  name: string,
  o: Forgery,
): Uint8Array {
  const state = stateOf(world, name);
  const env = envOf(world, name);
  const { suite } = env;
  const entries = entriesOf(o);
  const { leafIndex } = state.own;
  const list = expectOk(resolveProposals(state, leafIndex, entries));
  const provisional = expectOk(applyProposals(state, env, list));
  const { extensions } = provisional;
  const { made, path, tree } = forgePath(world, name, { ...o, provisional });
  const signed = signContent(suite, state, {
    wireFormat: o.wireFormat ?? "private",
    content: { kind: "commit", commit: { proposals: entries, path } },
  });
  const { confirmationTag } = deriveEpoch(
    suite,
    contextAfter(suite, state, { commit: signed, tree, extensions }),
    {
      kind: "member",
      initSecret: state.secrets.initSecret,
      commitSecret: made?.commitSecret ?? zeroSecret(suite),
      pskSecret: expectOk(pskSecretFor(env, provisional.psks, state)),
    },
  );
  const { signature } = signed.auth;
  const tag = o.tamperTag?.(confirmationTag) ?? confirmationTag;
  return sealForgery(world, name, {
    ...signed,
    auth: { signature, confirmationTag: tag },
  });
}

function entriesOf(o: Forgery): ProposalOrRef[] {
  const { references = [], proposals = [] } = o;
  return [
    ...references.map((reference) => ({
      kind: "reference" as const,
      reference,
    })),
    ...proposals.map((proposal) => ({ kind: "proposal" as const, proposal })),
  ];
}

interface ForgedPath {
  readonly made: NewPath | undefined;
  readonly path: UpdatePath | undefined;
  readonly tree: RatchetTree;
}

function forgePath(
  world: World,
  name: string,
  o: Forgery & { readonly provisional: Provisional },
): ForgedPath {
  if (o.withPath !== true)
    return { made: undefined, path: undefined, tree: o.provisional.tree };
  const state = stateOf(world, name);
  const made = makePath(world, name, o);
  const { tree } = made;
  const context = provisionalContext(
    state,
    o.provisional.extensions,
    treeHash(tree),
  );
  const path = o.tamperPath?.(made.path, { tree, context });
  return { made, path: path ?? made.path, tree };
}

/** The encoded message of any handshake content, signed by the actor. */
export function forgeMessage(
  world: World,
  name: string,
  o: {
    readonly content: Content;
    readonly wireFormat?: WireFormat;
    readonly asLeaf?: number;
  },
): Uint8Array {
  const state = stateOf(world, name);
  const posing = {
    ...state,
    own: { ...state.own, leafIndex: o.asLeaf ?? state.own.leafIndex },
  };
  const signed = signContent(world.suite, posing, o);
  const { signature } = signed.auth;
  return sealForgery(world, name, {
    ...signed,
    auth: { signature, confirmationTag: undefined },
  });
}

/** Protects content that is signed already. The actor's own state stays as it is. */
export function sealForgery(
  world: World,
  name: string,
  authenticated: AuthenticatedContent,
): Uint8Array {
  const state = stateOf(world, name);
  const sealed = protectHandshake(state, envOf(world, name), {
    authenticated,
    padding: 0,
  });
  return expectOk(sealed).message;
}

function makePath(
  world: World,
  name: string,
  o: Forgery & { readonly provisional: Provisional },
): NewPath {
  const state = stateOf(world, name);
  const { suite, random } = envOf(world, name);
  const { own, context } = state;
  const { tree, extensions } = o.provisional;
  const leaf = leafAt(tree, own.leafIndex) ?? leafAt(state.tree, own.leafIndex);
  if (leaf === undefined) throw new Error(`${name} has no leaf`);
  const created = createUpdatePath(suite, {
    tree,
    leafIndex: own.leafIndex,
    leaf: { ...leaf, ...o.leaf },
    signatureSeed: o.signatureSeed ?? own.signatureSeed,
    groupId: context.groupId,
    excluded: excludedLeaves(o.provisional),
    provisionalContext: (hash) => provisionalContext(state, extensions, hash),
    random,
  });
  return expectOk(created);
}
