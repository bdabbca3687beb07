/**
 * A member whose program is hostile: entries that are properly sealed and signed, and break a rule each. Whatever it puts
 * into the log, the others stay in agreement, let nobody in or out by it, and go on (rule A2).
 */
import { compareBytes, concatBytes, equalBytes } from "@halqa/bytes";
import { openEnvelope } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import type { Proposal } from "@halqa/mls";
import {
  CIRCLE_EXTENSION,
  currentKey,
  encodeCircleInfo,
  encodeMessage,
  ownAuthenticatedData,
  renewedLeaf,
  sealMessage,
} from "@halqa/engine/machine";
import type { Circle } from "@halqa/engine/machine";
import type { SeededRandom } from "@halqa/testkit";
import type { Sim, SimDevice } from "../world/sim.ts";
import { appendBody } from "./append-body.ts";

export interface Insider {
  readonly sim: Sim;
  readonly device: SimDevice;
  readonly circle: Circle;
  readonly dice: SeededRandom;
}

const env = (random: SeededRandom) => ({
  suite: mls.suite3,
  random: random.bytes,
  // MLS's own rules alone.
  policy: { ...mls.defaultPolicy, checkSuccessor: () => undefined },
});

type Forgery = (insider: Insider) => Uint8Array | undefined;

/** Each gives an MLS message, or nothing where it cannot be made here. */
const forgeries: Readonly<Record<string, Forgery>> = {
  "commit-alone": (insider) => commit(insider, { proposals: [] }),
  "commit-removes": (insider) => {
    const victim = otherLeaf(insider);
    return victim === undefined
      ? undefined
      : commit(insider, { proposals: [{ kind: "remove", removed: victim }] });
  },
  "commit-crowns-itself": (insider) =>
    commit(insider, {
      proposals: [
        infoOf(insider, {
          // Who was a steward before the removal is on the old list already.
          stewards: [
            ...insider.circle.info.stewards.filter(
              (key) => !equalBytes(key, insider.circle.memberKey),
            ),
            insider.circle.memberKey,
          ].toSorted(compareBytes),
        }),
      ],
    }),
  "commit-ends-all": (insider) =>
    commit(insider, { proposals: [infoOf(insider, { minVersion: 200 })] }),
  "commit-closes": (insider) =>
    commit(insider, { proposals: [infoOf(insider, { isClosed: true })] }),
  "commit-far-version": (insider) =>
    commit(insider, {
      proposals: [infoOf(insider, { policyVersion: 2 ** 32 - 1 })],
    }),
  "propose-end": (insider) =>
    propose(insider, infoOf(insider, { minVersion: 200 })),
  "commit-renames": (insider) =>
    commit(insider, { proposals: [infoOf(insider, { name: "mine" })] }),
  "commit-adds": (insider) =>
    commit(insider, { proposals: [addOf(insider)], isPathLess: true }),
  "propose-removal": (insider) => {
    const removed = otherLeaf(insider);
    return removed === undefined
      ? undefined
      : propose(insider, { kind: "remove", removed });
  },
  "propose-add": (insider) => propose(insider, addOf(insider)),
  "foreign-author": (insider) =>
    say(insider, { leaf: otherLeaf(insider) ?? 0 }),
  "foreign-epoch": (insider) => say(insider, { epochs: 1n }),
  "unknown-content": (insider) => say(insider, {}),
  "no-header": (insider) =>
    protect(insider, insider.dice.bytes(1 + insider.dice.int(60))),
  "no-message": ({ dice }) => dice.bytes(1 + dice.int(400)),
};

export const forgeryNames: readonly string[] = Object.keys(forgeries);

/** The MLS message alone. */
export function forgeMessage(
  insider: Insider,
  name: string,
): Uint8Array | undefined {
  return forgeries[name]?.(insider);
}

/** Puts a forged entry into the circle's log. */
export function forge(insider: Insider, name: string): void {
  const body = sealForged(insider, name);
  if (body !== undefined) appendBody(insider, body);
}

/** The same, by who is not in any more: with the keys of then, into the log of then. */
export function sealForged(
  insider: Insider,
  name: string,
): Uint8Array | undefined {
  const message = forgeries[name]?.(insider);
  if (message === undefined) return undefined;
  const { circle, dice } = insider;
  const sealed = sealMessage(circle, { mls, random: dice.bytes }, message);
  return sealed.ok ? sealed.value.body : undefined;
}

/** Bodies that nothing opens, many at once. */
export function flood(insider: Insider, count: number): void {
  for (let at = 0; at < count; at++)
    appendBody(insider, insider.dice.bytes(3_840));
}

