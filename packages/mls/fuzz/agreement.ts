/** After every commit all members that are present hold the same group (RFC 9420, 8): compared whole, not by samples. */
import { equalBytes } from "@halqa/bytes";
import {
  epochAuthenticator,
  members,
  resumptionPsk,
  suite3,
} from "../src/index.ts";
import {
  treeFromNodes,
  treeHash,
  treeToNodes,
} from "../src/tree/ratchet-tree.ts";
import { isOpen } from "./member.ts";
import type { OpenMember } from "./member.ts";
import { demand, namesOf, present, witness } from "./world.ts";
import type { World } from "./world.ts";

/** Epoch, roster, exporter, and for our own members context, authenticator and leaf numbers. */
export async function checkAgreement(world: World): Promise<void> {
  const model = witness(world);
  checkTreeHash(model);
  const exporter = await model.exporter();
  const roster = world.slots
    .filter((identity) => identity !== undefined)
    .join(" ");
  for (const member of present(world)) {
    const who = namesOf([member]);
    const epoch = await member.epoch();
    demand(
      epoch === world.epoch,
      `${who} is in epoch ${epoch}, not ${world.epoch}`,
    );
    const seen = await member.roster();
    demand(
      seen.join(" ") === roster,
      `${who} sees other members: ${seen.join(" ")}`,
    );
    demand(
      equalBytes(await member.exporter(), exporter),
      `${who} exports another secret`,
    );
    if (isOpen(member)) checkOwn(world, model, member);
  }
  world.resumption.set(world.epoch, resumptionPsk(model.state()));
}

function checkOwn(world: World, model: OpenMember, member: OpenMember): void {
  const [one, other] = [model.state(), member.state()];
  const who = namesOf([member]);
  demand(
    equalBytes(one.contextBytes, other.contextBytes),
    `${who} has another group context`,
  );
  demand(
    equalBytes(epochAuthenticator(one), epochAuthenticator(other)),
    `${who} has another epoch authenticator`,
  );
  const leaves = members(other).map(({ leafIndex }) => leafIndex);
  const expected = world.slots.flatMap((identity, leaf) =>
    identity === undefined ? [] : [leaf],
  );
  demand(
    leaves.join() === expected.join(),
    `${who} has members at leaves ${leaves.join()}`,
  );
  demand(
    world.slots[other.own.leafIndex] === member.identity,
    `${who} believes to be leaf ${other.own.leafIndex}`,
  );
}

/** The hash kept beside the tree is the hash of the tree, computed from nothing. */
function checkTreeHash(member: OpenMember): void {
  const { tree, context } = member.state();
  const fresh = treeFromNodes(suite3, treeToNodes(tree));
  demand(fresh.ok, "the tree does not survive its own encoding");
  const root = treeHash(fresh.value);
  demand(
    equalBytes(root, context.treeHash),
    "the kept tree hash is not the hash of the tree",
  );
}
