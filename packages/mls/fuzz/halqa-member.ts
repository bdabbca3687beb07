/**
 * A member that runs this package's engine, as an application would: it persists what the engine returns, keeps pending
 * commits and private KeyPackages, and can lose everything but the bytes on disk at any moment.
 */
import { encodeUtf8 } from "@halqa/bytes";
import {
  applyMessageDelta,
  buildWelcome,
  createCapabilities,
  createCommit,
  createGroup,
  createKeyPackage,
  createProposal,
  decodeOwnKeyPackage,
  decodePendingCommit,
  decodeState,
  defaultPolicy,
  encodeCommitPart,
  encodeMessagePart,
  encodeMlsMessage,
  encodeOwnKeyPackage,
  encodePendingCommit,
  encodeTree,
  exportSecret,
  joinGroup,
  members,
  messageDelta,
  processMessage,
  protectApplication,
  suite3,
} from "../src/index.ts";
import type {
  Credential,
  GroupEnv,
  GroupState,
  OwnKeyPackage,
  PendingCommit,
  PreSharedKeyId,
} from "../src/index.ts";
import type { SeededRandom } from "@halqa/testkit";
import { freezeDeep } from "./freeze.ts";
import {
  BASIC,
  CONTEXT_EXTENSION,
  CUSTOM_PROPOSAL,
  identityOf,
  must,
  mustEqual,
  toProposal,
  toVerdict,
  X509,
} from "./halqa-translation.ts";
import type {
  ByReference,
  CommitRequest,
  Invitation,
  InviteRequest,
  MadeCommit,
  OpenMember,
  Verdict,
} from "./member.ts";

const HASH_LENGTH = 32;
const DAY = 86_400n;
/** How often a message's small write is compared with the whole state, per message. */
const DELTA_CHECKS = 1 / 8;

export interface HalqaMemberOptions {
  readonly identity: string;
  readonly groupId: Uint8Array;
  readonly dice: SeededRandom;
  /** Seconds since 1970: KeyPackages are valid around it. */
  readonly now: bigint;
  readonly pskFor: (id: PreSharedKeyId) => Uint8Array | undefined;
}

/** What an application keeps; `state` is replaced, never changed. */
interface Device {
  readonly options: HalqaMemberOptions;
  readonly env: GroupEnv;
  state: GroupState | undefined;
  pending: PendingCommit[];
  keyPackages: OwnKeyPackage[];
  readonly states: GroupState[];
  /** Signature keys by public key: what an Update or a path may have changed. */
  signatureSeed: Uint8Array;
}

export function createHalqaMember(options: HalqaMemberOptions): OpenMember {
  const device: Device = {
    options,
    env: {
      suite: suite3,
      random: options.dice.bytes,
      policy: {
        ...defaultPolicy,
        customProposals: new Map([[CUSTOM_PROPOSAL, { pathRequired: false }]]),
        checkProposal: () => undefined,
      },
      pskFor: options.pskFor,
    },
    state: undefined,
    pending: [],
    keyPackages: [],
    states: [],
    signatureSeed: options.dice.bytes(HASH_LENGTH),
  };
  return {
    identity: options.identity,
    kind: "halqa",
    state: () => stateOf(device),
    states: () => device.states,
    keyPairs: () => device.keyPackages,
    keyPackage: () => later(() => makeKeyPackage(device)),
    create: (groupId) => later(() => startGroup(device, groupId)),
    join: (invitation) => later(() => join(device, invitation)),
    propose: (change, wireFormat) =>
      later(() => propose(device, change, wireFormat)),
    commit: (request) => later(() => commit(device, request)),
    process: (message) => later(() => process(device, message)),
    encrypt: (data) => later(() => encrypt(device, data)),
    restart: () => later(() => restart(device)),
    epoch: () => later(() => stateOf(device).context.epoch),
    roster: () => later(() => rosterOf(stateOf(device))),
    exporter: () =>
      later(() =>
        exportSecret(stateOf(device), device.env, {
          label: "exporter",
          context: new Uint8Array(),
          length: HASH_LENGTH,
        }),
      ),
  };
}

/** The interface is that of slower implementations too. */
async function later<T>(work: () => T): Promise<T> {
  return work();
}

/** Identities of the members in the order of their leaves. */
export function rosterOf(state: GroupState): readonly string[] {
  return members(state).map(({ leaf }) => identityOf(leaf.credential));
}

function makeKeyPackage(device: Device): Uint8Array {
  // A client that comes back uses a new signature key: the old one may be in the tree still.
  device.signatureSeed = device.options.dice.bytes(HASH_LENGTH);
  const made = createKeyPackage(device.env, leafOptions(device));
  device.keyPackages = [...device.keyPackages, made];
  return encodeMlsMessage({ kind: "key-package", keyPackage: made.keyPackage });
}

function startGroup(device: Device, groupId: Uint8Array): void {
  adopt(
    device,
    must(createGroup(device.env, { groupId, ...leafOptions(device) })),
  );
}

function leafOptions({ options, signatureSeed }: Device) {
  return {
    signatureSeed,
    credential: {
      type: BASIC,
      identity: encodeUtf8(options.identity),
    } satisfies Credential,
    capabilities: createCapabilities({
      suites: [suite3.id],
      credentials: [BASIC, X509],
      extensions: [CONTEXT_EXTENSION],
      proposals: [CUSTOM_PROPOSAL],
    }),
    lifetime: {
      notBefore: options.now - DAY,
      notAfter: options.now + 30n * DAY,
    },
  };
}

