/**
 * One commit from making to agreement: made (sometimes two at once, of which the first in the log wins), delivered in any
 * order, sometimes after forgeries and through restarts; the removed leave, the added join by Welcome (RFC 9420, 12.4).
 */
import { mutateBytes } from "@halqa/testkit";
import { checkAgreement } from "./agreement.ts";
import { describeChanges } from "./commit-plans.ts";
import type { CommitPlan } from "./commit-plans.ts";
import { applyToSlots, expectCommitted } from "./expectation.ts";
import { knowledgeOf } from "./knowledge.ts";
import { isOpen } from "./member.ts";
import type { Committed, MadeCommit, Member, Verdict } from "./member.ts";
import { checkNewcomers, checkSecrecy } from "./secrecy.ts";
import { attackCommit } from "./attack.ts";
import {
  demand,
  nameOf,
  namesOf,
  note,
  present,
  witness,
  witnesses,
} from "./world.ts";
import type { World } from "./world.ts";

const RESTARTS = 0.15;
const FORGERIES = 3;
/** How often it is shown that the attack on a commit opens it for who may open it. */
const CONTROLS = 1 / 4;

/** Makes, delivers and checks a commit; `rival` is a second one for the same epoch, which comes too late. */
export async function commitRound(
  world: World,
  plan: CommitPlan,
  rival: CommitPlan | undefined,
): Promise<void> {
  const { dice } = world;
  const { committer, request } = plan;
  note(
    world,
    `${namesOf([committer])} commits ${plan.label} [${describeChanges(request.changes)}] ` +
      `${request.wireFormat}${request.forcePath ? ", path forced" : ""}, references ${request.references}` +
      (rival === undefined
        ? ""
        : `; ${namesOf([rival.committer])} loses with ${rival.label}`),
  );
  const lost = await rival?.committer.commit({
    ...rival.request,
    fate: "loses",
  });
  const made = await committer.commit(request);
  await restartSome(world);
  await deliverForgeries(world, made.message);
  const before = dice.bool(CONTROLS) ? others(world, committer) : [];
  const verdicts = await deliver(world, made.message, committer);
  const committed = committedBy(verdicts);
  expectCommitted(world, plan, committed);
  const leaving = leavingMembers(world, committed);
  checkVerdicts(verdicts, leaving);
  world.slots = applyToSlots(world.slots, committed);
  world.epoch += 1n;
  const joiners = joinersOf(world, plan, committed);
  depart(world, leaving);
  world.proposed = [];
  await admit(world, made, joiners);
  note(
    world,
    `  epoch ${world.epoch}: ${world.slots.map((id) => (id === undefined ? "-" : nameOf(id))).join(" ")}`,
  );
  await deliverLate(world, [
    made.message,
    ...(lost === undefined ? [] : [lost.message]),
  ]);
  await checkAgreement(world);
  checkNewcomers(world, joiners.filter(isOpen));
  checkSecrecy(world);
  attackCommit(world, {
    message: made.message,
    leaving,
    stayed: before.find(([member]) => !leaving.has(member))?.[1],
  });
}

function others(world: World, committer: Member) {
  return witnesses(world)
    .filter((member) => member !== committer)
    .map((member) => [member, member.state()] as const);
}

/** Gives a message to everyone; offline members find it later. The maker, when it is not ours, has applied it already. */
export async function deliver(
  world: World,
  message: Uint8Array,
  maker: Member | undefined,
): Promise<ReadonlyMap<Member, Verdict>> {
  const verdicts = new Map<Member, Verdict>();
  for (const queue of world.offline.values())
    queue.push({ message, text: undefined });
  for (const member of world.dice.shuffle(present(world))) {
    if (member === maker && !isOpen(member)) continue;
    verdicts.set(member, await member.process(message));
  }
  return verdicts;
}

/** Any member may lose everything but its disk, at any time. */
export async function restartSome(world: World): Promise<void> {
  if (!world.dice.bool(RESTARTS * 2)) return;
  const some = present(world).filter(() => world.dice.bool(RESTARTS * 2));
  for (const member of some) await member.restart();
  if (some.length > 0) note(world, `  ${namesOf(some)} restart`);
}

/** Damaged copies of a message never apply and never keep the true one from applying. */
async function deliverForgeries(
  world: World,
  message: Uint8Array,
): Promise<void> {
  const { dice } = world;
  if (!dice.bool(0.3)) return;
  const victim = dice.pick(witnesses(world));
  for (let i = 0; i < FORGERIES; i += 1) {
    const forged = mutateBytes(message, dice);
    const verdict = await victim.process(forged);
    demand(
      verdict.kind === "not-applied",
      `${namesOf([victim])} took a damaged message for ${verdict.kind}`,
    );
  }
}

