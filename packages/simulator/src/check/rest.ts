/** I12: once all is well, everything that was begun ends: nothing waits, everybody has read everything. */
import { encodeBase64url, encodeHex } from "@halqa/bytes";
import type { CircleRecord } from "@halqa/engine/machine";
import type { CircleView } from "@halqa/engine";
import { keysOf } from "./roster.ts";
import type { Story } from "../story/running-story.ts";
import type { SimDevice } from "../world/sim.ts";

/** What keeps the world from being at rest, in words. */
export function unrestOf(story: Story): readonly string[] {
  const devices = story.sim.devices.filter(
    // Who was put back to an earlier disk cannot know what it did since, and may rightly have stopped.
    ({ index, wasRestored }) => !story.hostile.has(index) && !wasRestored,
  );
  return [
    ...devices.flatMap((device) => deviceUnrest(story, device)),
    ...differences(devices),
  ];
}

function deviceUnrest(story: Story, device: SimDevice): readonly string[] {
  if (!device.isRunning) return [`${device.name} is off`];
  const { state, screen, name } = device;
  if (state.phase !== "running") return [`${name} is ${state.phase}`];
  const { lane, durable } = state;
  const isBusy = lane.running !== undefined || lane.commands.length > 0;
  return [
    ...(isBusy ? [`${name} is at work`] : []),
    ...[...durable.circles.values()].flatMap((record) => {
      const view = screen.circles.get(record.id);
      const faults = recordUnrest(story, record, view);
      return faults.map((fault) => `${name} ${fault}`);
    }),
  ];
}

function recordUnrest(
  story: Story,
  record: CircleRecord,
  view: CircleView | undefined,
): readonly string[] {
  if (view === undefined) return ["shows nothing"];
  const { summary, pending } = view;
  const { place } = record.desk;
  const checks: readonly (readonly [boolean, string])[] = [
    [place === "founding", "still founds"],
    [place === "joining", "still joins"],
    [place === "in" && !summary.caughtUp, "has not read everything"],
    [place === "in" && summary.queued > 0, `has ${summary.queued} queued`],
    [pending.length > 0, `waits for ${pending.map(({ act }) => act).join()}`],
    [record.deliveries.length > 0, "has Welcomes to deliver"],
    [
      view.requests.some(({ state }) => state === "approving"),
      "still lets somebody in",
    ],
    [
      summary.standing === "unconfirmed" && isAwaitedIn(record),
      "is not confirmed",
    ],
    [
      summary.alarms.length > 0 && !isAlarmDue(story),
      `is alarmed: ${summary.alarms.map(({ kind }) => kind).join()}`,
    ],
    [place === "halted", "is halted"],
  ];
  return checks.flatMap(([isSo, fault]) => (isSo ? [fault] : []));
}

/** A relay that contradicted itself is alarmed about, and so is a lying member. */
export function isAlarmDue({ attacked }: Story): boolean {
  return attacked.size > 0;
}

/** The steward of the link may be gone since. */
function isAwaitedIn({ circle }: CircleRecord): boolean {
  if (circle?.awaits === undefined) return false;
  return keysOf(circle).has(encodeBase64url(circle.awaits.steward));
}

/** Whoever is in a circle is at one place of one log. */
function differences(devices: readonly SimDevice[]): readonly string[] {
  const places = new Map<string, Map<string, string[]>>();
  for (const { name, state } of devices) {
    for (const { id, circle, desk } of state.durable.circles.values()) {
      if (circle === undefined || desk.place !== "in") continue;
      const place = `${encodeHex(circle.log.logId).slice(0, 8)}/${circle.log.seq}/${circle.mls.context.epoch}`;
      const here = places.get(id) ?? new Map<string, string[]>();
      places.set(id, here);
      here.set(place, [...(here.get(place) ?? []), name]);
    }
  }
  return [...places.values()].flatMap((here) =>
    here.size < 2
      ? []
      : [
          [...here]
            .map(([place, names]) => `${names.join("+")} at ${place}`)
            .join(", "),
        ],
  );
}
