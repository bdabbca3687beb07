// What a refused task of the keeper means to a person.

import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { KeeperFault } from "./keeper.ts";

export const keeperFaults: Record<KeeperFault, MessageDescriptor> = {
  "wrong-passphrase": msg`This is not the passphrase of this device.`,
  "weak-passphrase": msg`Anybody would guess this soon. Take longer words, or let words be made.`,
  "out-of-memory": msg`This device has too little free memory. Close other apps, then try again.`,
  "storage-failed": msg`This device could not save it. Free some space, then try again.`,
  ended: msg`A part of the app stopped. Nothing was changed. Try again.`,
};
