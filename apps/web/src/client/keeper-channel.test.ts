import { describe, expect, it } from "vitest";
import { connectKeeper, type ToKeeper } from "./keeper-channel.ts";

describe("the keeper's channel", () => {
  it("[AP-16] gives each task its own answer, in any order", async () => {
    const sent: ToKeeper[] = [];
    const { keep, receive } = connectKeeper((message) => sent.push(message));
    const first = keep({ task: "backup" });
    const second = keep({ task: "renew" });
    const ids = sent.map((message) => (message.to === "keep" ? message.id : 0));
    const answer = { ok: true, words: "a" } as const;
    receive({ from: "kept", id: ids[1] ?? 0, answer: { ok: true } });
    receive({ from: "kept", id: ids[0] ?? 0, answer });
    expect(await second).toEqual({ ok: true });
    expect(await first).toEqual(answer);
  });

  it("[AP-16] answers whatever waits when the worker ends, and begins one thing at a time", async () => {
    const { keep, begin, end, receive } = connectKeeper(() => undefined);
    const beginning = { name: "n", passphrase: undefined };
    const first = begin({ to: "begin", beginning });
    expect(await begin({ to: "begin", beginning })).toEqual({
      kind: "storage-failed",
    });
    receive({ from: "begun", fault: undefined });
    expect(await first).toBeUndefined();
    const waiting = keep({ task: "backup" });
    const again = begin({ to: "begin", beginning });
    end();
    expect(await waiting).toEqual({ ok: false, fault: "ended" });
    expect(await again).toEqual({ kind: "storage-failed" });
    expect(await keep({ task: "renew" })).toEqual({
      ok: false,
      fault: "ended",
    });
  });
});
