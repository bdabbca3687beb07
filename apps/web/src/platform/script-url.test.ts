import { describe, expect, it } from "vitest";
import { isOwnScript } from "./script-url.ts";

const origin = "https://halqa.example";

describe("isOwnScript", () => {
  it.each([
    "/assets/device-check.worker-Ab_1-x.js",
    "https://halqa.example/assets/a.js",
    "/sw.js",
  ])("[AP-3] admits a script of this build: %s", (url) => {
    expect(isOwnScript(url, origin)).toBe(true);
  });

  it.each([
    "https://other.example/assets/a.js",
    "//other.example/assets/a.js",
    "http://halqa.example/assets/a.js",
    "https://halqa.example:8443/assets/a.js",
    "https://halqa.example@other.example/assets/a.js",
    "/assets/../a.js",
    "/assets/%2e%2e/a.js",
    "/assets/deep/a.js",
    "/assets/a.js?x",
    "/assets/a.js#x",
    "/assets/a.css",
    "/a.js",
    "/sw.js?x",
    "/deep/sw.js",
    "https://other.example/sw.js",
    "/assets/.js/",
    "data:text/javascript,alert(1)",
    "blob:https://halqa.example/assets/a.js",
    "javascript:alert(1)",
    "https://[",
    "",
  ])("[AP-3] refuses everything else: %s", (url) => {
    expect(isOwnScript(url, origin)).toBe(false);
  });
});
