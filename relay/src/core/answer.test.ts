import { decodeUtf8, encodeUtf8 } from "@halqa/bytes";
import { describe, expect, it } from "vitest";
import {
  answerFigures,
  answerRequest,
  isForeignOrigin,
  type Answer,
  type RequestHead,
  type StaticFiles,
} from "./answer.ts";

const PAGE = "<!doctype html><title>page</title>";
const files: StaticFiles = new Map([
  [
    "/index.html",
    {
      contentType: "text/html; charset=utf-8",
      identity: { bytes: encodeUtf8(PAGE), etag: '"page-id"' },
      br: { bytes: encodeUtf8("BR"), etag: '"page-br"' },
      gzip: { bytes: encodeUtf8("GZ"), etag: '"page-gz"' },
    },
  ],
  [
    "/assets/font-1.woff2",
    {
      contentType: "font/woff2",
      identity: { bytes: encodeUtf8("font"), etag: '"font-id"' },
    },
  ],
]);

function ask(head: Partial<RequestHead>, isReady = true): Answer {
  return answerRequest(
    {
      method: "GET",
      target: "/",
      version: "1.1",
      host: "halqa.example",
      ...head,
    },
    { files, isReady: () => isReady },
  );
}

function header(answer: Answer, name: string): string | undefined {
  return new Map(answer.headers).get(name);
}

function textOf(answer: Answer): string | undefined {
  const text = decodeUtf8(answer.body ?? new Uint8Array());
  return text.ok ? text.value : undefined;
}

