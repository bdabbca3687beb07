/**
 * Application messages (RFC 9420, 6.3 and 9): lost, late, twice, out of order, across epochs; each member of the epoch reads
 * each once, and nobody else reads any.
 */
import { equalBytes } from "@halqa/bytes";
import { defaultPolicy } from "../src/index.ts";
import { isOpen } from "./member.ts";
import type { Member, Verdict } from "./member.ts";
import { demand, nameOf, namesOf, note, present } from "./world.ts";
import type { SentText, World } from "./world.ts";

const { pastEpochs } = defaultPolicy.limits;
/** Older ones are of no use to any check. */
const KEPT_TEXTS = 60;

/** Some members speak; everyone hears some of it now, in any order. */
export async function burst(world: World): Promise<void> {
  const { dice } = world;
  const speakers = dice.shuffle(able(world)).slice(0, 1 + dice.int(3));
  const sent: SentText[] = [];
  for (const speaker of speakers) {
    const count = 1 + dice.int(4);
    for (let i = 0; i < count; i += 1) sent.push(await speak(world, speaker));
  }
  note(world, `${namesOf(speakers)} send ${sent.length} texts`);
  for (const member of present(world)) {
    const inOrder = isOpen(member) ? dice.shuffle(sent) : sent;
    for (const text of inOrder) {
      if (dice.bool(0.8)) await hand(text, member);
    }
  }
}

/** What was not given to someone yet is given now, up to many epochs late. */
export async function deliverOldTexts(world: World): Promise<void> {
  const { dice } = world;
  const old = dice.shuffle(world.texts).slice(0, 6);
  note(world, `${old.length} old texts arrive`);
  for (const text of old) {
    for (const member of present(world)) {
      if (dice.bool(0.5)) await hand(text, member);
    }
  }
}

/** Every member reads every other one. */
export async function readMatrix(world: World): Promise<void> {
  const everyone = present(world);
  note(world, `everyone reads everyone (${everyone.length})`);
  for (const speaker of able(world)) {
    const text = await speak(world, speaker);
    for (const member of world.dice.shuffle(everyone)) await hand(text, member);
  }
}

/** Those who left, and those who came later, are given what is not for them. */
export async function tryOutsiders(world: World): Promise<void> {
  const { dice } = world;
  for (const { member, known } of world.departed.slice(-4)) {
    if (known === undefined || !isOpen(member)) continue;
    for (const text of world.texts) {
      if (text.due.has(member)) continue;
      const { kind } = await member.process(text.message);
      demand(
        kind === "not-applied",
        `${namesOf([member])} left and read a text of epoch ${text.epoch}`,
      );
    }
  }
  const strangers = present(world).filter(isOpen);
  for (const text of dice.shuffle(world.texts).slice(0, 8)) {
    const member = dice.pick(strangers);
    await hand(text, member);
  }
}

/** OpenMLS sends no application message while a proposal waits; the RFC leaves that to the application. */
function able(world: World): readonly Member[] {
  return present(world).filter(
    (member) => isOpen(member) || world.proposed.length === 0,
  );
}

async function speak(world: World, speaker: Member): Promise<SentText> {
  const data = world.dice.bytes(world.dice.int(100));
  const message = await speaker.encrypt(data);
  const text: SentText = {
    sender: speaker.identity,
    epoch: world.epoch,
    data,
    message,
    due: new Set(world.members.filter((member) => member !== speaker)),
    revokedBy: undefined,
  };
  world.texts = [...world.texts.slice(-KEPT_TEXTS), text];
  for (const queue of world.offline.values()) {
    if (world.dice.bool(0.5)) queue.push({ message, text });
  }
  return text;
}

/** Gives a text to a member and holds the verdict against what the member may know. */
export async function hand(text: SentText, member: Member): Promise<void> {
  const epoch = await member.epoch();
  const verdict = await member.process(text.message);
  if (isReadable(text, member, epoch)) {
    checkRead(text, member, verdict);
  } else {
    demand(
      verdict.kind === "not-applied" ||
        (!isOpen(member) && text.due.has(member)),
      `${namesOf([member])} read a text of epoch ${text.epoch} that it must not read`,
    );
  }
  if (verdict.kind === "text") {
    text.due.delete(member);
    const again = await member.process(text.message);
    demand(
      again.kind === "not-applied",
      `${namesOf([member])} read one text twice`,
    );
  }
}

/** By those who were in its epoch, some epochs late, and as long as its sender is not removed. */
function isReadable(text: SentText, member: Member, epoch: bigint): boolean {
  const age = epoch - text.epoch;
  return (
    text.due.has(member) &&
    age >= 0n &&
    age <= BigInt(pastEpochs) &&
    (text.revokedBy === undefined || epoch < text.revokedBy)
  );
}

function checkRead(text: SentText, member: Member, verdict: Verdict): void {
  const who = namesOf([member]);
  if (verdict.kind !== "text") {
    // The other implementation keeps fewer keys for what comes out of order.
    demand(
      !isOpen(member) && verdict.kind === "not-applied",
      `${who} cannot read a text of epoch ${text.epoch} by ${nameOf(text.sender)}: ${JSON.stringify(verdict)}`,
    );
    return;
  }
  demand(equalBytes(verdict.data, text.data), `${who} reads something else`);
  demand(
    verdict.sender === text.sender,
    `${who} takes it for one by ${nameOf(verdict.sender)}`,
  );
}
