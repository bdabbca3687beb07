/** What people do with the relays of a circle: where there are two, a mirror comes, and the circle moves. */
import { encodeBase64url } from "@halqa/bytes";
import { asSteward, inCircle } from "./scene.ts";
import type { Act, Scene } from "./scene.ts";

function otherRelay({ relays, dice }: Scene) {
  const { url, relayPub } = dice.pick(relays);
  return { url, relayPub: encodeBase64url(relayPub) };
}

export const relayActs: Readonly<Record<string, Act>> = {
  "add-relay": {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "add-relay",
        circle,
        ...otherRelay(scene),
      })),
  },
  "propose-move": {
    weight: 1,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "propose-move",
        circle,
        ...otherRelay(scene),
      })),
  },
  "export-bundle": {
    weight: 1,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({ command: "export-bundle", circle })),
  },
};
