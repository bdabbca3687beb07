/**
 * Named actors in one group, for tests: each has a state, an identity and randomness of its own. A message that an actor
 * sends is handed to everyone in the same order, as a log would; what came of it is returned by name.
 */
import { encodeUtf8 } from "@halqa/bytes";
import { createSeededRandom } from "@halqa/testkit";
import type { SeededRandom } from "@halqa/testkit";
import {
  buildWelcome,
  createCapabilities,
  createCommit,
  createGroup,
  createKeyPackage,
  createProposal,
  defaultPolicy,
  encodeTree,
  epochAuthenticator,
  joinGroup,
  processMessage,
  protectApplication,
  suite3,
} from "../index.ts";
import type {
  CommitOptions,
  CreatedCommit,
  Extension,
  GroupEnv,
  GroupState,
  Outcome,
  OwnKeyPackage,
  PendingCommit,
  Policy,
  PreSharedKeyId,
  Proposal,
  ProposalOptions,
  Suite,
} from "../index.ts";

export interface WorldOptions {
  readonly seed: string;
  readonly policy?: Policy;
  readonly suite?: Suite;
  /** Of the GroupContext. */
  readonly extensions?: readonly Extension[];
  /** Extension and proposal types that every actor supports. */
  readonly supports?: readonly number[];
  readonly supportsProposals?: readonly number[];
  readonly pskFor?: (
    name: string,
    id: PreSharedKeyId,
  ) => Uint8Array | undefined;
}

export interface World {
  readonly options: WorldOptions;
  readonly suite: Suite;
  /** Of those who are in the group. */
  readonly states: Map<string, GroupState>;
  readonly pendings: Map<string, PendingCommit[]>;
  readonly sources: Map<string, SeededRandom>;
  readonly seeds: Map<string, Uint8Array>;
}

export type Outcomes = ReadonlyMap<string, Outcome>;

type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** The clock of all tests, in seconds. */
export const NOW = 1_800_000_000n;
export const DAY = 86_400n;
export const LIFETIME = { notBefore: NOW - 3600n, notAfter: NOW + 90n * DAY };

/** A group of the founder and those named after, who are added in one commit. */
export function createWorld(
  options: WorldOptions,
  founder: string,
  ...others: readonly string[]
): World {
  const world: World = {
    options,
    suite: options.suite ?? suite3,
    states: new Map(),
    pendings: new Map(),
    sources: new Map(),
    seeds: new Map(),
  };
  const env = envOf(world, founder);
  const founded = createGroup(env, {
    groupId: env.random(32),
    ...leafOptions(world, founder),
    extensions: options.extensions ?? [],
  });
  world.states.set(founder, expectOk(founded));
  if (others.length > 0) add(world, founder, ...others);
  return world;
}

export function envOf(world: World, name: string): GroupEnv {
  const { pskFor, policy = defaultPolicy } = world.options;
  return {
    suite: world.suite,
    random: sourceOf(world, name).bytes,
    policy,
    ...(pskFor === undefined ? {} : { pskFor: (id) => pskFor(name, id) }),
  };
}

export function stateOf(world: World, name: string): GroupState {
  const state = world.states.get(name);
  if (state === undefined) throw new Error(`${name} is in no group`);
  return state;
}

export function leafOf(world: World, name: string): number {
  return stateOf(world, name).own.leafIndex;
}

/** The actor's signature seed. */
export function seedOf(world: World, name: string): Uint8Array {
  const seed = world.seeds.get(name) ?? sourceOf(world, name).bytes(32);
  world.seeds.set(name, seed);
  return seed;
}

/** What the actor's leaves say. */
export function leafOptions(world: World, name: string) {
  const { supports = [], supportsProposals = [] } = world.options;
  return {
    signatureSeed: seedOf(world, name),
    credential: { type: 1 as const, identity: encodeUtf8(name) },
    capabilities: createCapabilities({
      suites: [world.suite.id],
      credentials: [1],
      extensions: supports,
      proposals: supportsProposals,
    }),
    lifetime: LIFETIME,
  };
}

/** A fresh KeyPackage of the actor. */
export function keyPackageOf(world: World, name: string): OwnKeyPackage {
  return createKeyPackage(envOf(world, name), leafOptions(world, name));
}

export function addOf(own: OwnKeyPackage): Proposal {
  return { kind: "add", keyPackage: own.keyPackage };
}

export function removeOf(world: World, name: string): Proposal {
  return { kind: "remove", removed: leafOf(world, name) };
}

/** Makes a commit, which nobody sees yet. */
export function prepare(
  world: World,
  name: string,
  options: CommitOptions = {},
): CreatedCommit {
  const state = stateOf(world, name);
  const made = expectOk(createCommit(state, envOf(world, name), options));
  world.states.set(name, made.state);
  const known = world.pendings.get(name) ?? [];
  world.pendings.set(name, [...known, made.pending]);
  return made;
}

