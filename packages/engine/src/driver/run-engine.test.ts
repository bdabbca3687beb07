import { ready } from "@halqa/crypto";
import * as mls from "@halqa/mls";
import { createSeededRandom } from "@halqa/testkit";
import { describe, expect, it } from "vitest";
import { runEngine } from "./run-engine.ts";
import type { Engine } from "./run-engine.ts";
import type { Connect } from "../ports/socket.ts";
import type { Store, Write } from "../ports/store.ts";
import type { Command } from "../views/command.ts";
import type { Query, View } from "../views/view.ts";
import { createSimulatedRelay } from "../testing/simulated-relay.ts";
import type { SimulatedRelay } from "../testing/simulated-relay.ts";

await ready;

interface Setup {
  readonly engine: Engine;
  readonly disk: Map<string, Uint8Array>;
  readonly crashes: unknown[];
  readonly log: string[];
}

let worlds = 0;

function memoryStore(
  disk: Map<string, Uint8Array>,
  o: {
    readonly log: string[];
    readonly failing?: "read" | "commit" | undefined;
  },
): Store {
  const name = ({ ref }: { readonly ref: Write["ref"] }): string =>
    `${ref.store}/${ref.id}`;
  return {
    read: async (refs) => {
      await Promise.resolve();
      if (o.failing === "read") throw new Error("the store is broken");
      return refs.map((ref) => disk.get(name({ ref })));
    },
    commit: async (writes) => {
      o.log.push("commit begins");
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (o.failing === "commit") throw new Error("the store is full");
      for (const { ref, value } of writes) {
        if (value === undefined) disk.delete(name({ ref }));
        else disk.set(name({ ref }), value);
      }
      o.log.push("commit ends");
    },
    close: async () => {
      await Promise.resolve();
      o.log.push("close");
    },
  };
}

