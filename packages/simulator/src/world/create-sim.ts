/** Making a world of so many devices and relays. */
import { createSeededRandom } from "@halqa/testkit";
import { createAgenda } from "./agenda.ts";
import { addDevice } from "./device.ts";
import { relayUrl } from "./network.ts";
import { createRelay, DAY_MS } from "./relay.ts";
import { fairWeather, START } from "./sim.ts";
import type { Sim } from "./sim.ts";
import { createTrace } from "./trace.ts";

export function createSim(o: {
  readonly seed: number;
  readonly devices: number;
  readonly relays: number;
  readonly log?: ((line: string) => void) | undefined;
}): Sim {
  const random = createSeededRandom(`sim/${o.seed}`);
  const agenda = createAgenda(START);
  const relays = Array.from({ length: o.relays }, (_, index) =>
    createRelay({ seed: `${o.seed}/${index}`, url: relayUrl(index), agenda }),
  );
  const sim: Sim = {
    seed: o.seed,
    random,
    network: random.fork("network"),
    agenda,
    trace: createTrace(),
    relays,
    devices: [],
    weather: fairWeather,
    daysAsleep: 0,
    wokeAt: undefined,
    steps: 0,
    nextWire: 1,
    observers: [],
    log: o.log,
  };
  for (let index = 0; index < o.devices; index++) {
    const home = relays[index % relays.length];
    if (home !== undefined) addDevice(sim, home);
  }
  tickDays(sim);
  return sim;
}

function tickDays(sim: Sim): void {
  const { agenda, relays } = sim;
  const now = agenda.now();
  const day = Math.floor(now / DAY_MS) + 1;
  agenda.after(day * DAY_MS - now, () => {
    for (const relay of relays) relay.setDay(day);
    tickDays(sim);
  });
}

/** Lets time pass. */
export function pass({ agenda }: Sim, ms: number): void {
  const end = agenda.now() + ms;
  while (agenda.runNext(end));
  agenda.moveTo(end);
}
