/**
 * One random history of a group, whole: from one member through a number of steps, with everything checked after each commit
 * (docs/spec/mls-profile.md, "Checks"). A history is its seed: the same seed does the same again.
 */
import { pickWeighted } from "./dice.ts";
import { ready } from "@halqa/crypto";
import { comeOnline, goOffline } from "./absence.ts";
import { checkAgreement } from "./agreement.ts";
import { commitRound, restartSome } from "./commit-round.ts";
import { planCommit } from "./commit-plans.ts";
import { proposalRound } from "./proposal-round.ts";
import { checkUnchanged, rememberStates } from "./purity.ts";
import { checkSecrecy } from "./secrecy.ts";
import { burst, deliverOldTexts, readMatrix, tryOutsiders } from "./texts.ts";
import { createNewcomer, createWorld, demand, namesOf, note } from "./world.ts";
import type { PeerFactory, World } from "./world.ts";

export interface HistoryOptions {
  readonly seed: number;
  readonly steps: number;
  /** Seconds since 1970. */
  readonly now: bigint;
  /** When given, about half of the members run another implementation. */
  readonly createPeer?: PeerFactory;
}

export interface HistoryResult {
  readonly steps: number;
  readonly epochs: number;
  readonly largest: number;
  /** Undefined when all promises held; otherwise what broke, with the trace of the history. */
  readonly failure: string | undefined;
}

const MATRIX_EVERY = 8;

const steps = [
  { name: "commit", weight: 56, run: commitStep },
  { name: "race", weight: 8, run: raceStep },
  { name: "propose", weight: 14, run: proposalRound },
  { name: "texts", weight: 18, run: burst },
  { name: "old texts", weight: 8, run: deliverOldTexts },
  { name: "away", weight: 5, run: goOffline },
  { name: "back", weight: 6, run: someoneReturns },
];

/** Runs the history of one seed; never throws. */
export async function runHistory(
  options: HistoryOptions,
): Promise<HistoryResult> {
  await ready;
  const world = createWorld(options);
  let done = 0;
  let largest = 1;
  try {
    await begin(world);
    for (; done < options.steps; done += 1) {
      const step = pickWeighted(world.dice, steps);
      note(world, `#${done} ${step.name}`);
      await step.run(world);
      await restartSome(world);
      largest = Math.max(largest, world.members.length);
      if (done % MATRIX_EVERY === MATRIX_EVERY - 1) await readMatrix(world);
    }
    await finish(world);
    return {
      steps: done,
      epochs: Number(world.epoch),
      largest,
      failure: undefined,
    };
  } catch (error) {
    const why = describeError(error);
    const failure = `${world.trace.join("\n")}\n${why}`;
    return { steps: done, epochs: Number(world.epoch), largest, failure };
  }
}

async function begin(world: World): Promise<void> {
  const founder = await createNewcomer(world);
  await founder.create(world.groupId);
  world.members = [founder];
  world.slots = [founder.identity];
  note(
    world,
    `${namesOf([founder])} creates the group; about ${world.targetSize} members`,
  );
  await checkAgreement(world);
  checkSecrecy(world);
}

async function finish(world: World): Promise<void> {
  note(world, "the end");
  for (const member of world.offline.keys()) await comeOnline(world, member);
  await checkAgreement(world);
  checkSecrecy(world);
  await readMatrix(world);
  await tryOutsiders(world);
  checkUnchanged(world);
}

async function commitStep(world: World): Promise<void> {
  const plan = await planCommit(world);
  demand(plan !== undefined, "nobody can commit");
  rememberStates(world);
  await commitRound(world, plan, undefined);
}

/** Two commits for one epoch: the first in the log counts. */
async function raceStep(world: World): Promise<void> {
  const plan = await planCommit(world);
  demand(plan !== undefined, "nobody can commit");
  const rival = await planCommit(world, plan.committer);
  await commitRound(world, plan, rival);
}

async function someoneReturns(world: World): Promise<void> {
  const away = [...world.offline.keys()];
  if (away.length > 0) await comeOnline(world, world.dice.pick(away));
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What the other implementation throws says little in its message.
  const inner = "inner" in error ? ` ${JSON.stringify(error.inner)}` : "";
  return `${error.stack ?? error.message}${inner}`;
}
