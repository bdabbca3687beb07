import type { CommandReply, EngineClient, View } from "@halqa/engine";
import { describe, expect, it, vi } from "vitest";
import {
  connectEngine,
  serveEngine,
  type FromEngine,
  type ToEngine,
} from "./engine-channel.ts";

const DONE: CommandReply = { ok: true, value: { kind: "done" } };
const EMPTY: View = { view: "app", relays: [], circles: [] };
const COMMAND = { command: "set-profile", name: "n" } as const;

/** Both ends, with every message cloned as between threads. */
function world(engine: EngineClient) {
  const toEngine: ToEngine[] = [];
  const connected = connectEngine((message) => {
    toEngine.push(message);
    serve(structuredClone(message));
  });
  const serve = serveEngine(engine, (message: FromEngine) => {
    connected.receive(structuredClone(message));
  });
  return { ...connected, toEngine };
}

function silent(): EngineClient {
  return {
    run: () => new Promise(() => undefined),
    watch: () => () => undefined,
  };
}

describe("the engine's channel", () => {
  it("[AP-16] gives each command its own answer, in any order", async () => {
    const answers: ((reply: CommandReply) => void)[] = [];
    const { client } = world({
      ...silent(),
      run: () => new Promise((resolve) => answers.push(resolve)),
    });
    const first = client.run(COMMAND);
    const second = client.run(COMMAND);
    answers[1]?.({ ok: false, error: "bad-text" });
    answers[0]?.(DONE);
    expect(await first).toEqual(DONE);
    expect(await second).toEqual({ ok: false, error: "bad-text" });
  });

  it("[AP-16] never rejects: an engine that ends has not stored the command", async () => {
    const lost = { ok: false, error: "storage-failed" };
    const dying = world({
      ...silent(),
      run: () => Promise.reject(new Error("ended")),
    });
    expect(await dying.client.run(COMMAND)).toEqual(lost);
    const { client, end } = world(silent());
    const waiting = client.run(COMMAND);
    end();
    expect(await waiting).toEqual(lost);
    expect(await client.run(COMMAND)).toEqual(lost);
  });

  it("[AP-16] brings views until the watch ends, and none after", () => {
    const views = new Set<(view: View) => void>();
    const { client, toEngine } = world({
      ...silent(),
      watch: (_, onView) => {
        views.add(onView);
        return () => views.delete(onView);
      },
    });
    const seen = vi.fn<(view: View) => void>();
    const stop = client.watch({ query: "app" }, seen);
    const [tell] = views;
    tell?.(EMPTY);
    expect(seen).toHaveBeenCalledExactlyOnceWith(EMPTY);
    stop();
    stop();
    expect(views.size).toBe(0);
    tell?.(EMPTY);
    expect(seen).toHaveBeenCalledOnce();
    expect(toEngine.filter(({ to }) => to === "unwatch")).toHaveLength(1);
  });
});
