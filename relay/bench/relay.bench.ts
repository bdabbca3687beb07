// What the relay costs: giving a message to many, durable appends from end to end, connections that do nothing. Its store is
// measured by itself (`store.bench.ts`). `npm run bench -- relay`.

import type { Bench } from "@halqa/testkit";
import { appendCases } from "./fan-out/appends.ts";
import { idleCases } from "./fan-out/idle.ts";
import { fanOutCases } from "./fan-out/rooms.ts";

export const bench: Bench = {
  name: "relay",
  setup: async () => {
    // First, because its connections are closed again: those of the rooms stay open, and a process may have so many.
    const idle = await idleCases();
    return [...(await fanOutCases()), ...(await appendCases()), ...idle];
  },
};
