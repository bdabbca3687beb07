/**
 * `npm run bench -- mls`: a group of a thousand members, our engine beside ts-mls, OpenMLS (core-crypto), what messengers without
 * MLS do (libsignal, olm, matrix-sdk-crypto), and the bare operations that the RFC fixes.
 */
import { ready } from "@halqa/crypto";
import type { Bench } from "@halqa/testkit";
import { addCases } from "./add-cases.ts";
import { commitCases } from "./commit-cases.ts";
import { MEMBERS } from "./group-of-a-thousand.ts";
import { messageCases } from "./message-cases.ts";
import { createMixedGroup } from "./mixed-group.ts";
import { createLibsignalPeer } from "./peers/libsignal.ts";
import { createMatrixPeer } from "./peers/matrix-sdk.ts";
import { createOlmPeer } from "./peers/olm.ts";

export const bench: Bench = {
  name: "mls",
  setup: async () => {
    await ready;
    const mixed = await createMixedGroup();
    const peers = [
      await createLibsignalPeer(MEMBERS),
      await createOlmPeer(MEMBERS),
      await createMatrixPeer(MEMBERS),
    ];
    return [
      ...(await commitCases(mixed, peers)),
      ...(await addCases(mixed, peers)),
      ...(await messageCases(mixed, peers)),
    ];
  },
};
