/**
 * The groups that the bench measures on: one fresh (all added in one commit, every parent blank), one warm (every parent
 * set by later updates). A member that is not measured is played: it commits from the group's public half with its own leaf key.
 */
import type { Result } from "@halqa/bytes";
import { encodeUtf8 } from "@halqa/bytes";
import { createSystemRandom } from "@halqa/crypto";
import {
  BASIC_CREDENTIAL,
  buildWelcome,
  createCapabilities,
  createCommit,
  createGroup,
  createKeyPackage,
  defaultPolicy,
  joinGroup,
  processMessage,
  suite3,
} from "../src/index.ts";
import type {
  CommitOptions,
  GroupEnv,
  GroupState,
  KeyPackageOptions,
  Lifetime,
  OwnKeyPackage,
  PendingCommit,
} from "../src/index.ts";

export const MEMBERS = 1000;
const DAY = 86_400n;
const X509 = 2;
const MILLISECONDS = 1000;
/** 1,024 leaves are 512 pairs. */
const PAIR_BITS = 9;
/** Leaf of the member that receives: in the other half of the tree than the founder. */
export const RECEIVER = 600;

export interface Made {
  /** The committer in the new epoch. */
  readonly state: GroupState;
  readonly pending: PendingCommit;
  readonly message: Uint8Array;
}

/** A group seen by two of its members, and the keys of all others. */
export interface Group {
  readonly founder: GroupState;
  readonly receiver: GroupState;
  readonly keyPackages: readonly (OwnKeyPackage | undefined)[];
}

/** The profile allows 256 proposals in a commit; the bench asks for 1,000, as its peers are asked. */
export const env: GroupEnv = {
  suite: suite3,
  random: createSystemRandom(),
  policy: {
    ...defaultPolicy,
    limits: { ...defaultPolicy.limits, maxProposals: MEMBERS },
  },
};

export function makeKeyPackage(number: number): OwnKeyPackage {
  return createKeyPackage(env, leafOptions(number));
}

/** What a member says of itself; every peer takes an identity of this form. */
export function leafOptions(number: number): KeyPackageOptions {
  return {
    signatureSeed: env.random(32),
    credential: {
      type: BASIC_CREDENTIAL,
      identity: encodeUtf8(identityOf(number)),
    },
    capabilities: createCapabilities({
      suites: [suite3.id],
      credentials: [BASIC_CREDENTIAL, X509],
    }),
    lifetime: lifetimeNow(),
  };
}

export function lifetimeNow(): Lifetime {
  const now = BigInt(Math.floor(Date.now() / MILLISECONDS));
  return { notBefore: now - DAY, notAfter: now + 30n * DAY };
}

export function identityOf(number: number): string {
  const user = String(number).padStart(12, "0");
  return `00000000-0000-4000-8000-${user}:1@halqa.example`;
}

/** A thousand members, added by the founder in one commit. */
export function createFreshGroup(groupId: Uint8Array): Group {
  const start = must(createGroup(env, { groupId, ...leafOptions(0) }));
  const keyPackages = [
    undefined,
    ...Array.from({ length: MEMBERS - 1 }, (_, i) => makeKeyPackage(i + 1)),
  ];
  const made = commit(start, {
    proposals: keyPackages.flatMap((own) =>
      own === undefined
        ? []
        : [{ kind: "add" as const, keyPackage: own.keyPackage }],
    ),
  });
  const own = keyPackages[RECEIVER];
  if (own === undefined) throw new Error("no receiver");
  const welcome = joinBytesOf(made, RECEIVER);
  const receiver = must(joinGroup(env, { welcome, own })).state;
  return { founder: made.state, receiver, keyPackages };
}

/** The same group after an update by one member of every pair, the farthest apart first: no parent is blank. */
export function warmUp(group: Group, wireFormat: "public" | "private"): Group {
  const pairs = Array.from({ length: 2 ** PAIR_BITS }, (_, i) =>
    reversed(i, PAIR_BITS),
  );
  return pairs
    .map((pair) => 2 * pair)
    .map((leaf) => (leaf === 0 || leaf === RECEIVER ? leaf + 1 : leaf))
    .filter((leaf) => leaf < MEMBERS)
    .reduce((before, leaf) => {
      const { message } = commitAs(before, leaf, wireFormat);
      return {
        ...before,
        founder: receive(before.founder, message),
        receiver: receive(before.receiver, message),
      };
    }, group);
}

/** An update by a member that is only played. */
export function commitAs(
  { founder, keyPackages }: Group,
  leafIndex: number,
  wireFormat: "public" | "private",
): Made {
  const own = keyPackages[leafIndex];
  if (own === undefined) throw new Error("nobody there");
  const player: GroupState = {
    ...founder,
    own: {
      leafIndex,
      signatureSeed: own.signatureSeed,
      privatePath: new Map([[2 * leafIndex, own.leafKey]]),
    },
  };
  return commit(player, { forcePath: true, wireFormat });
}

/** Makes a commit and applies it, as its maker does when it has won. */
export function commit(state: GroupState, options: CommitOptions): Made {
  const made = must(createCommit(state, env, options));
  const after = receive(made.state, made.message, made.pending);
  return { state: after, pending: made.pending, message: made.message };
}

export function receive(
  state: GroupState,
  message: Uint8Array,
  pending?: PendingCommit,
): GroupState {
  const outcome = processMessage(state, env, {
    message,
    ...(pending === undefined ? {} : { pending: [pending] }),
  });
  if (outcome.kind !== "applied") {
    throw new Error(`not applied: ${JSON.stringify(outcome, printable)}`);
  }
  return outcome.state;
}

/** The Welcome for all whom a commit added, with the tree inside. */
export function joinBytes({ state, pending }: Made): Uint8Array {
  const welcomes = must(
    buildWelcome(state, env, { pending, treeInWelcome: true }),
  );
  return only(welcomes);
}

/** The Welcome for one of them. */
export function joinBytesOf(
  { state, pending }: Made,
  leafIndex: number,
): Uint8Array {
  const batches = [[leafIndex]];
  return only(
    must(buildWelcome(state, env, { pending, treeInWelcome: true, batches })),
  );
}

function only(welcomes: readonly Uint8Array[]): Uint8Array {
  const [welcome] = welcomes;
  if (welcome === undefined) throw new Error("no Welcome");
  return welcome;
}

export function must<T>(result: Result<T, unknown>): T {
  if (result.ok) return result.value;
  throw new Error(`refused: ${JSON.stringify(result.error, printable)}`);
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i += 1) {
    result = (result << 1) | ((value >> i) & 1);
  }
  return result;
}
