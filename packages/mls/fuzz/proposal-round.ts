/**
 * Proposals by reference (RFC 9420, 12.1): some members propose, everyone sees it, and whoever commits next includes what
 * can stand together. Only our own members propose.
 */
import { encodeHex } from "@halqa/bytes";
import { deliver } from "./commit-round.ts";
import type { ByReference, Member } from "./member.ts";
import {
  createNewcomer,
  demand,
  nameOf,
  namesOf,
  note,
  witnesses,
} from "./world.ts";
import type { Proposed, World } from "./world.ts";

interface Choice {
  readonly change: ByReference;
  readonly joiner?: Member;
}

export async function proposalRound(world: World): Promise<void> {
  const { dice } = world;
  const authors = dice.shuffle(witnesses(world)).slice(0, 1 + dice.int(3));
  for (const author of authors) {
    const choice = await choose(world, author);
    if (choice === undefined) continue;
    const { change, joiner } = choice;
    const wireFormat =
      world.createPeer !== undefined || dice.bool(0.3) ? "public" : "private";
    const message = await author.propose(change, wireFormat);
    note(
      world,
      `${namesOf([author])} proposes ${describe(change)} (${wireFormat})`,
    );
    for (const [member, verdict] of await deliver(world, message, undefined)) {
      demand(
        verdict.kind === "proposal",
        `${namesOf([member])} does not take the proposal: ${JSON.stringify(verdict)}`,
      );
    }
    world.proposed = [
      ...world.proposed,
      { author: author.identity, change, joiner },
    ];
  }
}

async function choose(
  world: World,
  author: Member,
): Promise<Choice | undefined> {
  const { dice } = world;
  const own = world.createPeer === undefined;
  switch (dice.int(own ? 7 : 4)) {
    case 0:
    case 1:
      return proposeUpdate(world, author);
    case 2:
      return proposeRemove(world, author);
    case 3:
      return proposeAdd(world);
    case 4: {
      const id = dice.bytes(4);
      world.psks.set(encodeHex(id), dice.bytes(32));
      return {
        change: { kind: "psk", psk: { kind: "external", id, epoch: 0n } },
      };
    }
    case 5:
      return world.proposed.some(({ change }) => change.kind === "context")
        ? undefined
        : { change: { kind: "context", data: dice.bytes(dice.int(32)) } };
    default:
      return { change: { kind: "custom", data: dice.bytes(dice.int(32)) } };
  }
}

function proposeUpdate(world: World, author: Member): Choice | undefined {
  const already = world.proposed.some(
    (seen) => seen.change.kind === "update" && seen.author === author.identity,
  );
  const newSignatureKey =
    world.createPeer === undefined && world.dice.bool(0.2);
  return already ? undefined : { change: { kind: "update", newSignatureKey } };
}

/** Anyone but the last witness; one author says it once, as the same words again are the same proposal. */
function proposeRemove(world: World, author: Member): Choice | undefined {
  const keep = witnesses(world)[0];
  const targets = world.members.filter(
    (member) =>
      member !== keep &&
      member !== author &&
      !world.proposed.some((seen) => excludes(world, seen, { author, member })),
  );
  if (targets.length === 0) return undefined;
  const { identity } = world.dice.pick(targets);
  return { change: { kind: "remove", identity } };
}

/** In a mixed group nobody's leaf is spoken of twice: the other implementation commits all that it has seen. */
function excludes(
  world: World,
  seen: Proposed,
  { author, member }: { readonly author: Member; readonly member: Member },
): boolean {
  const isAgain = seen.author === author.identity;
  if (seen.change.kind === "remove")
    return (
      seen.change.identity === member.identity &&
      (isAgain || world.createPeer !== undefined)
    );
  return (
    seen.change.kind === "update" &&
    seen.author === member.identity &&
    world.createPeer !== undefined
  );
}

async function proposeAdd(world: World): Promise<Choice> {
  const joiner = await createNewcomer(world);
  const keyPackage = await joiner.keyPackage();
  return {
    change: { kind: "add", identity: joiner.identity, keyPackage },
    joiner,
  };
}

function describe(change: ByReference): string {
  return "identity" in change
    ? `${change.kind} ${nameOf(change.identity)}`
    : change.kind;
}
