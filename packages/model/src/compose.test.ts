import { describe, expect, it } from "vitest";
import {
  composeMessage,
  composeReaction,
  composeRsvp,
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
});
