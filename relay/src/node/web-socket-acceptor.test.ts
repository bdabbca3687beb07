// What the library is told: it has limits of its own, far wider than ours, where ours do not reach it.

import { describe, expect, it } from "vitest";
import { SOCKET_LIMITS } from "../core/index.ts";
import { createAcceptor } from "./web-socket-acceptor.ts";

describe("the acceptor of WebSockets", () => {
  it("[RN-3] [RN-61] [HT-18] hands every limit on to the library", () => {
    expect(createAcceptor(SOCKET_LIMITS).options).toMatchObject({
      maxPayload: 65_536,
      maxFragments: 64,
      maxBufferedChunks: 1_024,
      maxPendingAutoPongs: 4,
      perMessageDeflate: false,
      clientTracking: false,
    });
  });
});
