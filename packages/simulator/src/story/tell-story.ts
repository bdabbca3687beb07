/** One story from its plan: a beginning, people and mishaps, healing, and what the checks say (docs/spec/simulator.md). */
import { createSeededRandom } from "@halqa/testkit";
import { createChecks } from "../check/checks.ts";
import type { Checks } from "../check/checks.ts";
import { heal, strike, current } from "../faults/faults.ts";
import { attack } from "../attack/attacks.ts";
import { rememberFormer } from "../attack/former.ts";
import { createSim, pass } from "../world/create-sim.ts";
import { give, start } from "../world/device.ts";
import { fairWeather, SimFault, START } from "../world/sim.ts";
import type { Sim, SimDevice } from "../world/sim.ts";
import { actNamed } from "./acts.ts";
import { lookAfter } from "./aftercare.ts";
import { CANARY, memberName } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { sayLastWords } from "./last-words.ts";
import { createLedger } from "./ledger.ts";
import type { FaultName, Happening, Plan } from "./plan-data.ts";
import type { Story } from "./running-story.ts";
import { trapGlobals } from "./trap-globals.ts";

export interface Told {
  readonly seed: number;
  readonly steps: number;
  readonly digest: string;
  /** Of what happened, without the bytes. */
  readonly shape: string;
  readonly fault:
    { readonly invariant: string; readonly message: string } | undefined;
}

const REVIVE_MS = 90_000;
const HEAL_MS = 30 * 60_000;
const LOOK_MS = 60_000;
const MOST_STEPS = 2_000_000;

export interface TellOptions {
  /** Shows what happens, for people. */
  readonly log?: ((line: string) => void) | undefined;
  /** Makes a fault that a check has to see. */
  readonly plant?: (story: Story) => void;
}

/** Tells the story once. The same plan gives the same digest. */
export function tellStory(plan: Plan, options: TellOptions = {}): Told {
  const { log } = options;
  const { devices, relays } = plan.swarm;
  const sim = createSim({ seed: plan.seed, devices, relays, log });
  const story: Story = {
    sim,
    plan,
    ledger: createLedger(),
    ghosts: [],
    attacked: new Set(),
    hostile: new Set(),
    former: [],
    fallen: new Set(),
    bodies: [],
  };
  const release = trapGlobals();
  try {
    live(story, options);
    return end(sim, plan, undefined);
  } catch (error) {
    if (!(error instanceof SimFault)) throw error;
    const { invariant, message } = error;
    return end(sim, plan, { invariant, message });
  } finally {
    release();
  }
}

function end(sim: Sim, { seed }: Plan, fault: Told["fault"]): Told {
  return {
    seed,
    steps: sim.steps,
    digest: sim.trace.digest(),
    shape: sim.trace.shape(),
    fault,
  };
}

function live(story: Story, { plant }: TellOptions): void {
  const { sim, plan, ghosts } = story;
  const checks = createChecks(story);
  plant?.(story);
  sim.observers.push(
    ...checks.observers,
    rememberLinks(story),
    rememberFormer(story),
    revive(story),
  );
  for (const relay of sim.relays)
    relay.onAppend.push((body) => remember(story, body));
  begin(story);
  sim.weather = plan.swarm.weather;
  let left = plan.happenings.length;
  for (const happening of plan.happenings)
    sim.agenda.after(happening.at, () => {
      left--;
      happen(story, happening);
    });
  passUntil(story, () => left === 0);
  heal(sim, ghosts);
  comeToRest(story, checks);
  const look = sayLastWords(story);
  if (look !== undefined) {
    comeToRest(story, checks);
    look();
  }
  checks.atEnd();
}

function comeToRest(story: Story, checks: Checks): void {
  const { sim } = story;
  for (let waited = 0; ; waited += LOOK_MS) {
    pass(sim, LOOK_MS);
    guard(sim);
    // Nobody can go on with a relay that contradicted itself: what must hold then is checked all the same.
    if (checks.unrest().length === 0 || story.attacked.size > 0) return;
    lookAfter(story, waited);
    if (waited >= HEAL_MS)
      throw new SimFault("I12", checks.unrest().join("; "));
  }
}