/** Makes a commit and hands it to all. */
export function commit(
  world: World,
  name: string,
  options: CommitOptions = {},
): Outcomes {
  return deliver(world, prepare(world, name, options).message);
}

/** Makes a proposal and hands it to all. */
export function propose(
  world: World,
  name: string,
  options: ProposalOptions,
): Outcomes {
  const state = stateOf(world, name);
  const made = expectOk(createProposal(state, envOf(world, name), options));
  world.states.set(name, made.state);
  return deliver(world, made.message);
}

/** Makes an application message, which nobody sees yet. */
export function say(world: World, name: string, text: string): Uint8Array {
  const made = expectOk(
    protectApplication(stateOf(world, name), envOf(world, name), {
      data: encodeUtf8(text),
    }),
  );
  world.states.set(name, made.state);
  return made.message;
}

/** Hands a message to all actors (or to one), who adopt the state that follows. */
export function deliver(
  world: World,
  message: Uint8Array,
  only?: string,
): Outcomes {
  const outcomes = new Map<string, Outcome>();
  for (const name of only === undefined ? [...world.states.keys()] : [only]) {
    const outcome = show(world, name, message);
    if ("state" in outcome) world.states.set(name, outcome.state);
    if (outcome.kind === "removed") world.states.delete(name);
    outcomes.set(name, outcome);
  }
  return outcomes;
}

/** What an actor would make of a message; nothing is adopted. */
export function show(world: World, name: string, message: Uint8Array): Outcome {
  return processMessage(stateOf(world, name), envOf(world, name), {
    message,
    pending: world.pendings.get(name) ?? [],
  });
}

/** Adds actors in one commit without a path, whose Welcome they accept. */
export function add(
  world: World,
  by: string,
  ...names: readonly string[]
): void {
  const joiners = new Map(
    names.map((name) => [name, keyPackageOf(world, name)] as const),
  );
  const proposals = [...joiners.values()].map(addOf);
  const made = prepare(world, by, { proposals, references: [] });
  deliver(world, made.message);
  welcome(world, by, { pending: made.pending, joiners });
}

export function remove(
  world: World,
  by: string,
  ...names: readonly string[]
): Outcomes {
  const proposals = names.map((name) => removeOf(world, name));
  return commit(world, by, { proposals, references: [] });
}

/** Builds the Welcome of a commit just applied and hands it to the joiners. */
export function welcome(
  world: World,
  by: string,
  o: {
    readonly pending: PendingCommit;
    readonly joiners: ReadonlyMap<string, OwnKeyPackage>;
    readonly treeInWelcome?: boolean;
  },
): void {
  const { treeInWelcome = true, pending } = o;
  const state = stateOf(world, by);
  const [message] = expectOk(
    buildWelcome(state, envOf(world, by), { pending, treeInWelcome }),
  );
  if (message === undefined) throw new Error("no Welcome");
  for (const [name, own] of o.joiners) {
    const joined = joinGroup(envOf(world, name), {
      welcome: message,
      own,
      ...(treeInWelcome ? {} : { tree: encodeTree(state) }),
    });
    world.states.set(name, expectOk(joined).state);
  }
}

/** True when all actors are in one epoch of one history. */
export function isAgreed(world: World): boolean {
  const states = [...world.states.values()];
  const authenticators = new Set(
    states.map((state) => epochAuthenticator(state).join()),
  );
  return authenticators.size === 1;
}

/** The value of a result that a test relies on. */
export function expectOk<T>(result: Checked<T>): T {
  if (!result.ok) throw new Error(`not ok: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The code of a result that a test expects to be refused. */
export function codeOf(
  result:
    | { readonly ok: true }
    | { readonly ok: false; readonly error: { readonly code: string } },
): string {
  return result.ok ? "ok" : result.error.code;
}

/** An outcome in two words. */
export function wordOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "nothing";
  const { kind } = outcome;
  if (kind === "applied") return `applied ${outcome.effect.kind}`;
  if (kind === "refused") return `refused ${outcome.reason.code}`;
  return kind === "removed" ? kind : `${kind} ${outcome.reason}`;
}

export function words(outcomes: Outcomes): Record<string, string> {
  return Object.fromEntries(
    [...outcomes].map(([name, outcome]) => [name, wordOf(outcome)]),
  );
}

function sourceOf(world: World, name: string): SeededRandom {
  const source =
    world.sources.get(name) ??
    createSeededRandom(world.options.seed).fork(name);
  world.sources.set(name, source);
  return source;
}