/** What somebody else said, taken out of its envelope and put into another one. */
export function repeat(insider: Insider, body: Uint8Array): void {
  const { circle, dice } = insider;
  const opened = openEnvelope({
    keys: [currentKey(circle).envelopeKey],
    logId: circle.log.logId,
    body,
  });
  if (!opened.ok) return;
  const { message } = opened.value;
  const sealed = sealMessage(circle, { mls, random: dice.bytes }, message);
  if (sealed.ok) appendBody(insider, sealed.value.body);
}

function commit(
  { circle, dice }: Insider,
  o: { readonly proposals: readonly Proposal[]; readonly isPathLess?: boolean },
): Uint8Array | undefined {
  const leaf =
    o.isPathLess === true
      ? {}
      : {
          leaf: {
            extensions: [renewedLeaf(circle, { mls, random: dice.bytes })],
          },
        };
  const made = mls.createCommit(circle.mls, env(dice), {
    references: [],
    ...leaf,
    proposals: o.proposals,
    authenticatedData: ownAuthenticatedData(circle),
  });
  return made.ok ? made.value.message : undefined;
}

function propose(
  { circle, dice }: Insider,
  proposal: mls.ProposalToSend,
): Uint8Array | undefined {
  const made = mls.createProposal(circle.mls, env(dice), {
    proposal,
    authenticatedData: ownAuthenticatedData(circle),
  });
  return made.ok ? made.value.message : undefined;
}

function say(
  insider: Insider,
  o: { readonly leaf?: number; readonly epochs?: bigint },
): Uint8Array | undefined {
  const { circle, dice } = insider;
  const header = {
    messageId: dice.bytes(16),
    leaf: o.leaf ?? circle.mls.own.leafIndex,
    epoch: circle.mls.context.epoch + (o.epochs ?? 0n),
    minute: 1,
  };
  return protect(
    insider,
    encodeMessage(header, concatBytes(Uint8Array.of(250), dice.bytes(8))),
  );
}

function protect(
  { circle, dice }: Insider,
  data: Uint8Array,
): Uint8Array | undefined {
  const made = mls.protectApplication(circle.mls, env(dice), {
    data,
    authenticatedData: ownAuthenticatedData(circle),
  });
  return made.ok ? made.value.message : undefined;
}

function otherLeaf({ circle, dice }: Insider): number | undefined {
  const own = circle.mls.own.leafIndex;
  const others = mls
    .members(circle.mls)
    .map(({ leafIndex }) => leafIndex)
    .filter((leaf) => leaf !== own);
  return others.length === 0 ? undefined : dice.pick(others);
}

function infoOf(
  { circle }: Insider,
  changed: Partial<Circle["info"]>,
): Extract<Proposal, { readonly kind: "group-context-extensions" }> {
  const info = { ...circle.info, ...changed };
  const extension = { type: CIRCLE_EXTENSION, data: encodeCircleInfo(info) };
  return { kind: "group-context-extensions", extensions: [extension] };
}

/**
 * A steward's commit that V accepts, and whose path half of the others cannot open: the one kind of entry that may halt
 * somebody (rule A2).
 */
export function haltSome(insider: Insider): void {
  const { circle, dice } = insider;
  const { kem } = mls.suite3;
  const spoilt: typeof kem = {
    ...kem,
    encap: (publicKey, random) =>
      kem.encap(
        dice.bool(0.5)
          ? publicKey
          : kem.deriveKeyPair(dice.bytes(kem.seedLength)).publicKey,
        random,
      ),
  };
  const made = mls.createCommit(
    circle.mls,
    { ...env(dice), suite: { ...mls.suite3, kem: spoilt } },
    {
      references: [],
      proposals: [],
      leaf: {
        extensions: [renewedLeaf(circle, { mls, random: dice.bytes })],
      },
      authenticatedData: ownAuthenticatedData(circle),
    },
  );
  if (!made.ok) return;
  const { message } = made.value;
  const sealed = sealMessage(circle, { mls, random: dice.bytes }, message);
  if (sealed.ok) appendBody(insider, sealed.value.body);
}

/** A device that nobody asked for, with the insider's own credential and new keys. */
function addOf({
  circle,
  dice,
}: Insider): Extract<Proposal, { readonly kind: "add" }> {
  const leaf = mls.leafAt(circle.mls.tree, circle.mls.own.leafIndex);
  const own = mls.createKeyPackage(env(dice), {
    signatureSeed: dice.bytes(32),
    credential: leaf?.credential ?? { type: 1, identity: dice.bytes(32) },
    capabilities: mls.createCapabilities({
      suites: [mls.suite3.id],
      credentials: [1],
      extensions: (leaf?.extensions ?? []).map(({ type }) => type),
    }),
    lifetime: { notBefore: 0n, notAfter: 2n ** 40n },
    leafExtensions: leaf?.extensions ?? [],
  });
  return { kind: "add", keyPackage: own.keyPackage };
}
