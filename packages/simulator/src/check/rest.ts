/** I12: once all is well, everything that was begun ends: nothing waits, everybody has read everything. */
import { encodeBase64url, encodeHex, equalBytes } from "@halqa/bytes";
import { isPaused } from "@halqa/engine/machine";
import type { CircleRecord } from "@halqa/engine/machine";
import type { CircleSummary, CircleView } from "@halqa/engine";
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
      if (!isLed(story, record.id)) return [];
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
  const alarms = summary.alarms.filter((one) => !isAboutAbsence(story, one));
  const staying = isOnlySteward(record)
    ? pending.filter(({ act }) => act === "leave")
    : [];
  const checks: readonly (readonly [boolean, string])[] = [
    [place === "founding", "still founds"],
    [place === "joining", "still joins"],
    [place === "in" && !summary.caughtUp, "has not read everything"],
    [
      place === "in" && summary.queued > staying.length && !isUnheard(record),
      `has ${summary.queued} queued`,
    ],
    [
      pending.length > staying.length,
      `waits for ${pending.map(({ act }) => act).join()}`,
    ],
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
      alarms.length > 0 && !isAlarmDue(story),
      `is alarmed: ${alarms.map(({ kind }) => kind).join()}`,
    ],
    [place === "halted", "is halted"],
  ];
  return checks.flatMap(([isSo, fault]) => (isSo ? [fault] : []));
}

/**
 * Where the only stewards left are hostile nobody lets anybody in, out or back, and where one has ended the circle for this version
 * of the program nothing goes on: nothing is promised there.
 */
function isLed({ sim, hostile }: Story, circle: string): boolean {
  if (hostile.size === 0) return true;
  const ended = sim.devices.some(({ index, state }) => {
    const known = state.durable.circles.get(circle)?.circle;
    return !hostile.has(index) && known !== undefined && isPaused(known);
  });
  if (ended) return false;
  return sim.devices.some(({ index, state }) => {
    const record = state.durable.circles.get(circle);
    if (record === undefined || hostile.has(index)) return false;
    const { desk, intents } = record;
    // Who wants to go waits for another one, who may be none of ours.
    if (intents.some(({ act }) => act.act === "leave")) return false;
    const info = record.circle?.info ?? record.repair?.lastGood.info;
    return (
      (desk.place === "founding" ||
        desk.place === "in" ||
        desk.place === "halted") &&
      info?.stewards.some((key) => equalBytes(key, desk.memberKey)) === true
    );
  });
}

/** Nobody was heard for a week, because nobody was there: that is told (PR-13), and goes with the next removal or sign. */
function isAboutAbsence(
  { sim }: Story,
  { kind }: CircleSummary["alarms"][number],
): boolean {
  return sim.daysAsleep >= 7 && kind === "unconfirmed";
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

/** EN-66: who waits for a steward that is gone says nothing, and sees so. */
function isUnheard(record: CircleRecord): boolean {
  return record.circle?.awaits?.isSilent === true && !isAwaitedIn(record);
}

/** EN-123: a sole steward leaves when there is another. */
function isOnlySteward({ circle }: CircleRecord): boolean {
  const [first, ...others] = circle?.info.stewards ?? [];
  return (
    circle !== undefined &&
    first !== undefined &&
    others.length === 0 &&
    equalBytes(first, circle.memberKey)
  );
}

interface Place {
  readonly name: string;
  readonly key: string;
  readonly group: string;
  readonly place: string;
  readonly roster: ReadonlySet<string>;
}

/** Whoever is in a circle is at one place of one log with whom they see in it. */
function differences(devices: readonly SimDevice[]): readonly string[] {
  const places = new Map<string, Place[]>();
  for (const { name, state } of devices) {
    for (const { id, circle, desk } of state.durable.circles.values()) {
      if (circle === undefined || desk.place !== "in") continue;
      const { groupId, epoch } = circle.mls.context;
      const place = `${encodeHex(circle.log.logId).slice(0, 8)}/${circle.log.seq}/${epoch}`;
      const group = encodeHex(groupId);
      const key = encodeBase64url(desk.memberKey);
      const here = places.get(id) ?? [];
      here.push({ name, key, group, place, roster: keysOf(circle) });
      places.set(id, here);
    }
  }
  return [...places.values()].flatMap((here) =>
    here.flatMap((one, index) =>
      here
        .slice(index + 1)
        .filter((other) => one.place !== other.place && areTogether(one, other))
        .map(
          (other) =>
            `${one.name} at ${one.place}, ${other.name} at ${other.place}`,
        ),
    ),
  );
}

/** Who built a circle anew out of which the others had put them is alone in it, and rightly. */
function areTogether(one: Place, other: Place): boolean {
  return (
    one.group === other.group ||
    one.roster.has(other.key) ||
    other.roster.has(one.key)
  );
}