describe("answerRequest", () => {
  it("[HT-1] puts the security headers on answers of every status", () => {
    const answers = [
      ask({}),
      ask({ ifNoneMatch: '"page-id"' }),
      ask({ host: undefined }),
      ask({ target: "/none" }),
      ask({ method: "POST" }),
      ask({ target: "/healthz" }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([
      200, 304, 400, 404, 405, 200,
    ]);
    for (const answer of answers) {
      expect(header(answer, "content-security-policy")).toContain(
        "default-src 'none'",
      );
      expect(header(answer, "cross-origin-embedder-policy")).toBe(
        "require-corp",
      );
    }
  });

  it("serves the page at / and at its own name, whatever the query", () => {
    for (const target of ["/", "/index.html", "/?source=pwa", "/?a?b"]) {
      expect(textOf(ask({ target }))).toBe(PAGE);
    }
  });

  it.each([
    "/../index.html",
    "/assets/../index.html",
    "/%2e%2e/index.html",
    "/assets/%2e%2e%2findex.html",
    "/..%5cindex.html",
    "//index.html",
    "/./index.html",
    "/index.html/",
    "/INDEX.HTML",
    "/index.html%00",
    "/assets/",
    "http://halqa.example/index.html",
    "index.html",
    "*",
    "",
    "/constructor",
    "/__proto__",
  ])("[HT-3] knows no other spelling of a path: %s", (target) => {
    const answer = ask({ target });
    expect(answer.status).toBe(404);
    expect(textOf(answer)).toBe("not found");
  });

  it("[HT-5] lets only hashed names be cached without asking", () => {
    expect(header(ask({}), "cache-control")).toBe("no-cache");
    expect(
      header(ask({ target: "/assets/font-1.woff2" }), "cache-control"),
    ).toBe("public, max-age=31536000, immutable");
    expect(header(ask({ target: "/none" }), "cache-control")).toBe("no-store");
  });

  it.each(['"page-id"', 'W/"page-id"', '"other", "page-id"'])(
    "[HT-6] answers If-None-Match: %s with 304 and no body",
    (ifNoneMatch) => {
      const answer = ask({ ifNoneMatch });
      expect(answer.status).toBe(304);
      expect(answer.body).toBeUndefined();
      expect(header(answer, "etag")).toBe('"page-id"');
    },
  );

  it("[HT-6] sends the file again where another encoding is held", () => {
    const answer = ask({ ifNoneMatch: '"page-br"', acceptEncoding: "gzip" });
    expect(answer.status).toBe(200);
    expect(header(answer, "etag")).toBe('"page-gz"');
  });

  it.each([
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["GZIP;q=0.5", "gzip"],
    ["br;q=0, gzip;q=0.1", "gzip"],
    ["br;q=0.000", undefined],
    ["deflate", undefined],
    ["*", undefined],
    [undefined, undefined],
  ])("[HT-7] answers Accept-Encoding: %s with %s", (acceptEncoding, wanted) => {
    const answer = ask({ acceptEncoding });
    expect(header(answer, "content-encoding")).toBe(wanted);
    expect(header(answer, "vary")).toBe("accept-encoding");
    expect(header(answer, "content-length")).toBe(String(answer.body?.length));
  });

  it("[HT-7] sends what has no compressed form as it is", () => {
    const answer = ask({
      target: "/assets/font-1.woff2",
      acceptEncoding: "br",
    });
    expect(textOf(answer)).toBe("font");
    expect(header(answer, "content-encoding")).toBeUndefined();
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", ""])(
    "[HT-8] refuses the method %s and says which are allowed",
    (method) => {
      const answer = ask({ method });
      expect(answer.status).toBe(405);
      expect(header(answer, "allow")).toBe("GET, HEAD");
      expect(answer.closes).toBe(true);
    },
  );

  it.each([
    { contentLength: "1" },
    { contentLength: "00" },
    { transferEncoding: "chunked" },
    { host: undefined },
  ])("[HT-8] refuses %o and reads no further", (head) => {
    const answer = ask(head);
    expect(answer.status).toBe(400);
    expect(answer.closes).toBe(true);
  });

  it("[HT-8] takes an empty body and HTTP/1.0 without Host", () => {
    expect(ask({ contentLength: "0" }).status).toBe(200);
    expect(ask({ host: undefined, version: "1.0" }).status).toBe(200);
  });

  it("[HT-8] repeats nothing that the request said", () => {
    const marker = "zz-marker-zz";
    for (const head of [
      { target: `/${marker}` },
      { method: marker },
      { host: `localhost:${marker}` },
      { acceptEncoding: marker, ifNoneMatch: marker },
    ]) {
      const answer = ask(head);
      expect(JSON.stringify(answer.headers)).not.toContain(marker);
      expect(textOf(answer)).not.toContain(marker);
    }
  });

  it("sends to HEAD the headers of GET and no body", () => {
    for (const target of ["/", "/none", "/healthz"]) {
      const head = ask({ method: "HEAD", target });
      expect(head.body).toBeUndefined();
      expect(head.headers).toEqual(ask({ target }).headers);
    }
  });

  it("[HT-13] says ok at /healthz, never from a cache", () => {
    const answer = ask({ target: "/healthz" });
    expect([answer.status, textOf(answer)]).toEqual([200, "ok"]);
    expect(header(answer, "cache-control")).toBe("no-store");
  });
});

describe("/readyz", () => {
  it("[HT-19] says whether the relay is fit for work, never from a cache", () => {
    const ready = ask({ target: "/readyz" });
    const unready = ask({ target: "/readyz" }, false);
    expect([ready, unready].map(({ status }) => status)).toEqual([200, 503]);
    expect(textOf(ready)).toBe("ok");
    expect(textOf(unready)).toBe("not ready");
    expect(header(unready, "cache-control")).toBe("no-store");
    // It lives all the same.
    expect(ask({ target: "/healthz" }, false).status).toBe(200);
  });
});

describe("isForeignOrigin", () => {
  it("[HT-28] is so for pages that are not listed, and for nothing where there is no list", () => {
    const allowed = ["https://app.example"];
    expect(isForeignOrigin("https://app.example", allowed)).toBe(false);
    expect(isForeignOrigin(undefined, allowed)).toBe(false);
    for (const origin of [
      "https://other.example",
      "http://app.example",
      "https://app.example:8443",
      "https://app.example.evil",
      "https://APP.example",
      "null",
      "",
    ]) {
      expect(isForeignOrigin(origin, allowed)).toBe(true);
      expect(isForeignOrigin(origin, undefined)).toBe(false);
    }
  });
});

describe("answerFigures", () => {
  const askFigures = (head: Partial<RequestHead>): Answer =>
    answerFigures(
      {
        method: "GET",
        target: "/metrics",
        version: "1.1",
        host: "127.0.0.1:9100",
        ...head,
      },
      "halqa_ready 1\n",
    );

  it("[HT-22] tells the figures at one path, under a name of this machine", () => {
    expect(textOf(askFigures({}))).toBe("halqa_ready 1\n");
    expect(askFigures({ method: "HEAD" }).body).toBeUndefined();
    for (const target of ["/", "/metrics/", "/metrics?a", "/index.html"]) {
      expect(askFigures({ target }).status).toBe(404);
    }
    expect(askFigures({ method: "POST" }).status).toBe(405);
    expect(askFigures({ contentLength: "1" }).status).toBe(400);
  });

  it("[HT-22] tells nothing to a page whose name was bent to this machine", () => {
    for (const host of ["evil.example", "evil.example:9100", undefined]) {
      expect(askFigures({ host, version: "1.0" }).status).toBe(400);
    }
  });
});
