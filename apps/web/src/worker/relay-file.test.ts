import { encodeBase64url } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import { parseRelayFile } from "./relay-file.ts";

const KEY = new Uint8Array(32).fill(7);
const relayPub = encodeBase64url(KEY);

describe("the relay's file", () => {
  it.each([
    [{ relayPub }, "https://a.example", "wss://a.example/"],
    [{ relayPub }, "http://localhost:8787", "ws://localhost:8787/"],
    [
      { relayPub, url: "wss://b.example/r" },
      "https://a.example",
      "wss://b.example/r",
    ],
  ])("[AP-24] %o at %s is the relay at %s", (file, origin, url) => {
    expect(parseRelayFile(file, origin)).toEqual({ url, relayPub: KEY });
  });

  it.each([
    undefined,
    null,
    "x",
    [],
    {},
    { relayPub: 1 },
    { relayPub: "" },
    { relayPub: `${relayPub}=` },
    { relayPub: relayPub.slice(1) },
    { relayPub, url: 1 },
    { relayPub, url: "" },
    { relayPub, url: "https://b.example/" },
    { relayPub, url: "javascript:alert(1)" },
    { relayPub, url: "wss://user:secret@b.example/" },
    { relayPub, url: `wss://${"b".repeat(600)}/` },
  ])("[AP-24] %o names no relay", (file) => {
    expect(parseRelayFile(file, "https://a.example")).toBeUndefined();
  });
});
