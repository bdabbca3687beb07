/** What a person at a device sees, and what a row of the tables of acts is made of (SI-7). */
import { encodeBase64url as textOf } from "@halqa/bytes";
import type { SeededRandom } from "@halqa/testkit";
import type {
  CircleView,
  Command,
  CommandValue,
  MemberView,
  TimelineItem,
} from "@halqa/engine";
import type { SimDevice } from "../world/sim.ts";
import { circleLedger } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";

/** A person at a device, in the circle that the dice chose; `view` is undefined where the device is in none. */
export interface Scene {
  readonly device: SimDevice;
  readonly dice: SeededRandom;
  readonly ledger: Ledger;
  readonly now: number;
  /** All that there are in this world. */
  readonly relays: readonly {
    readonly url: string;
    readonly relayPub: Uint8Array;
  }[];
  readonly view: CircleView | undefined;
}

export interface Act {
  readonly weight: number;
  readonly make: (scene: Scene) => Command | undefined;
  /** Before the command is given: also what is never answered can be done. */
  readonly onGiven?: (scene: Scene, command: Command) => void;
  readonly onGranted?: (
    scene: Scene,
    command: Command,
    value: CommandValue,
  ) => void;
}

/** In everything that people write: no relay may ever see it (I15). */
export const CANARY = "qanarie";

/** In everything that is said to stewards alone: nobody else may show it. */
export const TO_STEWARDS = "to stewards";

export function textBy({ device, ledger }: Scene): string {
  return `${CANARY} ${device.name} m${ledger.count++}.`;
}

export function memberName({ name }: SimDevice): string {
  return `${CANARY} ${name}`;
}

export interface Here {
  readonly circle: string;
  readonly view: CircleView;
}

export function isIn(view: CircleView): boolean {
  const { standing } = view.summary;
  return (
    standing === "member" ||
    standing === "unconfirmed" ||
    standing === "founding"
  );
}

export function inCircle(
  { view }: Scene,
  make: (here: Here) => Command | undefined,
): Command | undefined {
  if (view === undefined || !isIn(view)) return undefined;
  return make({ circle: view.summary.circle, view });
}

export function asSteward(
  scene: Scene,
  make: (here: Here) => Command | undefined,
): Command | undefined {
  return inCircle(scene, (here) =>
    here.view.summary.steward ? make(here) : undefined,
  );
}

export function decide(
  scene: Scene,
  command: "approve" | "decline",
): Command | undefined {
  return asSteward(scene, ({ circle, view }) => {
    const asking = view.requests.filter(({ state }) => state === "asking");
    return asking.length === 0
      ? undefined
      : { command, circle, request: scene.dice.pick(asking).id };
  });
}

/** The request names nobody that the screen shows: its key is in the state. */
export function allowRequest(
  { ledger, device }: Scene,
  command: Command,
): void {
  if (command.command !== "approve") return;
  const { circle, request } = command;
  const record = device.state.durable.circles.get(circle);
  for (const { id, memberKey } of record?.requests ?? []) {
    if (textOf(id) === request)
      circleLedger(ledger, circle).mayBeIn.add(textOf(memberKey));
  }
}

export type Shown = TimelineItem & { readonly circle: string };

export function itemsOf({ device, view }: Scene): readonly Shown[] {
  if (view === undefined || !isIn(view)) return [];
  const { circle } = view.summary;
  const items = device.screen.timelines.get(circle)?.items ?? [];
  return items.map((item) => ({ ...item, circle }));
}

export function onItem(
  scene: Scene,
  kind: TimelineItem["item"],
  make: (item: Shown) => Command | undefined,
): Command | undefined {
  const items = itemsOf(scene).filter(({ item }) => item === kind);
  return items.length === 0 ? undefined : make(scene.dice.pick(items));
}

export function onMessage(
  scene: Scene,
  make: (item: Shown) => Command | undefined,
): Command | undefined {
  return onItem(scene, "message", make);
}

export function onQueued(scene: Scene, command: "retry"): Command | undefined {
  const failed = itemsOf(scene).filter(
    (item) => "state" in item && item.state === "failed",
  );
  const [item] = failed;
  return item === undefined
    ? undefined
    : { command, circle: item.circle, id: item.id };
}

/** Somebody else in a circle that this person is a steward of. */
export function onMember(
  scene: Scene,
  fits: (member: MemberView) => boolean,
  make: (here: Here & { readonly member: string }) => Command,
): Command | undefined {
  return asSteward(scene, (here) => {
    const others = here.view.members.filter((one) => !one.own && fits(one));
    if (others.length === 0) return undefined;
    return make({ ...here, member: scene.dice.pick(others).member });
  });
}
