/** I10: whatever others or an interface can fill has an end (docs/spec/engine.md, EN-80). */
import type { EngineState } from "@halqa/engine/machine";
import { MAX_PENDING_REQUESTS } from "@halqa/protocol";
import { SimFault } from "../world/sim.ts";
import type { Observer } from "../world/sim.ts";

const EVERY = 16;

/** Looks now and then: what grows without end is seen the next time. */
export function watchBounds(): Observer {
  let looks = 0;
  return {
    onState: (device) => {
      if (looks++ % EVERY !== 0) return;
      for (const [what, size, most] of sizesOf(device.state))
        if (size > most)
          throw new SimFault("I10", `${device.name} holds ${size} ${what}`);
    },
  };
}

type Size = readonly [string, number, number];

function sizesOf(state: EngineState): readonly Size[] {
  const { lane, durable, watches } = state;
  return [
    ["commands", lane.commands.length, 256],
    ["notes", lane.notes.length, 300],
    ["watches", watches.size, 64],
    ...[...state.links.values()].flatMap((link): readonly Size[] => [
      ["requests under way", link.requests.size, MAX_PENDING_REQUESTS],
      ["bytes under way", link.pendingBytes, 2 ** 21],
    ]),
    ...[...state.logs.values()].flatMap((log): readonly Size[] => [
      ["entries that wait", log.queue.length, 400],
      ["heads that wait", log.heads.length, 16],
    ]),
    ...[...durable.circles.values()].flatMap((record): readonly Size[] => [
      ["items to send", record.outbox.length, 500],
      ["acts that wait", record.intents.length, 64],
      ["requests", record.requests.length, 64 + 16],
      ["alarms", record.desk.alarms.length, 8],
      ["Welcomes", record.deliveries.length, 16],
      ["commits in pieces", record.circle?.fragments.length ?? 0, 8 + 2],
      ["earlier epochs", record.circle?.mls.past.length ?? 0, 4],
    ]),
  ];
}
