/**
 * The real relay core in a simulated world: its store answers later and outlives restarts, connections are told apart, and
 * a hostile relay runs several stores under one key.
 */
import { createSeededRandom } from "@halqa/testkit";
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  sha256,
} from "@halqa/crypto";
import {
  createMemoryStore,
  createRelayState,
  RELAY_QUOTAS,
  relayStep,
} from "@halqa/relay/core";
import type {
  MemoryStore,
  RelayEffect,
  RelayEnv,
  RelayEvent,
  RelayState,
  StoreRequest,
  StoreResult,
} from "@halqa/relay/core";
import type { Agenda } from "./agenda.ts";

export interface RelayListener {
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onClose: () => void;
}

/** One store with one running core on it. */
interface Branch {
  store: MemoryStore;
  state: RelayState;
  history: StoreRequest[];
  /** Counts its starts. */
  life: number;
}

export interface SimRelay {
  readonly url: string;
  readonly relayPub: Uint8Array;
  readonly connect: (wire: number, who: string, to: RelayListener) => void;
  readonly frame: (wire: number, bytes: Uint8Array) => void;
  readonly close: (wire: number) => void;
  /** Everything but the store is forgotten; what the store was asked a moment ago may be lost. */
  readonly restart: () => void;
  readonly setDay: (day: number) => void;
  /** Every body that was ever appended. */
  readonly onAppend: ((body: Uint8Array) => void)[];
  /** From here on these people see another store, equal up to now. */
  readonly fork: (victims: readonly string[]) => void;
  /** All people see the first store again. */
  readonly unite: () => void;
  /** As if a backup were restored: the last requests have not happened. */
  readonly rollBack: (requests: number) => void;
  /** Somebody made it send or keep something else than its core says. */
  wasHostile: boolean;
  /** What is sent instead of a frame; undefined for an honest relay. */
  tamper:
    ((who: string, frame: Uint8Array) => readonly Uint8Array[]) | undefined;
  /** What the core hears from its store instead of the answer. */
  lie:
    ((request: StoreRequest, result: StoreResult) => StoreResult) | undefined;
  /** Requests that a lying relay answers without doing them. */
  omits: ((request: StoreRequest) => StoreResult | undefined) | undefined;
}

interface Connection {
  readonly who: string;
  readonly to: RelayListener;
  readonly branch: Branch;
}

interface Machine {
  readonly agenda: Agenda;
  readonly env: RelayEnv;
  readonly relay: SimRelay;
  readonly main: Branch;
  readonly connections: Map<number, Connection>;
  day: number;
  other:
    | { readonly branch: Branch; readonly victims: ReadonlySet<string> }
    | undefined;
}

const STORE_MS = 2;
const READS: ReadonlySet<StoreRequest["t"]> = new Set([
  "find-log",
  "find-inbox",
  "find-sender",
  "read",
  "read-inbox",
  "get-part",
]);
const HELLO_MS = 10_000;

export function createRelay(o: {
  readonly seed: string;
  readonly url: string;
  readonly agenda: Agenda;
}): SimRelay {
  const env = createEnv(o.seed);
  const { relayPub } = env;
  const day = Math.floor(o.agenda.now() / DAY_MS);
  const main = createBranch(day);
  const connections = new Map<number, Connection>();
  const relay: SimRelay = {
    url: o.url,
    relayPub,
    wasHostile: false,
    tamper: undefined,
    lie: undefined,
    omits: undefined,
    onAppend: [],
    connect: (wire, who, to) => connect(machine, { wire, who, to }),
    frame: (wire, bytes) => {
      const branch = connections.get(wire)?.branch;
      if (branch !== undefined)
        tell(machine, branch, { t: "frame", conn: wire, bytes });
    },
    close: (wire) => {
      const branch = connections.get(wire)?.branch;
      connections.delete(wire);
      if (branch !== undefined)
        tell(machine, branch, { t: "closed", conn: wire });
    },
    restart: () => restart(machine),
    setDay: (next) => setDay(machine, next),
    fork: (victims) => {
      const branch = replay(main.history, machine.day);
      machine.other = { branch, victims: new Set(victims) };
      restart(machine);
    },
    unite: () => {
      if (machine.other === undefined) return;
      machine.other = undefined;
      restart(machine);
    },
    rollBack: (requests) => rollBack(machine, requests),
  };
  const machine: Machine = {
    agenda: o.agenda,
    env,
    relay,
    main,
    connections,
    day,
    other: undefined,
  };
  return relay;
}

export const DAY_MS = 86_400_000;

