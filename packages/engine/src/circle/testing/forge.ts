/** Entries as a hostile member would make them: properly sealed and signed, wrong where the test says so. V is not asked. */
import { encodeHex } from "@halqa/bytes";
import * as mls from "@halqa/mls";
import type { CommitOptions, Extension, Proposal } from "@halqa/mls";
import {
  encodeAuthenticatedData,
  describeSeen,
} from "../authenticated-data.ts";
import type { AuthenticatedData } from "../authenticated-data.ts";
import { CIRCLE_EXTENSION, encodeCircleInfo } from "../circle-info.ts";
import type { CircleInfo } from "../circle-info.ts";
import { certifyDevice, memberSeedOf, toMlsCredential } from "../credential.ts";
import { currentKey, ownAuthenticatedData } from "../group-env.ts";
import { encodeLeafInfo, LEAF_EXTENSION } from "../leaf-info.ts";
import type { LeafInfo } from "../leaf-info.ts";
import { createLeaf, renewedLeaf } from "../own-leaf.ts";
import { sealMessage } from "../seal-content.ts";
import { actorOf, append, circleOf, expectOk, NOW } from "./circle-world.ts";
import type { World } from "./circle-world.ts";

/** MLS's own rules alone. */
const loosePolicy: mls.Policy = {
  ...mls.defaultPolicy,
  checkSuccessor: () => undefined,
};

function looseEnv(world: World, name: string) {
  const { random } = actorOf(world, name).env;
  return { suite: mls.suite3, random, policy: loosePolicy };
}

export type ForgeOptions = Omit<CommitOptions, "authenticatedData"> & {
  readonly data?: Partial<AuthenticatedData>;
  /** Stands for all authenticated data. */
  readonly rawData?: Uint8Array;
  /** The proposals say what happens; without this the path's leaf is the honest one. */
  readonly isPathLess?: boolean;
};

/** A commit by anyone, appended; its maker keeps what it needs to follow it. */
export function forgeCommit(
  world: World,
  name: string,
  options: ForgeOptions,
): Uint8Array {
  const circle = circleOf(world, name);
  const { data, rawData, isPathLess, ...rest } = options;
  const leaf =
    isPathLess === true
      ? {}
      : {
          leaf: {
            extensions: [renewedLeaf(circle, actorOf(world, name).env)],
          },
        };
  const made = mls.createCommit(circle.mls, looseEnv(world, name), {
    references: [],
    ...leaf,
    ...rest,
    authenticatedData: rawData ?? authenticatedData(world, name, data),
  });
  const { state, pending, message } = expectOk(made);
  const body = appendMessage(world, name, message);
  const actor = actorOf(world, name);
  actor.circle = { ...circle, mls: state };
  const kept = { commit: pending, entryId: mls.suite3.hash(body), joiners: [] };
  actor.pendings = [...actor.pendings, kept];
  return body;
}

/** A proposal by anyone, appended. */
export function forgeProposal(
  world: World,
  name: string,
  proposal: mls.ProposalToSend,
): Uint8Array {
  const circle = circleOf(world, name);
  const made = mls.createProposal(circle.mls, looseEnv(world, name), {
    proposal,
    authenticatedData: ownAuthenticatedData(circle),
  });
  const { state, message } = expectOk(made);
  actorOf(world, name).circle = { ...circle, mls: state };
  return appendMessage(world, name, message);
}

/** An application message with any content, appended. */
export function forgeMessage(
  world: World,
  name: string,
  o: {
    readonly data: Uint8Array;
    readonly context?: Partial<AuthenticatedData>;
    readonly rawContext?: Uint8Array;
  },
): Uint8Array {
  const made = mls.protectApplication(
    circleOf(world, name).mls,
    looseEnv(world, name),
    {
      data: o.data,
      authenticatedData:
        o.rawContext ?? authenticatedData(world, name, o.context),
    },
  );
  const actor = actorOf(world, name);
  const { state, message } = expectOk(made);
  actor.circle = { ...circleOf(world, name), mls: state };
  return appendMessage(world, name, message);
}

