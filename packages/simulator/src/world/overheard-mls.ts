/** MLS as the engines of a world use it: the real one, with somebody listening to what RFC 9420 fixes by the commit. */
import * as mls from "@halqa/mls";
import type { Sim, SimDevice } from "./sim.ts";

let sim: Sim | undefined;
let device: SimDevice | undefined;

const overheard: typeof mls = {
  ...mls,
  buildWelcome: (group, env, options) => {
    const built = mls.buildWelcome(group, env, options);
    if (!built.ok || device === undefined) return built;
    for (const { onWelcomes } of sim?.observers ?? [])
      onWelcomes?.(device, mls.epochAuthenticator(group), built.value);
    return built;
  },
};

/** One object for all devices: worlds step one of them at a time. */
export function mlsHeardBy(world: Sim, hearing: SimDevice): typeof mls {
  sim = world;
  device = hearing;
  return overheard;
}
