/** Hostile acts by name (SI-9). */
import { encodeBase64url } from "@halqa/bytes";
import type { Circle } from "@halqa/engine/machine";
import type { SeededRandom } from "@halqa/testkit";
import { circleLedger } from "../story/ledger.ts";
import { give } from "../world/device.ts";
import type { SimDevice } from "../world/sim.ts";
import { tellLog } from "../world/sim.ts";
import type { Story } from "../story/running-story.ts";
import {
  babble,
  damage,
  forgeReceipts,
  substituteParts,
  replayFrames,
  shuffleEntries,
  withhold,
} from "./hostile-relay.ts";
import type { Lie } from "./hostile-relay.ts";
import { actAsFormer } from "./former.ts";
import { breakUp, fragmentNames } from "./fragments.ts";
import {
  flood,
  forge,
  forgeMessage,
  forgeryNames,
  haltSome,
  repeat,
} from "./insider.ts";
import { floodInvites, garbageForLogs } from "./outsider.ts";
import type { Insider } from "./insider.ts";

export interface Assault {
  readonly story: Story;
  readonly device: SimDevice;
  readonly dice: SeededRandom;
}

type Attack = (assault: Assault) => void;

/** By members who are no stewards: nothing may come of them. */
const insiderAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ...forgeryNames.map((name): [string, Attack] => [
    name,
    (assault) => asInsider(assault, (insider) => forge(insider, name)),
  ]),
  ...fragmentNames.map((name): [string, Attack] => [
    name,
    (assault) =>
      asInsider(assault, (insider) =>
        breakUp(
          insider,
          name,
          forgeMessage(insider, insider.dice.pick(forgeryNames)),
        ),
      ),
  ]),
  [
    "flood",
    (assault) =>
      asInsider(assault, (insider) =>
        flood(insider, 20 + insider.dice.int(60)),
      ),
  ],
  [
    "repeat",
    (assault) =>
      asInsider(assault, (insider) => {
        const { bodies } = assault.story;
        if (bodies.length > 0) repeat(insider, insider.dice.pick(bodies));
      }),
  ],
]);

/** By a relay, within what cannot be told from a bad network. */
const softAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ["withhold", (assault) => asRelay(assault, withhold)],
  ["replay", (assault) => asRelay(assault, replayFrames)],
  ["shuffle", (assault) => asRelay(assault, shuffleEntries)],
  ["babble", (assault) => asRelay(assault, babble)],
]);

/** By a relay, against what it has signed: it must be found out, and nobody has to go on with it. */
const hardAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ["damage", (assault) => asLiar(assault, damage)],
  ["receipts", (assault) => asLiar(assault, forgeReceipts)],
  [
    "fork",
    (assault) =>
      asLiar(assault, ({ relay, dice, sim }) => {
        const victims = sim.devices.filter(() => dice.bool(0.5));
        relay.fork(victims.map(({ name }) => name));
      }),
  ],
  ["tree", (assault) => asLiar(assault, substituteParts)],
  [
    "roll-back",
    (assault) =>
      asLiar(assault, ({ relay, dice }) => relay.rollBack(1 + dice.int(20))),
  ],
]);

/** By people who are in no circle, and by those who were put out of one. */
const outerAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ["garbage", ({ story, dice }) => garbageForLogs(story, dice)],
  ["invite-flood", ({ story, dice }) => floodInvites(story, dice)],
  ["put-out", putOut],
  ["former", ({ story, dice }) => actAsFormer(story, dice)],
]);

/** By a steward: it may halt people, and all of them come to be together again. */
const stewardAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ["crown", crown],
  ["crown-again", crown],
  ["halt", (assault) => asSteward(assault, haltSome)],
  ...fragmentNames.map((name): [string, Attack] => [
    `steward-${name}`,
    (assault) =>
      asSteward(assault, (insider) =>
        breakUp(
          insider,
          name,
          insider.dice.bool(0.5)
            ? forgeMessage(insider, "commit-alone")
            : undefined,
        ),
      ),
  ]),
]);

/** By a steward: it ends the circle for this version of the program, which a steward may do, and for all alike. */
const endingAttacks: ReadonlyMap<string, Attack> = new Map<string, Attack>([
  ["crown", crown],
  [
    "end",
    (assault) =>
      asSteward(assault, (insider) => forge(insider, "commit-ends-all")),
  ],
]);

/** Those that seeds draw. */
const drawn = [
  insiderAttacks,
  softAttacks,
  hardAttacks,
  outerAttacks,
  stewardAttacks,
  endingAttacks,
];

export const attackFamilies: readonly (readonly string[])[] = drawn.map(
  (family) => [...family.keys()],
);

export function attack(name: string, assault: Assault): void {
  tellLog(assault.story.sim, () => `attack: ${name}`);
  const family = drawn.find((one) => one.has(name));
  family?.get(name)?.(assault);
}

/** The founder puts out whom the attacker will be. */
function putOut({ story }: Assault): void {
  byFounder(story, "remove-member", "mayBeOut");
}

function crown({ story }: Assault): void {
  byFounder(story, "promote", "maySteward");
}

/** The founder does something to the last device's person. */
function byFounder(
  { sim, ledger }: Story,
  command: "remove-member" | "promote",
  permits: "mayBeOut" | "maySteward",
): void {
  const [founder] = sim.devices;
  const last = sim.devices.at(-1);
  if (founder === undefined || last === undefined || last === founder) return;
  for (const { id, desk } of last.state.durable.circles.values()) {
    if (desk.place !== "in") continue;
    const member = encodeBase64url(desk.memberKey);
    circleLedger(ledger, id)[permits].add(member);
    const given = { command, circle: id, member };
    give(sim, founder, { command: given, onReply: () => undefined });
  }
}

/** The last device is the hostile one: never the founder's. */
function asInsider(
  { story, dice }: Assault,
  act: (insider: Insider) => void,
): void {
  const { sim } = story;
  const device = sim.devices.at(-1);
  if (device === undefined || device.index === 0) return;
  for (const { circle, desk } of device.state.durable.circles.values()) {
    if (circle === undefined || desk.place !== "in") continue;
    if (isSteward(circle)) continue;
    story.hostile.add(device.index);
    act({ sim, device, circle, dice });
  }
}

function isSteward({ info, memberKey }: Circle): boolean {
  return info.stewards.some((key) => Buffer.compare(key, memberKey) === 0);
}

/** Only where another steward is left who can mend it. */
function asSteward(
  { story, dice }: Assault,
  act: (insider: Insider) => void,
): void {
  const { sim } = story;
  const device = sim.devices.at(-1);
  if (device === undefined || device.index === 0) return;
  for (const { circle, desk } of device.state.durable.circles.values()) {
    if (circle === undefined || desk.place !== "in") continue;
    if (!isSteward(circle) || circle.info.stewards.length < 2) continue;
    story.hostile.add(device.index);
    act({ sim, device, circle, dice });
  }
}

function asRelay(
  { story, device, dice }: Assault,
  act: (lie: Lie) => void,
): void {
  const { sim } = story;
  const relay = dice.pick(sim.relays);
  relay.wasHostile = true;
  act({ sim, relay, victim: device, dice });
}

function asLiar(assault: Assault, act: (lie: Lie) => void): void {
  assault.story.attacked.add("relay");
  asRelay(assault, act);
}
