// The device itself: its beginning, the name of its person, and the passphrase in front of it.

import { createSystemRandom, ready } from "@halqa/crypto";
import {
  createRecoveryKey,
  encodeRecoveryWords,
  generatePassphrase,
} from "@halqa/backup";
import type { Call } from "../call.ts";
import { writeRelayConfig } from "../config-record.ts";
import { withEngine, type Surroundings } from "../engine-session.ts";
import type { Given } from "../form.ts";
import { openDevice, vaultFailure } from "../open-device.ts";
import { exitRefused, refusal, usageFailure } from "../outcome.ts";
import { DEFAULT_RELAY, fetchRelayRecord } from "../relay-record.ts";
import { act, look, type Session } from "../session.ts";
import type { Ending, Group } from "./entry.ts";

export const deviceCommands: Group = {
  title: "This device",
  entries: [
    {
      usage: "init --name NAME [--relay URL]",
      about: "begin: a data folder and a name",
      more: "The relay is http://localhost:8787 unless told. HALQA_PASSPHRASE puts a passphrase in front of the folder.",
      alone: initialise,
    },
    {
      usage: "profile [NAME]",
      about: "show or change the name that circles joined later see",
      run: showOrChangeProfile,
    },
    {
      usage: "passphrase [--none]",
      about: "change the passphrase of the data folder",
      more: "The present one is read from HALQA_PASSPHRASE, the next one from HALQA_NEW_PASSPHRASE. --none: without one, whoever has the folder can read it.",
      alone: changePassphrase,
    },
    {
      usage: "words [--recovery] [--count N]",
      about: "words for a passphrase, or for backups",
      more: "Six words for a passphrase, or --count of them from 5 to 24. --recovery: 24 words that are the key of backups.",
      alone: showWords,
    },
  ],
};

type Around = Surroundings & { readonly call: Call };

const dataExists = exitRefused(
  "data-exists",
  "There is a profile here already; another one needs another --data folder.",
);

/** The relay's key is fetched first, so that a wrong address leaves no folder behind. */
async function initialise(around: Around, given: Given): Ending {
  const { call } = around;
  const relay = await fetchRelayRecord(given.maybe("relay") ?? DEFAULT_RELAY);
  if (!relay.ok) return relay.error;
  const store = await openDevice({
    folder: call.settings.data,
    passphrase: around.secret("HALQA_PASSPHRASE"),
    make: true,
  });
  if (!store.ok) return store.error;
  // An `init` that was killed half-way has no profile yet and may be done again.
  const work = { call, around, store: store.value, relay: relay.value };
  return withEngine(work, async (session) => {
    if ((await look(session, { query: "app" })).profile !== undefined)
      return dataExists;
    await writeRelayConfig(work.store, relay.value);
    const name = given.text("name");
    const done = await act(session, { command: "set-profile", name });
    return done.ok ? printProfile(session) : done.error;
  });
}

async function showOrChangeProfile(session: Session, given: Given): Ending {
  const name = given.maybe("NAME");
  if (name === undefined) return printProfile(session);
  const done = await act(session, { command: "set-profile", name });
  return done.ok ? printProfile(session) : done.error;
}

async function printProfile(session: Session): Ending {
  const { profile, home } = await look(session, { query: "app" });
  if (profile === undefined) return refusal("no-profile");
  const { name } = profile;
  session.print({ type: "profile", name, relay: home ?? session.relayUrl });
  return undefined;
}

async function changePassphrase(around: Around, given: Given): Ending {
  const next = around.secret("HALQA_NEW_PASSPHRASE");
  const none = given.has("none");
  if (none === (next !== undefined)) {
    return usageFailure(
      "The next passphrase stands in HALQA_NEW_PASSPHRASE; for none say --none instead.",
    );
  }
  const passphrase = around.secret("HALQA_PASSPHRASE");
  const folder = around.call.settings.data;
  const vault = await openDevice({ folder, passphrase, make: false });
  if (!vault.ok) return vault.error;
  const changed = await vault.value.changePassphrase({
    passphrase,
    nextPassphrase: next,
  });
  await vault.value.close();
  if (!changed.ok) return vaultFailure(changed.error.kind);
  around.print({ type: "done" });
  return undefined;
}

const MIN_WORDS = 5;
const MAX_WORDS = 24;

async function showWords(around: Around, given: Given): Ending {
  await ready;
  const random = createSystemRandom();
  const count = given.number("count");
  if (given.has("recovery")) {
    if (count !== undefined)
      return usageFailure("Recovery words are 24, always.");
    const words = encodeRecoveryWords(createRecoveryKey(random)).join(" ");
    around.print({ type: "words", words, use: "recovery" });
    return undefined;
  }
  if (count !== undefined && (count < MIN_WORDS || count > MAX_WORDS))
    return usageFailure(`--count is from ${MIN_WORDS} to ${MAX_WORDS}.`);
  const words =
    count === undefined
      ? generatePassphrase(random)
      : generatePassphrase(random, count);
  around.print({ type: "words", words, use: "passphrase" });
  return undefined;
}
