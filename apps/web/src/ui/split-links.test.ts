import { describe, expect, it } from "vitest";
import { splitLinks } from "./split-links.ts";

const ORIGIN = "https://halqa.example";
function linksIn(text: string): readonly string[] {
  return splitLinks(text, ORIGIN).flatMap((part) =>
    part.kind === "text" ? [] : [`${part.kind} ${part.href}`],
  );
}

describe("links in what people write", () => {
  it.each([
    ["see https://a.example/x?y=1#z.", "link https://a.example/x?y=1#z"],
    ["(https://a.example/w_(x))", "link https://a.example/w_(x)"],
    [
      "انظر https://a.example/صفحة، ثم",
      "link https://a.example/%D8%B5%D9%81%D8%AD%D8%A9",
    ],
    ["mailto:a@b.example", "link mailto:a@b.example"],
    ["tel:+49301234", "link tel:+49301234"],
    ["https://halqa.example/#j1.AAAA", "invite /#j1.AAAA"],
    ["HTTPS://A.example", "link https://a.example/"],
  ])("[AP-21] finds in %s: %s", (text, link) => {
    expect(linksIn(text)).toEqual([link]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://bank.example@evil.example/",
    "https://user:secret@evil.example/",
    "blob:https://a.example/1",
    "xhttps://a.example",
    "https://",
    "www.example",
    "<img src=x onerror=alert(1)>",
  ])("[AP-21] leaves as text: %s", (text) => {
    expect(linksIn(text)).toEqual([]);
    expect(splitLinks(text, ORIGIN)).toEqual([{ kind: "text", text }]);
  });

  it("[AP-21] spells out a host that looks like another", () => {
    const [part] = splitLinks("https://аpple.example/", ORIGIN);
    expect(part?.text).toContain("xn--");
  });

  it("loses and adds nothing", () => {
    const text = "a https://a.example, b https://b.example) c";
    const parts = splitLinks(text, ORIGIN);
    expect(parts.map((part) => part.text).join("")).toBe(text);
  });

  it("makes no more links than anybody needs", () => {
    const many = Array.from({ length: 5_000 }, () => "https://a.example").join(
      " ",
    );
    expect(linksIn(many).length).toBeLessThanOrEqual(51);
  });
});