const KEPT_BODIES = 64;

function remember({ bodies }: Story, body: Uint8Array): void {
  bodies.push(body);
  if (bodies.length > KEPT_BODIES) bodies.shift();
}

/** In small pieces: a story that does not end is told as one. */
function passUntil({ sim }: Story, isOver: () => boolean): void {
  while (!isOver()) {
    pass(sim, LOOK_MS);
    guard(sim);
  }
}

function guard({ steps }: Sim): void {
  if (steps > MOST_STEPS) throw new SimFault("I10", "the story does not end");
}

/** Profiles, one circle, one invite; in a gentle start all who ask are in. */
function begin(story: Story): void {
  const { sim, plan, ledger } = story;
  sim.weather = plan.swarm.isGentleStart ? fairWeather : plan.swarm.weather;
  for (const device of sim.devices) {
    start(sim, device);
    give(sim, device, {
      command: { command: "set-profile", name: `${CANARY} ${device.name}` },
      onReply: () => undefined,
    });
  }
  pass(sim, 500);
  doAct(story, { name: "found", who: 0, dice: 1 });
  pass(sim, 10_000);
  doAct(story, { name: "invite", who: 0, dice: 2 });
  pass(sim, 10_000);
  if (!plan.swarm.isGentleStart) return;
  for (const device of sim.devices.slice(1)) {
    const [first] = ledger.links;
    if (first === undefined) break;
    const command = {
      command: "request-join",
      link: first.link,
      memberName: memberName(device),
    } as const;
    give(sim, device, { command, onReply: () => undefined });
  }
  pass(sim, 10_000);
  for (let index = 1; index < sim.devices.length; index++)
    doAct(story, { name: "approve", who: 0, dice: index });
  pass(sim, 30_000);
}

function happen(story: Story, happening: Happening): void {
  const { sim, ghosts } = story;
  const device = sim.devices[happening.who % sim.devices.length];
  if (device === undefined) return;
  const dice = createSeededRandom(happening.dice);
  if (happening.kind === "act") doAct(story, happening);
  else if (happening.kind === "attack")
    attack(happening.name, { story, device, dice });
  else {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- plans are made of these names
    strike(happening.name as FaultName, { sim, device, dice, ghosts });
  }
}

function doAct(
  { sim, ledger }: Story,
  { name, who, dice }: Pick<Happening, "name" | "who" | "dice">,
): void {
  const device = sim.devices[who % sim.devices.length];
  const act = actNamed(name);
  if (act === undefined || device === undefined || !device.isRunning) return;
  const random = createSeededRandom(dice);
  const views = [...device.screen.circles.values()];
  const scene: Scene = {
    device,
    dice: random,
    ledger,
    now: sim.agenda.now(),
    relays: sim.relays,
    view: views.length === 0 ? undefined : random.pick(views),
  };
  const command = act.make(scene);
  if (command === undefined) return;
  act.onGiven?.(scene, command);
  give(sim, device, {
    command,
    onReply: (reply) => {
      if (reply.ok)
        act.onGranted?.(
          { ...scene, now: sim.agenda.now() },
          command,
          reply.value,
        );
    },
  });
}

/** Invites go from hand to hand as soon as a screen shows them. */
function rememberLinks({ ledger }: Story) {
  return {
    onScreen: (device: SimDevice): void => {
      for (const { summary, invites } of device.screen.circles.values()) {
        for (const { link, state } of invites) {
          if (link === undefined || state !== "open") continue;
          if (ledger.links.some((one) => one.link === link)) continue;
          ledger.links.push({ circle: summary.circle, link });
        }
      }
    },
  };
}

/** Somebody starts again what ended. */
function revive({ sim }: Story) {
  const random = sim.random.fork("revive");
  return {
    onCrash: (device: SimDevice): void => {
      sim.agenda.after(random.int(REVIVE_MS), () => {
        const now = current(sim, device);
        if (sim.agenda.now() >= START) start(sim, now);
      });
    },
  };
}
