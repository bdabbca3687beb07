/** Members that are away for some time and catch up later, or find that they were removed. */
import { recordDeparture } from "./commit-round.ts";
import { isOpen } from "./member.ts";
import type { Member } from "./member.ts";
import { demand, namesOf, note, present, witnesses } from "./world.ts";
import type { Queued, World } from "./world.ts";
import { hand } from "./texts.ts";

/** One member stops receiving; one witness always stays. */
export async function goOffline(world: World): Promise<void> {
  const stay = witnesses(world)[0];
  const able = present(world).filter((member) => member !== stay);
  if (able.length < 2) return;
  const member = world.dice.pick(able);
  world.offline.set(member, []);
  note(world, `${namesOf([member])} goes offline`);
}

/** A member comes back and is given everything in the order of the log. */
export async function comeOnline(world: World, member: Member): Promise<void> {
  const queue = world.offline.get(member) ?? [];
  world.offline.delete(member);
  const who = namesOf([member]);
  note(world, `${who} comes back to ${queue.length} messages`);
  await refuseTheFuture(world, member, queue);
  let removed = false;
  for (const { message, text } of queue) {
    if (text !== undefined) {
      await hand(text, member);
      continue;
    }
    const { kind } = await member.process(message);
    demand(kind !== "halted", `${who} halts while catching up`);
    demand(
      !removed || kind === "not-applied",
      `${who} was removed and goes on`,
    );
    removed ||= kind === "removed";
    // The other implementation forgets the group at that moment.
    if (removed && !isOpen(member)) break;
    if (world.dice.bool(0.05)) await member.restart();
  }
  const stillIn = world.members.includes(member);
  demand(
    removed !== stillIn,
    `${who} ${removed ? "took itself for removed" : "did not notice its removal"}`,
  );
  if (removed) recordDeparture(world, member);
}

/** The log is read in order: what comes from a later epoch has no effect. */
async function refuseTheFuture(
  world: World,
  member: Member,
  queue: readonly Queued[],
): Promise<void> {
  const last = queue.findLast(({ text }) => text === undefined);
  if (last === undefined || !isOpen(member) || !world.dice.bool(0.5)) return;
  const before = await member.epoch();
  if (world.epoch - before < 2n) return;
  const { kind } = await member.process(last.message);
  demand(
    kind === "not-applied",
    `${namesOf([member])} took a message from the future for ${kind}`,
  );
}
