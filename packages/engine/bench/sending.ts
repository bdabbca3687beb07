/** What a person waits for who sends: until it is stored, until the relay keeps it, until it stands in the list. */
import type { BenchCase } from "@halqa/testkit";
import type { DefaultRelay, SendState } from "../src/index.ts";
import { found, invite, letIn, must, untilRead } from "./acts.ts";
import {
  createMemoryStore,
  newFolder,
  startDevice,
  startInMemory,
} from "./device.ts";
import { line } from "./talk.ts";

const MESSAGES = 300;
const WARM_UP = 30;
const TEXT_OF = (n: number): string => `${n} ${line(n)}`;

interface Sent {
  readonly answered: number;
  readonly acknowledged: number;
  readonly listed: number;
}

/** One message after the other, in a circle of two who are both there. */
export async function sendingCases(
  relay: DefaultRelay,
): Promise<readonly BenchCase[]> {
  const device = await startDevice(newFolder(), relay);
  const other = startInMemory(createMemoryStore(), relay);
  const circle = await found(device, "sender");
  const link = await invite(device, circle, 5);
  await letIn({ steward: device, joiner: other }, circle, {
    link,
    name: "other",
  });
  await untilRead(device, circle);
  const states = new Map<string, (state: SendState | "listed") => void>();
  const stop = device.engine.watch(
    { query: "timeline", circle, limit: 50 },
    (view) => {
      if (view.view !== "timeline") return;
      for (const item of view.items) {
        const tell = states.get(item.id);
        if (tell === undefined) continue;
        if (item.ordinal !== undefined) tell("listed");
        else if (item.item === "message" && item.state !== undefined)
          tell(item.state);
      }
    },
  );
  const send = async (n: number): Promise<Sent> => {
    const start = performance.now();
    const said = must(device, { command: "send", circle, text: TEXT_OF(n) });
    const reply = await said;
    const answered = performance.now() - start;
    if (reply.kind !== "item") throw new Error("a message is an item");
    let acknowledged = 0;
    await new Promise<void>((resolve) => {
      states.set(reply.id, (state) => {
        if (state === "queued" || state === "failed") return;
        acknowledged ||= performance.now() - start;
        if (state === "listed") resolve();
      });
    });
    states.delete(reply.id);
    return { answered, acknowledged, listed: performance.now() - start };
  };
  for (let n = 0; n < WARM_UP; n++) await send(n);
  const sent: Sent[] = [];
  for (let n = 0; n < MESSAGES; n++) sent.push(await send(WARM_UP + n));
  stop();
  await device.engine.stop();
  await other.engine.stop();
  return [
    {
      case: "a message sent: stored, and the command answered",
      unit: "ms",
      subjects: [
        { name: "Node, SQLite", values: sent.map(({ answered }) => answered) },
      ],
    },
    {
      case: "a message sent: acknowledged by a relay without a tick",
      unit: "ms",
      aim: "< 5 ms",
      subjects: [
        {
          name: "Node, SQLite",
          values: sent.map(({ acknowledged }) => acknowledged),
        },
      ],
    },
    {
      case: "a message sent: read back, in the list",
      unit: "ms",
      subjects: [
        { name: "Node, SQLite", values: sent.map(({ listed }) => listed) },
      ],
    },
  ];
}
