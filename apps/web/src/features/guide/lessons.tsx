// The words of the lessons (docs/spec/app.md, AP-90).

import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Tick } from "../../client/ticks.ts";

interface Lesson {
  readonly id: string;
  readonly title: ReactNode;
  readonly text: ReactNode;
  readonly steps: readonly { readonly tick: Tick; readonly label: ReactNode }[];
}

export const lessons: readonly Lesson[] = [
  {
    id: "lock",
    title: <Trans>Lock your phone</Trans>,
    text: (
      <>
        <p>
          <Trans>
            Whoever holds this device unlocked can read what you can read. A
            code of six digits or more is better than four, and better than a
            face or a finger where somebody may force you.
          </Trans>
        </p>
        <p>
          <Trans>
            A passphrase in front of Halqa holds when the phone’s own lock was
            opened. You set it under “Your data”.
          </Trans>
        </p>
      </>
    ),
    steps: [
      {
        tick: "phone-lock",
        label: <Trans>My phone locks itself, with a code nobody guesses</Trans>,
      },
      {
        tick: "lock-decided",
        label: <Trans>I have decided whether I want a passphrase here</Trans>,
      },
    ],
  },
  {
    id: "backups",
    title: <Trans>Be able to come back</Trans>,
    text: (
      <p>
        <Trans>
          Nobody can give you your circles back: no company, no relay. You need
          both the 24 words and a backup file. Whoever finds both can read
          everything in it, so keep them apart, and not in your pocket.
        </Trans>
      </p>
    ),
    steps: [
      {
        tick: "words-on-paper",
        label: <Trans>My 24 words are on paper, in a safe place</Trans>,
      },
      {
        tick: "backup-elsewhere",
        label: <Trans>A backup lies somewhere other than this device</Trans>,
      },
    ],
  },
  {
    id: "people",
    title: <Trans>Know who is who</Trans>,
    text: (
      <p>
        <Trans>
          Anybody can choose any name. When you meet, open the person’s card in
          the list of members and compare the numbers on both screens. If they
          differ, somebody may be in between: tell the others, face to face or
          by another way than this app.
        </Trans>
      </p>
    ),
    steps: [
      {
        tick: "people-checked",
        label: <Trans>I have compared with the people I rely on most</Trans>,
      },
    ],
  },
  {
    id: "relay",
    title: <Trans>What the relay sees</Trans>,
    text: (
      <>
        <p>
          <Trans>
            The relay passes on what you send. It cannot read messages, names,
            pictures or votes, and what it stores names nobody.
          </Trans>
        </p>
        <p>
          <Trans>
            But while it runs it sees network addresses: which address is
            connected when, to which unnamed circles, and about how many read
            there. Whoever runs it and works against you can draw who belongs
            with whom. Tor hides your address from it; that you are active, and
            when, can still be seen.
          </Trans>
        </p>
        <p>
          <Trans>
            Whoever watches your network sees that you use this relay and when,
            but not what you say.
          </Trans>
        </p>
      </>
    ),
    steps: [
      {
        tick: "relay-known",
        label: (
          <Trans>I know who runs our relay, and trust them with that</Trans>
        ),
      },
    ],
  },
  {
    id: "borders",
    title: <Trans>Borders, checks, searches</Trans>,
    text: (
      <>
        <p>
          <Trans>
            The best phone to cross with is one that has nothing on it. Save a
            backup, leave it and the words with somebody at home, then use
            “Forget this device”; afterwards you come back with both.
          </Trans>
        </p>
        <p>
          <Trans>
            If you keep it with you: set a passphrase, lock Halqa, and switch
            the phone off before you arrive. Agree with your circle what happens
            if you do not write again: a steward can take you out and let you in
            again later.
          </Trans>
        </p>
      </>
    ),
    steps: [
      {
        tick: "border-decided",
        label: <Trans>I know what I will do before the next crossing</Trans>,
      },
    ],
  },
  {
    id: "limits",
    title: <Trans>What this app cannot do</Trans>,
    text: (
      <ul>
        <li>
          <Trans>
            Whoever is in a circle can keep, photograph or repeat what is said.
            Removing somebody protects only what comes after.
          </Trans>
        </li>
        <li>
          <Trans>
            Its code comes from the server where you opened it. Whoever controls
            that server decides what runs; the first visit is the weakest
            moment.
          </Trans>
        </li>
        <li>
          <Trans>
            It does not help against bad software on the device, a keyboard that
            reports what you type, or somebody looking over your shoulder.
          </Trans>
        </li>
        <li>
          <Trans>
            It is an early version, and nobody from outside has examined it so
            far. Do not let anything depend on it alone.
          </Trans>
        </li>
      </ul>
    ),
    steps: [
      {
        tick: "limits-read",
        label: <Trans>I have read this</Trans>,
      },
    ],
  },
];