/** What comes from an epoch that is over is not applied: not again, and not as the second commit. */
async function deliverLate(
  world: World,
  messages: readonly Uint8Array[],
): Promise<void> {
  const receivers = messages.length > 1 ? present(world) : [witness(world)];
  for (const message of messages) {
    for (const member of receivers) {
      const { kind } = await member.process(message);
      demand(
        kind === "not-applied",
        `${namesOf([member])} took a late commit for ${kind}`,
      );
    }
  }
}

function committedBy(
  verdicts: ReadonlyMap<Member, Verdict>,
): readonly Committed[] {
  const faults: string[] = [];
  for (const [member, verdict] of verdicts) {
    if (verdict.kind === "commit" && isOpen(member)) return verdict.committed;
    faults.push(`${nameOf(member.identity)}: ${JSON.stringify(verdict)}`);
  }
  demand(false, `nobody applied the commit: ${faults.join("; ")}`);
}

function leavingMembers(
  world: World,
  committed: readonly Committed[],
): ReadonlySet<Member> {
  const gone = new Set(
    committed.flatMap((entry) =>
      entry.kind === "remove" ? [world.slots[entry.leaf]] : [],
    ),
  );
  return new Set(world.members.filter(({ identity }) => gone.has(identity)));
}

function checkVerdicts(
  verdicts: ReadonlyMap<Member, Verdict>,
  leaving: ReadonlySet<Member>,
): void {
  for (const [member, verdict] of verdicts) {
    const expected = leaving.has(member) ? "removed" : "commit";
    demand(
      verdict.kind === expected,
      `${namesOf([member])} should see "${expected}", saw ${JSON.stringify(verdict)}`,
    );
  }
}

function joinersOf(
  world: World,
  plan: CommitPlan,
  committed: readonly Committed[],
): Member[] {
  const added = new Set(
    committed.flatMap((entry) =>
      entry.kind === "add" ? [entry.identity] : [],
    ),
  );
  const proposed = world.proposed.flatMap(({ joiner }) =>
    joiner === undefined ? [] : [joiner],
  );
  return [...plan.joiners, ...proposed].filter(({ identity }) =>
    added.has(identity),
  );
}

function depart(world: World, leaving: ReadonlySet<Member>): void {
  world.members = world.members.filter((member) => !leaving.has(member));
  for (const text of world.texts) {
    const gone = [...leaving].some(({ identity }) => identity === text.sender);
    if (gone) text.revokedBy ??= world.epoch;
  }
  for (const member of leaving) {
    if (!world.offline.has(member)) recordDeparture(world, member);
  }
}

/** From here on what this member knows must be worth nothing. */
export function recordDeparture(world: World, member: Member): void {
  world.departed.push({
    member,
    known: isOpen(member)
      ? knowledgeOf([...member.states(), member.state(), member.keyPairs()])
      : undefined,
  });
}

async function admit(
  world: World,
  made: MadeCommit,
  joiners: readonly Member[],
): Promise<void> {
  if (joiners.length === 0) return;
  const { dice } = world;
  const invitations = await made.invite({
    joiners: joiners.map(({ identity }) => identity),
    treeInWelcome: !joiners.every(isOpen) || dice.bool(0.5),
    batches: 1 + dice.int(3),
  });
  for (const joiner of joiners) {
    const invitation = invitations.get(joiner.identity);
    demand(invitation !== undefined, `${namesOf([joiner])} got no Welcome`);
    if (dice.bool(RESTARTS)) await joiner.restart();
    await refuseStrangers(world, invitation);
    const fault = await joiner.join(invitation);
    demand(fault === undefined, `${namesOf([joiner])} cannot join: ${fault}`);
    world.members.push(joiner);
  }
}

/** A Welcome is for whom it names: those who left hold KeyPackages too. */
async function refuseStrangers(
  world: World,
  invitation: Parameters<Member["join"]>[0],
): Promise<void> {
  if (world.departed.length === 0 || !world.dice.bool(0.3)) return;
  const { member } = world.dice.pick(world.departed);
  const fault = await member.join(invitation);
  demand(
    fault !== undefined,
    `${namesOf([member])} joined by a Welcome for someone else`,
  );
}