/** Any bytes in an envelope of the current epoch, appended. */
export function appendMessage(
  world: World,
  name: string,
  message: Uint8Array,
): Uint8Array {
  const { env } = actorOf(world, name);
  const { body } = expectOk(sealMessage(circleOf(world, name), env, message));
  append(world, name, body);
  return body;
}

export function authenticatedData(
  world: World,
  name: string,
  changed: Partial<AuthenticatedData> = {},
): Uint8Array {
  const circle = circleOf(world, name);
  const honest = describeSeen(circle.log, currentKey(circle).tag);
  return encodeAuthenticatedData({ ...honest, ...changed });
}

/** The proposal that makes `halqa_circle` say something else. */
export function infoProposal(
  world: World,
  name: string,
  changed: Partial<CircleInfo>,
): Extract<Proposal, { readonly kind: "group-context-extensions" }> {
  const info = { ...circleOf(world, name).info, ...changed };
  const extension = { type: CIRCLE_EXTENSION, data: encodeCircleInfo(info) };
  return { kind: "group-context-extensions", extensions: [extension] };
}

export interface ForgedLeaf {
  readonly identitySeed?: Uint8Array;
  readonly deviceNo?: number;
  /** Of the certificate; by default the circle's. */
  readonly circleId?: Uint8Array;
  /** That the certificate is for, by default the leaf's. */
  readonly certifies?: Uint8Array;
  readonly info?: Partial<LeafInfo>;
  readonly moreExtensions?: readonly Extension[];
}

/** An Add of a device that is as the test says. */
export function addProposal(
  world: World,
  name: string,
  forged: ForgedLeaf,
): Extract<Proposal, { readonly kind: "add" }> {
  const { env, random } = actorOf(world, name);
  const { circleId } = circleOf(world, name).info;
  const identitySeed = forged.identitySeed ?? random.bytes(32);
  const inbox = {
    relayPub: world.relay.relayPub,
    sendId: random.bytes(32),
  };
  const made = createLeaf(env, {
    identitySeed,
    circleId,
    name: "Mallory",
    inbox,
    invitePub: undefined,
    now: NOW,
  });
  const signatureKey = mls.suite3.signaturePublicKey(
    made.options.signatureSeed,
  );
  const credential = certifyDevice({
    memberSeed: memberSeedOf(identitySeed, circleId),
    deviceNo: forged.deviceNo ?? 0,
    circleId: forged.circleId ?? circleId,
    signatureKey: forged.certifies ?? signatureKey,
  });
  const info: LeafInfo = {
    name: "Mallory",
    inboxes: [inbox],
    sealingKey: made.sealingKey.publicKey,
    lastPathEpoch: 0n,
    invitePub: undefined,
    ...forged.info,
  };
  const others = forged.moreExtensions ?? [];
  const own = mls.createKeyPackage(looseEnv(world, name), {
    ...made.options,
    credential: toMlsCredential(credential),
    capabilities: mls.createCapabilities({
      suites: [mls.suite3.id],
      credentials: [1],
      extensions: [
        CIRCLE_EXTENSION,
        LEAF_EXTENSION,
        ...others.map(({ type }) => type),
      ],
    }),
    leafExtensions: [
      { type: LEAF_EXTENSION, data: encodeLeafInfo(info) },
      ...others,
    ],
  });
  return { kind: "add", keyPackage: own.keyPackage };
}

/** The leaf of a member with one device. */
export function leafOf(world: World, name: string): number {
  return circleOf(world, name).mls.own.leafIndex;
}

export function removeProposal(world: World, name: string): Proposal {
  return { kind: "remove", removed: leafOf(world, name) };
}

/** For comparing keys in an expectation. */
export function hexes(keys: readonly Uint8Array[]): readonly string[] {
  return keys.map(encodeHex);
}