function createEnv(seed: string): RelayEnv {
  const random = createSeededRandom(`relay/${seed}`);
  const secret = random.bytes(32);
  return {
    relayPub: ed25519PublicKey(secret),
    sign: (message) => ed25519Sign(secret, message),
    verify: ed25519Verify,
    sha256,
    random: random.bytes,
    quotas: RELAY_QUOTAS,
  };
}

function setDay(machine: Machine, day: number): void {
  machine.day = day;
  tell(machine, machine.main, { t: "tick", day });
  if (machine.other !== undefined)
    tell(machine, machine.other.branch, { t: "tick", day });
}

function rollBack(machine: Machine, requests: number): void {
  const { main, day } = machine;
  const end = Math.max(0, main.history.length - requests);
  const { store, history } = replay(main.history.slice(0, end), day);
  main.store = store;
  main.history = history;
  restart(machine);
}

function createBranch(day: number): Branch {
  return {
    store: createMemoryStore(sha256),
    state: createRelayState(day),
    history: [],
    life: 0,
  };
}

function replay(history: readonly StoreRequest[], day: number): Branch {
  const branch = createBranch(day);
  branch.store.runNow(history);
  branch.history = [...history];
  return branch;
}

function connect(
  machine: Machine,
  o: {
    readonly wire: number;
    readonly who: string;
    readonly to: RelayListener;
  },
): void {
  const { other, main, connections, agenda } = machine;
  const branch = other?.victims.has(o.who) === true ? other.branch : main;
  connections.set(o.wire, { who: o.who, to: o.to, branch });
  tell(machine, branch, { t: "connected", conn: o.wire });
  agenda.after(HELLO_MS, () => {
    if (connections.has(o.wire))
      tell(machine, branch, { t: "hello-due", conn: o.wire });
  });
}

function restart(machine: Machine): void {
  const { main, other, connections, day } = machine;
  for (const branch of other === undefined ? [main] : [main, other.branch]) {
    branch.state = createRelayState(day);
    branch.life++;
  }
  const closed = [...connections.values()];
  connections.clear();
  for (const { to } of closed) to.onClose();
}

function tell(machine: Machine, branch: Branch, event: RelayEvent): void {
  const stepped = relayStep(branch.state, event, machine.env);
  branch.state = stepped.state;
  for (const effect of stepped.effects) perform(machine, branch, effect);
}

function perform(machine: Machine, branch: Branch, effect: RelayEffect): void {
  const { connections } = machine;
  switch (effect.t) {
    case "send":
      sendTo(machine, effect);
      return;
    case "close": {
      const known = connections.get(effect.conn);
      connections.delete(effect.conn);
      known?.to.onClose();
      return;
    }
    case "drain":
      tell(machine, branch, { t: "drained", conn: effect.conn });
      return;
    case "store":
      askStore(machine, branch, effect);
      return;
    case "again":
      goOn(machine, branch);
      return;
    case "wake":
      return;
  }
}

function sendTo(
  { connections, relay }: Machine,
  { to, frame }: Extract<RelayEffect, { t: "send" }>,
): void {
  for (const wire of to) {
    const known = connections.get(wire);
    if (known === undefined) continue;
    for (const sent of relay.tamper?.(known.who, frame) ?? [frame])
      known.to.onFrame(sent);
  }
}

function goOn(machine: Machine, branch: Branch): void {
  const { life } = branch;
  machine.agenda.after(0, () => {
    if (branch.life === life) tell(machine, branch, { t: "again" });
  });
}

/** What was asked is done a moment later, and answered a moment after that: a restart can fall between. */
function askStore(
  machine: Machine,
  branch: Branch,
  { tag, requests }: Extract<RelayEffect, { t: "store" }>,
): void {
  const { agenda } = machine;
  const { life } = branch;
  agenda.after(STORE_MS, () => {
    if (branch.life !== life) return;
    const results = requests.map((request) =>
      runRequest(machine, branch, request),
    );
    agenda.after(STORE_MS, () => {
      if (branch.life === life)
        tell(machine, branch, { t: "stored", answers: [{ tag, results }] });
    });
  });
}

function runRequest(
  { relay }: Machine,
  branch: Branch,
  request: StoreRequest,
): StoreResult {
  const omitted = relay.omits?.(request);
  if (omitted !== undefined) return omitted;
  if (!READS.has(request.t)) branch.history.push(request);
  const [result] = branch.store.runNow([request]);
  if (result === undefined) return { t: "absent" };
  if (request.t === "append")
    for (const hear of relay.onAppend) hear(request.body);
  return relay.lie?.(request, result) ?? result;
}
