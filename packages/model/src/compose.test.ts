import { describe, expect, it } from "vitest";
import {
  composeEdit,
  composeMessage,
  composeMinutes,
  composePoll,
  composeReaction,
  composeRsvp,
  composeTask,
  encodeContent,
} from "./index.ts";

const target = new Uint8Array(16).fill(1);

describe("composing contents", () => {
  it("[CT-29] gives what every decoder accepts", () => {
    const message = composeMessage({ text: " hi\r\n", replyTo: target });
    expect(message).toEqual({
      ok: true,
      value: { kind: "text", text: "hi", replyTo: target },
    });
    expect(composeMessage({ text: "hi", replyTo: undefined })).toEqual({
      ok: true,
      value: { kind: "text", text: "hi" },
    });
    const reaction = composeReaction({ target, emoji: "👍" });
    const taken = composeReaction({ target, emoji: "" });
    for (const content of [message, reaction, taken]) {
      expect(content.ok && encodeContent(content.value).length).toBeGreaterThan(
        0,
      );
    }
    expect(
      encodeContent(composeRsvp({ notice: target, answer: "yes" })),
    ).toHaveLength(21);
  });

  it("[CT-29] refuses what is empty, too long or no emoji", () => {
    const bad = { ok: false, error: "bad-text" };
    expect(composeMessage({ text: " " })).toEqual(bad);
    expect(composeMessage({ text: "x".repeat(20_000) })).toEqual(bad);
    expect(composeReaction({ target, emoji: "+1" })).toEqual(bad);
  });

  it("[CT-29] keeps mentions where their words go, and drops those whose words are gone", () => {
    const memberKey = new Uint8Array(32);
    const mention = (at: number, length: number) => ({ memberKey, at, length });
    expect(
      composeMessage({
        text: "  @A and @B ",
        mentions: [mention(2, 2), mention(9, 2), mention(10, 9)],
      }),
    ).toMatchObject({
      value: { text: "@A and @B", mentions: [mention(0, 2), mention(7, 2)] },
    });
    expect(
      composeMessage({ text: "🌱", mentions: [mention(1, 1)] }),
    ).toMatchObject({ ok: false });
  });

  it("[CT-29] makes polls, tasks and minutes, or says that a text or a time is at fault", () => {
    const poll = (options: readonly string[], closes?: number) =>
      composePoll({ question: " Q ", options, ballot: "single", closes });
    expect(poll(["a ", "", " b"])).toMatchObject({
      value: { question: "Q", options: ["a", "b"] },
    });
    expect(poll(["a", " a"])).toEqual({ ok: false, error: "bad-text" });
    expect(poll(["a"])).toEqual({ ok: false, error: "bad-text" });
    expect(poll(["a", "b"], -1)).toEqual({ ok: false, error: "bad-time" });
    expect(composeTask({ title: " ", done: false })).toMatchObject({
      error: "bad-text",
    });
    const made = [
      poll(["a", "b"]),
      composeTask({ title: "T", done: false, due: 7 }),
      composeMinutes({ text: "We met.", notice: target }),
      composeEdit({ target, text: " new " }),
    ];
    for (const content of made) {
      expect(content.ok && encodeContent(content.value).length).toBeGreaterThan(
        0,
      );
    }
  });
});