function connectTo(relay: SimulatedRelay): Connect {
  let next = 1;
  return (_url, handlers) => {
    const conn = next++;
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

function setUp(
  o: {
    readonly relay?: SimulatedRelay;
    readonly disk?: Map<string, Uint8Array>;
    readonly failing?: "read" | "commit";
    readonly connect?: Connect;
    readonly random?: (length: number) => Uint8Array;
  } = {},
): Setup {
  const relay =
    o.relay ??
    createSimulatedRelay(`driver ${++worlds}`, "wss://relay.example/");
  const disk = o.disk ?? new Map<string, Uint8Array>();
  const crashes: unknown[] = [];
  const log: string[] = [];
  const engine = runEngine({
    store: memoryStore(disk, { log, failing: o.failing }),
    connect: o.connect ?? connectTo(relay),
    now: () => Date.UTC(2026, 10, 23),
    setTimer: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: o.random ?? createSeededRandom(`driver ${++worlds}`).bytes,
    mls,
    defaultRelay: { url: relay.url, relayPub: relay.relayPub },
    onCrash: (fault) => crashes.push(fault),
  });
  return { engine, disk, crashes, log };
}

/** The first view of a query for which something is so. */
function viewWhere(
  engine: Engine,
  query: Query,
  isSo: (view: View) => boolean,
): Promise<View> {
  return new Promise((resolve) => {
    const stop = engine.watch(query, (view) => {
      if (!isSo(view)) return;
      queueMicrotask(() => stop());
      resolve(view);
    });
  });
}

const profile: Command = { command: "set-profile", name: "alice" };

describe("the driver", () => {
  it("[EN-4] runs an engine over ports, and another one from the same store", async () => {
    const relay = createSimulatedRelay(
      `ports ${++worlds}`,
      "wss://relay.example/",
    );
    const first = setUp({ relay });
    await first.engine.run(profile);
    const founded = await first.engine.run({
      command: "found-circle",
      name: "Bread",
      memberName: "alice",
    });
    if (!founded.ok || founded.value.kind !== "circle")
      throw new Error("founded");
    const { circle } = founded.value;
    await first.engine.run({ command: "send", circle, text: "hello" });
    const query = { query: "timeline", circle, limit: 10 } as const;
    await viewWhere(
      first.engine,
      query,
      (view) =>
        view.view === "timeline" &&
        view.items.some(
          (one) => one.item === "message" && one.ordinal !== undefined,
        ),
    );
    await first.engine.stop();
    expect(first.log.at(-1)).toBe("close");
    const second = setUp({ relay, disk: first.disk });
    const view = await viewWhere(second.engine, query, () => true);
    expect(
      view.view === "timeline" && view.items.map((one) => one.item),
    ).toEqual(["change", "message"]);
    expect([...first.crashes, ...second.crashes]).toEqual([]);
    await second.engine.stop();
  });

  it("[EN-4] answers commands that were given before the store was read", async () => {
    const { engine } = setUp();
    const replies = await Promise.all([
      engine.run(profile),
      engine.run({ command: "inspect-invite", link: "x" }),
    ]);
    expect(replies.map(({ ok }) => ok)).toEqual([true, false]);
    await engine.stop();
  });

  it("[EN-5] stops and tells when a port breaks its contract; commands are rejected", async () => {
    const { engine, crashes } = setUp({
      random: () => {
        throw new Error("no randomness");
      },
    });
    await expect(engine.run(profile)).rejects.toThrow("no randomness");
    expect(crashes).toHaveLength(1);
    await expect(engine.run(profile)).rejects.toThrow();
    await engine.stop();
  });

  it("[EN-5] stops and tells when a watcher throws", async () => {
    const { engine, crashes } = setUp();
    await engine.run(profile);
    engine.watch({ query: "app" }, () => {
      throw new Error("the page is broken");
    });
    expect(crashes).toHaveLength(1);
    await engine.stop();
  });

  it("[EN-6] stops when the store cannot be read", async () => {
    const { engine, crashes } = setUp({ failing: "read" });
    await expect(engine.run(profile)).rejects.toThrow("broken");
    expect(crashes).toHaveLength(1);
    await engine.stop();
  });

  it("[EN-6] goes on when the store refuses a write", async () => {
    const { engine, crashes } = setUp({ failing: "commit" });
    expect(await engine.run(profile)).toEqual({
      ok: false,
      error: "storage-failed",
    });
    expect(crashes).toEqual([]);
    await engine.stop();
  });

  it("[EN-4] uses the store for one thing at a time, and closes it behind the last", async () => {
    const { engine, log } = setUp();
    const all = ["a", "b", "c"].map((name) =>
      engine.run({ command: "set-profile", name }),
    );
    await Promise.all(all);
    const stopping = engine.stop();
    await stopping;
    for (const [index, line] of log.slice(0, -1).entries())
      expect(line).toBe(index % 2 === 0 ? "commit begins" : "commit ends");
    expect(log.at(-1)).toBe("close");
    await expect(engine.run(profile)).rejects.toThrow();
  });
});

describe("renewal", () => {
  it("[EN-90] is asked for after the start, every ten minutes, when told and before closing", async () => {
    const log: string[] = [];
    const waits: number[] = [];
    const timers: (() => void)[] = [];
    let now = Date.UTC(2026, 10, 23, 23, 58);
    const engine = runEngine({
      store: {
        ...memoryStore(new Map(), { log }),
        renew: async (today) => {
          log.push(`renew ${today}`);
          await Promise.resolve();
          throw new Error("not now");
        },
      },
      connect: () => ({ send: () => undefined, close: () => undefined }),
      now: () => now,
      setTimer: (ms, run) => {
        waits.push(ms);
        timers.push(run);
        return () => undefined;
      },
      random: createSeededRandom(`driver ${++worlds}`).bytes,
      mls,
      onCrash: (fault) => log.push(`crash ${String(fault)}`),
    });
    expect(await engine.run(profile)).toMatchObject({ ok: true });
    timers[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
    now += 600_000;
    timers[1]?.();
    await engine.renew();
    await engine.stop();
    expect(waits).toEqual([5_000, 600_000, 600_000]);
    const [day, next] = [20_780, 20_781].map((one) => `renew ${one}`);
    expect(log.filter((line) => !line.startsWith("commit"))).toEqual([
      day,
      next,
      next,
      next,
      "close",
    ]);
  });

  it("[EN-90] is part of the transaction that replaces a circle's keys", async () => {
    const relay = createSimulatedRelay(
      `renewing ${++worlds}`,
      "wss://relay.example/",
    );
    const renewing: string[] = [];
    const inner = memoryStore(new Map(), { log: [] });
    const engine = runEngine({
      store: {
        ...inner,
        commit: async (writes) => {
          for (const { ref, renews } of writes) {
            if (renews === true) renewing.push(`${ref.store}/${ref.id}`);
          }
          await inner.commit(writes);
        },
      },
      connect: connectTo(relay),
      now: () => Date.UTC(2026, 10, 23),
      setTimer: () => () => undefined,
      random: createSeededRandom(`driver ${++worlds}`).bytes,
      mls,
      defaultRelay: { url: relay.url, relayPub: relay.relayPub },
      onCrash: () => undefined,
    });
    await engine.run(profile);
    expect(renewing).toEqual([]);
    const founded = await engine.run({
      command: "found-circle",
      name: "Bread",
      memberName: "alice",
    });
    await engine.stop();
    if (!founded.ok || founded.value.kind !== "circle")
      throw new Error("a circle was founded");
    expect(new Set(renewing)).toEqual(
      new Set([`circle/${founded.value.circle}/commit`]),
    );
  });
});
