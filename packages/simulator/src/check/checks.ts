/** All checks of a story together: what looks on, what must come to rest, and what is compared at the end (SI-8). */
import type { Observer } from "../world/sim.ts";
import type { Story } from "../story/running-story.ts";
import { watchAgreement } from "./agreement.ts";
import { watchBounds } from "./bounds.ts";
import { watchFallen } from "./fallen.ts";
import { checkFoundOut } from "./found-out.ts";
import { watchHonesty } from "./honesty.ts";
import { checkLists } from "./lists.ts";
import { watchNonces } from "./nonces.ts";
import { checkRestart } from "./restart.ts";
import { unrestOf } from "./rest.ts";
import { watchRoster } from "./roster.ts";
import { watchSecrecy } from "./secrecy.ts";
import { watchWelcomes } from "./welcomes.ts";
import { watchWire } from "./wire.ts";

export interface Checks {
  readonly observers: readonly Observer[];
  /** What is not at rest yet. */
  readonly unrest: () => readonly string[];
  readonly atEnd: () => void;
}

export function createChecks(story: Story): Checks {
  const endNonces = watchNonces();
  const welcomes = watchWelcomes();
  const secrecy = watchSecrecy(story);
  return {
    observers: [
      ...(secrecy === undefined ? [] : [secrecy.observer]),
      watchFallen(story),
      watchAgreement(story),
      watchRoster(story),
      watchBounds(),
      watchWire(),
      watchHonesty(story),
      welcomes.observer,
    ],
    unrest: () => unrestOf(story),
    atEnd: () => {
      endNonces(welcomes.again());
      secrecy?.atEnd();
      checkFoundOut(story);
      checkLists(story);
      checkRestart(story);
    },
  };
}
