// What a state shows: secrets for uses outside MLS, the members, the tree.
import { encodeHex, encodeUtf8 } from "@halqa/bytes";
import { ready } from "@halqa/crypto";
import { beforeAll, describe, expect, it } from "vitest";
import {
  epochAuthenticator,
  exportSecret,
  members,
  resumptionPsk,
} from "../index.ts";
import type { GroupState } from "../index.ts";
import { commit, createWorld, envOf, stateOf } from "../testing/group-world.ts";

beforeAll(() => ready);

describe("exports", () => {
  it("[ML-85] are equal for all members of an epoch, and differ by label, context, length and epoch", () => {
    const world = createWorld({ seed: "exports" }, "alice", "bob", "carol");
    const env = envOf(world, "alice");
    const exported = (state: GroupState, label = "halqa/v1/envelope") =>
      encodeHex(
        exportSecret(state, env, {
          label,
          context: encodeUtf8("c"),
          length: 32,
        }),
      );
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 3; epoch++) {
      const states = [...world.states.values()];
      for (const show of [
        exported,
        (state: GroupState) => encodeHex(epochAuthenticator(state)),
        (state: GroupState) => encodeHex(resumptionPsk(state)),
        (state: GroupState) => exported(state, "halqa/v1/log"),
      ]) {
        const values = new Set(states.map((state) => show(state)));
        expect(values.size).toBe(1);
        for (const value of values) {
          expect(seen.has(value)).toBe(false);
          seen.add(value);
        }
      }
      commit(world, "bob");
    }
    const alice = stateOf(world, "alice");
    const base = { label: "x", context: encodeUtf8("c"), length: 32 };
    const one = exportSecret(alice, env, base);
    expect(exportSecret(alice, env, { ...base, length: 16 }).length).toBe(16);
    expect(exportSecret(alice, env, { ...base, context: one })).not.toEqual(
      one,
    );
    expect(exportSecret(alice, env, base)).toEqual(one);
  });

  it("[ML-85] members are listed by leaf, with what their leaves say", () => {
    const world = createWorld({ seed: "members" }, "alice", "bob");
    expect(
      members(stateOf(world, "bob")).map(({ leafIndex, leaf }) => [
        leafIndex,
        leaf.credential,
      ]),
    ).toEqual([
      [0, { type: 1, identity: encodeUtf8("alice") }],
      [1, { type: 1, identity: encodeUtf8("bob") }],
    ]);
  });
});
