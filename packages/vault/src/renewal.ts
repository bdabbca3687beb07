// How the slot's state secret is replaced (docs/spec/vault.md, "Renewal"): new half, the commit with the page under it, noise over
// the old half. Between any two of these steps the page says which half holds.

import { equalBytes } from "@halqa/bytes";
import { headerPlace, readHeader } from "./header.ts";
import { putPage, type KeyPage } from "./key-page.ts";
import type { RawWrite } from "./raw-store.ts";
import type { Session } from "./session.ts";
import {
  otherHalf,
  putHalf,
  readSlotState,
  SLOT_SECRET_LENGTH,
  wipeHalf,
  type WholeHalf,
} from "./slot-halves.ts";
import { StoreFault } from "./store-fault.ts";

/** Commits with another page; the keys that only the page before held are destroyed. */
export async function commitRenewed(
  session: Session,
  page: KeyPage,
  writes: readonly RawWrite[],
): Promise<void> {
  const { raw, slot, keys, random } = session;
  const inForce = await halfInForce(session);
  const stateSecret = random(SLOT_SECRET_LENGTH);
  await slot.write(
    putHalf({ ...inForce, index: otherHalf(inForce.index), stateSecret }),
  );
  await raw.commit([...writes, putPage({ page, keys, stateSecret, random })]);
  session.stateSecret = stateSecret;
  session.page = page;
  // It is committed: that the old half stands a little longer is no reason to say that it was not.
  session.mustWipe = true;
  await wipeWhereItMust(session);
}

/** Destroys the half with an earlier secret, where that is still to be done; what fails is tried again with the next call. */
export async function wipeWhereItMust(session: Session): Promise<void> {
  if (!session.mustWipe) return;
  try {
    const { index } = await halfInForce(session);
    await session.slot.write(wipeHalf(otherHalf(index), session.random));
    session.mustWipe = false;
  } catch (fault) {
    if (!(fault instanceof StoreFault)) throw fault;
  }
}

/** Read each time, because a change of the passphrase moves the secret to the other half; one that failed leaves two. */
async function halfInForce(session: Session): Promise<WholeHalf> {
  const { raw, slot, stateSecret } = session;
  const [header] = await raw.read([headerPlace()]);
  const { whole } = readSlotState(await slot.read());
  const half = whole.find(
    (one) =>
      equalBytes(one.stateSecret, stateSecret) &&
      header !== undefined &&
      readHeader(header, one.lockSecret) !== undefined,
  );
  // Somebody else has this vault open and went on with it: to write now would destroy the secret that holds.
  if (half === undefined) throw new StoreFault("unavailable");
  return half;
}
