/**
 * Devices with everything but a browser: the driver over a vault on a disk in memory, and the real relay core. For what concerns
 * the disk: what is written, what can be read of it, backups.
 */
import { ready } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import { createMemoryDisk } from "@halqa/testkit/storage";
import type { MemoryDisk } from "@halqa/testkit/storage";
import { openVault } from "@halqa/vault";
import type { RawStore } from "@halqa/vault";
import { runEngine } from "../driver/run-engine.ts";
import type { Engine } from "../driver/run-engine.ts";
import type { Connect } from "../ports/socket.ts";
import type { Store, Write } from "../ports/store.ts";
import { storeLayout } from "../step/records.ts";
import type { Command, CommandValue } from "../views/command.ts";
import type { Query, View } from "../views/view.ts";
import { createSimulatedRelay } from "./simulated-relay.ts";
import type { SimulatedRelay } from "./simulated-relay.ts";

await ready;

export interface DrivenDevice {
  readonly disk: MemoryDisk;
  readonly store: Store;
  readonly engine: Engine;
  readonly crashes: unknown[];
}

export interface DrivenWorld {
  readonly relay: SimulatedRelay;
  now: number;
}

let made = 0;

export function createDrivenWorld(): DrivenWorld {
  const relay = createSimulatedRelay(
    `driven ${++made}`,
    "wss://relay.example/",
  );
  return { relay, now: Date.UTC(2026, 10, 23, 9) };
}

/** The store of a device: a vault on a disk, whose writes a test may look at. */
export async function openStore(
  disk: MemoryDisk,
  o: {
    readonly onWrites?: (writes: readonly Write[]) => void;
    readonly raw?: (raw: RawStore) => RawStore;
  } = {},
): Promise<Store> {
  const raw = disk.openRaw();
  const opened = await openVault(o.raw?.(raw) ?? raw, {
    slot: disk.slot,
    random: createSeededRandom(`vault ${++made}`).bytes,
    ...storeLayout,
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  const vault = opened.value;
  return {
    ...vault,
    commit: (writes) => {
      o.onWrites?.(writes);
      return vault.commit(writes);
    },
  };
}

/** A device on its disk, running. */
export async function startDevice(
  world: DrivenWorld,
  o: {
    readonly disk?: MemoryDisk;
    readonly onWrites?: (writes: readonly Write[]) => void;
    readonly raw?: (raw: RawStore) => RawStore;
  } = {},
): Promise<DrivenDevice> {
  const disk = o.disk ?? createMemoryDisk();
  const store = await openStore(disk, o);
  const crashes: unknown[] = [];
  const { relay } = world;
  const engine = runEngine({
    store,
    connect: connectTo(relay),
    now: () => world.now,
    setTimer: (ms, run) => {
      const timer = setTimeout(run, Math.min(ms, 50_000));
      return () => clearTimeout(timer);
    },
    random: createSeededRandom(`device ${++made}`).bytes,
    mls,
    defaultRelay: { url: relay.url, relayPub: relay.relayPub },
    onCrash: (fault) => crashes.push(fault),
  });
  return { disk, store, engine, crashes };
}

/** A command that must be granted. */
export async function must(
  { engine }: DrivenDevice,
  command: Command,
): Promise<CommandValue> {
  const reply = await engine.run(command);
  if (reply.ok) return reply.value;
  throw new Error(`${command.command} gave ${reply.error}`);
}

/** The first view of a query for which something is so. */
export function viewWhere<Q extends Query>(
  { engine }: DrivenDevice,
  query: Q,
  isSo: (view: Extract<View, { view: Q["query"] }>) => boolean,
): Promise<Extract<View, { view: Q["query"] }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no ${query.query} is so`));
    }, 5_000);
    const stop = engine.watch(query, (view) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a query is answered by the view of its name
      const own = view as Extract<View, { view: Q["query"] }>;
      if (!isSo(own)) return;
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve(own);
    });
  });
}

/** The circle of a founder; everybody has a name. */
export async function foundBy(
  founder: DrivenDevice,
  name: string,
): Promise<string> {
  await must(founder, { command: "set-profile", name });
  const founded = await must(founder, {
    command: "found-circle",
    name: "Bread and roses",
    memberName: name,
  });
  if (founded.kind !== "circle") throw new Error("a circle was founded");
  return founded.circle;
}

/** Lets a device into a circle by a new invite. */
export async function letIn(
  steward: DrivenDevice,
  joiner: DrivenDevice,
  o: { readonly circle: string; readonly name: string },
): Promise<void> {
  const { circle, name } = o;
  const made2 = await must(steward, {
    command: "create-invite",
    circle,
    maxUses: 3,
    days: 7,
  });
  if (made2.kind !== "invite") throw new Error("an invite was made");
  const query = { query: "circle", circle } as const;
  const invited = await viewWhere(steward, query, ({ invites }) =>
    invites.some(({ id, state }) => id === made2.invite && state === "open"),
  );
  const link = invited.invites.find(({ id }) => id === made2.invite)?.link;
  await must(joiner, { command: "set-profile", name });
  await must(joiner, {
    command: "request-join",
    link: link ?? "",
    memberName: name,
  });
  const asked = await viewWhere(steward, query, ({ requests }) =>
    requests.some(({ state }) => state === "asking"),
  );
  for (const { id } of asked.requests)
    await must(steward, { command: "approve", circle, request: id });
  await viewWhere(
    joiner,
    query,
    ({ summary }) => summary.standing === "member",
  );
}

/** Says something and waits until the log shows it to its author. */
export async function say(
  device: DrivenDevice,
  circle: string,
  text: string,
): Promise<void> {
  await must(device, { command: "send", circle, text });
  await hears(device, circle, text);
}

/** Waits until a device has something in its list. */
export async function hears(
  device: DrivenDevice,
  circle: string,
  text: string,
): Promise<void> {
  const query = { query: "timeline", circle, limit: 2_000 } as const;
  await viewWhere(device, query, ({ items }) =>
    items.some(
      (item) =>
        item.item === "message" &&
        item.text === text &&
        item.ordinal !== undefined,
    ),
  );
}

function connectTo(relay: SimulatedRelay): Connect {
  return (_url, handlers) => {
    const conn = ++made;
    let isOpen = true;
    const later = (run: () => void): void => {
      queueMicrotask(() => {
        if (isOpen) run();
      });
    };
    relay.connect(conn, {
      onFrame: (frame) => later(() => handlers.onFrame(frame)),
      onClose: () =>
        later(() => {
          isOpen = false;
          handlers.onClose();
        }),
    });
    later(() => handlers.onOpen());
    return {
      send: (frame) => relay.frame(conn, frame),
      close: () => {
        isOpen = false;
        relay.close(conn);
      },
    };
  };
}
