import { encodeBase64url } from "@halqa/bytes";
import type { Store } from "@halqa/engine";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findDefaultRelay } from "./default-relay.ts";

const FIRST = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const URL_OF_APP = "wss://halqa.example/";

function createStore(): Store {
  const values = new Map<string, Uint8Array>();
  return {
    read: (refs) => Promise.resolve(refs.map(({ id }) => values.get(id))),
    commit: (writes) => {
      for (const { ref, value } of writes) {
        if (value !== undefined) values.set(ref.id, value);
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function serveKey(key: Uint8Array): void {
  const file = { relayPub: encodeBase64url(key) };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(file)));
}

function serveNothing(): void {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("location", { origin: "https://halqa.example" });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the relay for new circles", () => {
  it("[AP-24] is the app's own, and stays the one that was seen first", async () => {
    const store = createStore();
    serveKey(FIRST);
    const found = await findDefaultRelay(store);
    await vi.waitFor(() => {
      expect(found.current()).toEqual({ url: URL_OF_APP, relayPub: FIRST });
    });
    serveKey(OTHER);
    const later = await findDefaultRelay(store);
    expect(later.current()).toEqual({ url: URL_OF_APP, relayPub: FIRST });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(later.current()?.relayPub).toEqual(FIRST);
  });

  it("[AP-24] is found when there is a network again, and is waited for by nobody", async () => {
    serveNothing();
    const found = await findDefaultRelay(createStore());
    await vi.advanceTimersByTimeAsync(12_000);
    expect(found.current()).toBeUndefined();
    serveKey(FIRST);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(found.current()?.relayPub).toEqual(FIRST);
  });

  it("[AP-24] is none where the answer is another page", async () => {
    vi.stubGlobal("fetch", () =>
      Promise.resolve(new Response("<!doctype html>")),
    );
    const found = await findDefaultRelay(createStore());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(found.current()).toBeUndefined();
  });
});