function join(
  device: Device,
  { welcome, tree }: Invitation,
): string | undefined {
  const faults: string[] = [];
  for (const own of device.keyPackages) {
    const joined = joinGroup(device.env, {
      welcome,
      own,
      ...(tree === undefined ? {} : { tree }),
    });
    if (joined.ok) {
      device.pending = [];
      device.signatureSeed = own.signatureSeed;
      adopt(device, joined.value.state);
      return undefined;
    }
    faults.push(JSON.stringify(joined.error));
  }
  return faults.join(" ");
}

function propose(
  device: Device,
  change: ByReference,
  wireFormat: "private" | "public",
): Uint8Array {
  const state = stateOf(device);
  const made = must(
    createProposal(state, device.env, {
      proposal:
        change.kind === "update"
          ? {
              kind: "own-update",
              ...(change.newSignatureKey
                ? {
                    leaf: {
                      signatureSeed: device.options.dice.bytes(HASH_LENGTH),
                    },
                  }
                : {}),
            }
          : toProposal(state, change, device.options.dice.bytes(HASH_LENGTH)),
      wireFormat,
      now: device.options.now,
    }),
  );
  adopt(device, made.state);
  return made.message;
}

function commit(device: Device, request: CommitRequest): MadeCommit {
  const state = stateOf(device);
  const made = must(
    createCommit(state, device.env, {
      proposals: request.changes.map((change) =>
        toProposal(state, change, device.options.dice.bytes(HASH_LENGTH)),
      ),
      references: request.references === "all" ? "all" : [],
      forcePath: request.forcePath,
      wireFormat: request.wireFormat,
      padding: request.padding,
      ...(request.newSignatureKey
        ? { leaf: { signatureSeed: device.options.dice.bytes(HASH_LENGTH) } }
        : {}),
      now: device.options.now,
    }),
  );
  adopt(device, made.state);
  device.pending = [...device.pending, made.pending];
  const kept = encodePendingCommit(made.pending);
  return {
    message: made.message,
    invite: async (ask) => invite(device, must(decodePendingCommit(kept)), ask),
  };
}

function invite(
  device: Device,
  pending: PendingCommit,
  { joiners, treeInWelcome, batches }: InviteRequest,
): ReadonlyMap<string, Invitation> {
  const state = stateOf(device);
  const wanted = new Set(joiners);
  const leaves = members(state)
    .filter(({ leaf }) => wanted.has(identityOf(leaf.credential)))
    .map(({ leafIndex, leaf }) => ({
      leafIndex,
      identity: identityOf(leaf.credential),
    }));
  const groups = Array.from(
    { length: Math.min(batches, leaves.length) },
    (_, i) => leaves.filter((_leaf, at) => at % batches === i),
  );
  const welcomes = must(
    buildWelcome(state, device.env, {
      pending,
      treeInWelcome,
      batches: groups.map((group) => group.map(({ leafIndex }) => leafIndex)),
    }),
  );
  const tree = treeInWelcome ? undefined : encodeTree(state);
  return new Map(
    groups.flatMap((group, at) =>
      group.map(({ identity }) => {
        const welcome = welcomes[at];
        if (welcome === undefined) throw new Error("a batch without a Welcome");
        return [identity, { welcome, tree }] as const;
      }),
    ),
  );
}

function process(device: Device, message: Uint8Array): Verdict {
  const before = stateOf(device);
  const outcome = processMessage(before, device.env, {
    message,
    pending: device.pending,
  });
  switch (outcome.kind) {
    case "applied":
      if (outcome.effect.kind === "commit") device.pending = [];
      adopt(device, outcome.state);
      return toVerdict(outcome.effect);
    case "refused":
      adopt(device, outcome.state);
      return { kind: "not-applied", why: JSON.stringify(outcome.reason) };
    case "ignored":
      return { kind: "not-applied", why: outcome.reason };
    case "halted":
      return { kind: "halted", why: outcome.reason };
    case "removed":
      return { kind: "removed" };
  }
}

function encrypt(device: Device, data: Uint8Array): Uint8Array {
  const { dice } = device.options;
  const made = must(
    protectApplication(stateOf(device), device.env, {
      data,
      padding: dice.int(64),
      ...(dice.bool(0.5) ? { authenticatedData: dice.bytes(dice.int(9)) } : {}),
    }),
  );
  adopt(device, made.state);
  return made.message;
}

/** Takes a state into use; sometimes checks that the small write for a message gives the same state as the large one. */
function adopt(device: Device, state: GroupState): void {
  freezeDeep(state);
  const before = device.state;
  device.state = state;
  if (before === undefined || before.context.epoch !== state.context.epoch) {
    if (before !== undefined) device.states.push(before);
    device.states.push(state);
    return;
  }
  if (before === state || !device.options.dice.bool(DELTA_CHECKS)) return;
  const replayed = must(
    applyMessageDelta(device.env.suite, before, messageDelta(before, state)),
  );
  mustEqual(
    "message part after its delta",
    encodeMessagePart(replayed),
    encodeMessagePart(state),
  );
  mustEqual(
    "commit part after a message",
    encodeCommitPart(replayed),
    encodeCommitPart(state),
  );
}

function restart(device: Device): void {
  const { env } = device;
  device.pending = device.pending.map((pending) =>
    must(decodePendingCommit(encodePendingCommit(pending))),
  );
  device.keyPackages = device.keyPackages.map((own) =>
    must(decodeOwnKeyPackage(encodeOwnKeyPackage(own))),
  );
  if (device.state === undefined) return;
  const commitPart = encodeCommitPart(device.state);
  const messagePart = encodeMessagePart(device.state);
  const state = must(decodeState(env.suite, { commitPart, messagePart }));
  mustEqual("commit part", encodeCommitPart(state), commitPart);
  mustEqual("message part", encodeMessagePart(state), messagePart);
  freezeDeep(state);
  device.state = state;
}

function stateOf(device: Device): GroupState {
  if (device.state === undefined) throw new Error("not in the group yet");
  return device.state;
}
