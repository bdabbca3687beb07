/** The real relay core for worlds without sockets: a store in memory that outlives restarts, and connections as queues. */
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
} from "@halqa/relay/core";

export interface SimulatedRelay {
  readonly url: string;
  readonly relayPub: Uint8Array;
  readonly connect: (conn: number, listener: RelayListener) => void;
  readonly frame: (conn: number, bytes: Uint8Array) => void;
  readonly close: (conn: number) => void;
  /** All connections are cut and everything but the store is forgotten. */
  readonly restart: () => void;
  /** As if a backup were restored: only the first of what the store was asked for has happened. */
  readonly rollBack: (requests: number) => void;
  /** What the store was asked for, in order. */
  readonly history: readonly StoreRequest[];
  /** What a hostile relay sends instead of a frame: none, the same, others. */
  tamper:
    ((conn: number, frame: Uint8Array) => readonly Uint8Array[]) | undefined;
}

export interface RelayListener {
  readonly onFrame: (frame: Uint8Array) => void;
  readonly onClose: () => void;
}

export function createSimulatedRelay(
  seed: string,
  url: string,
): SimulatedRelay {
  const random = createSeededRandom(`relay/${seed}`);
  const secret = random.bytes(32);
  const relayPub = ed25519PublicKey(secret);
  let store: MemoryStore = createMemoryStore(sha256);
  let history: StoreRequest[] = [];
  const env: RelayEnv = {
    relayPub,
    sign: (message) => ed25519Sign(secret, message),
    verify: ed25519Verify,
    sha256,
    random: random.bytes,
    quotas: RELAY_QUOTAS,
  };
  const listeners = new Map<number, RelayListener>();
  let state: RelayState = createRelayState(1);

  const tell = (event: RelayEvent): void => {
    const stepped = relayStep(state, event, env);
    ({ state } = stepped);
    for (const effect of stepped.effects) perform(effect);
  };

  const perform = (effect: RelayEffect): void => {
    if (effect.t === "send") {
      for (const conn of effect.to) {
        const frames = relay.tamper?.(conn, effect.frame) ?? [effect.frame];
        for (const frame of frames) listeners.get(conn)?.onFrame(frame);
      }
    } else if (effect.t === "close") {
      const listener = listeners.get(effect.conn);
      listeners.delete(effect.conn);
      listener?.onClose();
    } else if (effect.t === "drain") {
      tell({ t: "drained", conn: effect.conn });
    } else if (effect.t === "store") {
      history.push(...effect.requests);
      const results = store.runNow(effect.requests);
      tell({ t: "stored", answers: [{ tag: effect.tag, results }] });
    }
  };

  const relay: SimulatedRelay = {
    url,
    relayPub,
    tamper: undefined,
    get history() {
      return history;
    },
    rollBack: (requests) => {
      history = history.slice(0, requests);
      store = createMemoryStore(sha256);
      store.runNow(history);
      relay.restart();
    },
    connect: (conn, listener) => {
      listeners.set(conn, listener);
      tell({ t: "connected", conn });
    },
    frame: (conn, bytes) => {
      if (listeners.has(conn)) tell({ t: "frame", conn, bytes });
    },
    close: (conn) => {
      if (listeners.delete(conn)) tell({ t: "closed", conn });
    },
    restart: () => {
      state = createRelayState(1);
      for (const listener of listeners.values()) listener.onClose();
      listeners.clear();
    },
  };
  return relay;
}
