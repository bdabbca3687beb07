import type { CircleView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Code } from "../../ui/Code.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";
import { formatDate } from "../../ui/format-time.ts";
import { Emblem } from "../../ui/Ring.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import chat from "./Chat.module.css";
import style from "./Standing.module.css";

interface StandingProps {
  readonly view: CircleView;
  readonly joinHref: string;
  readonly onForgotten: () => void;
}

/** Before one is in: what is waited for, and that it goes on by itself. */
export function Waiting({ view, onForgotten }: StandingProps) {
  const { t } = useLingui();
  const [isAsking, setAsking] = useState(false);
  const { standing } = view.summary;
  return (
    <div className={style.waiting}>
      <div className={style.words} role="status">
        <Emblem isWaiting />
        {standing === "joining" ? <Joining /> : <Asking view={view} />}
      </div>
      {standing === "waiting" && (
        <Button look="quiet" onPress={() => setAsking(true)}>
          <Trans>Stop waiting</Trans>
        </Button>
      )}
      {isAsking && (
        <Dialog
          title={t`Stop waiting?`}
          closeLabel={t`Close`}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>To ask again you will need the invite again.</Trans>
          </p>
          <Forget
            circle={view.summary.circle}
            label={t`Stop waiting`}
            onForgotten={onForgotten}
          />
        </Dialog>
      )}
    </div>
  );
}

function Joining() {
  return (
    <>
      <p className={style.title}>
        <Trans>You were let in.</Trans>
      </p>
      <p>
        <Trans>The circle is being opened on this device.</Trans>
      </p>
    </>
  );
}

function Asking({ view }: { readonly view: CircleView }) {
  const { t } = useLingui();
  const { name } = view.summary;
  return (
    <>
      <p className={style.title}>
        <Trans>
          You have asked to join <bdi>{name}</bdi>.
        </Trans>
      </p>
      {view.joinCode === undefined ? (
        <p>
          <Trans>
            Somebody there lets you in, as soon as a device of theirs is online.
            You may close Halqa meanwhile: the circle opens here by itself.
          </Trans>
        </p>
      ) : (
        <>
          <p>
            <Trans>
              A steward wants to be sure that it is you. Read these digits to
              each other, on the phone or face to face:
            </Trans>
          </p>
          <Code digits={view.joinCode} label={t`Your code`} />
          <p>
            <Trans>
              If the steward sees other digits, somebody stands between you:
              stop waiting.
            </Trans>
          </p>
        </>
      )}
    </>
  );
}

/** After one is out: what is here stays readable, nothing more can be said. */
export function Ended({ view, joinHref, onForgotten }: StandingProps) {
  const { t } = useLingui();
  const { circle, standing } = view.summary;
  return (
    <div className={style.ended}>
      <p role="status">
        <EndWords view={view} />
      </p>
      {standing === "restored" ? (
        <WayBack view={view} joinHref={joinHref} />
      ) : (
        <Forget
          circle={circle}
          label={t`Delete the circle from this device`}
          onForgotten={onForgotten}
        />
      )}
    </div>
  );
}

/** Out of a backup: to ask those who can let one in, or an invite where nobody can be asked. */
function WayBack({ view, joinHref }: Pick<StandingProps, "view" | "joinHref">) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const { circle, repair } = view.summary;
  if (repair === undefined) {
    return (
      <LinkButton href={joinHref} look="primary">
        <Trans>Open an invite</Trans>
      </LinkButton>
    );
  }
  if (repair.coming) {
    return (
      <p role="status">
        <Trans>You were let in again. One moment …</Trans>
      </p>
    );
  }
  return (
    <>
      {repair.asked > 0 && (
        <>
          <p role="status">
            <Trans>
              It was asked for. A steward now compares a number with you, face
              to face or on the phone:
            </Trans>
          </p>
          {repair.stewards.map(({ member, name, number }) => (
            <div key={member}>
              <p>
                <bdi>{name}</bdi>
              </p>
              {number !== "" && (
                <Code digits={number} label={t`The number with ${name}`} />
              )}
            </div>
          ))}
        </>
      )}
      {fault && <Fault>{fault}</Fault>}
      {repair.asked === 0 && (
        <Button
          look="primary"
          disabled={isBusy}
          onPress={() => void act({ command: "repair", circle })}
        >
          <Trans>Ask to be let in again</Trans>
        </Button>
      )}
    </>
  );
}

function EndWords({ view }: { readonly view: CircleView }) {
  switch (view.summary.standing) {
    case "removed":
      return <HowItEnded view={view} />;
    case "declined":
      return (
        <Trans>
          Your request was declined. If that was a mistake, ask the person who
          invited you for a new invite.
        </Trans>
      );
    case "halted":
      return <Trans>Nothing can be sent from this device any more.</Trans>;
    case "restored":
      return (
        <Trans>
          This comes out of your backup. You can read it; to write here again a
          steward has to let this device in. What is here stays.
        </Trans>
      );
    case "founding":
    case "waiting":
    case "joining":
    case "unconfirmed":
    case "member":
      return null;
  }
}

function HowItEnded({ view }: { readonly view: CircleView }) {
  const locale = useLocale();
  const { ended } = view.summary;
  const stays = (
    <Trans>
      What was said before stays on this device until you delete it.
    </Trans>
  );
  if (ended === undefined) {
    return (
      <>
        <Trans>You are no longer a member of this circle.</Trans> {stays}
      </>
    );
  }
  const day = formatDate(ended.at, { locale });
  return (
    <>
      {ended.how === "left" ? (
        <Trans>You left this circle on {day}.</Trans>
      ) : ended.by && !ended.by.own ? (
        <Trans>
          <bdi>{ended.by.name}</bdi> removed you from this circle on {day}.
        </Trans>
      ) : (
        <Trans>You were removed from this circle on {day}.</Trans>
      )}{" "}
      {stays}
    </>
  );
}

/** Why one may read and not write. */
export function Muted({ view }: { readonly view: CircleView }) {
  const { summary, settings } = view;
  return (
    <p className={chat.mute} role="note">
      {summary.closed ? (
        <Trans>
          This circle is closed. What was said stays on this device until you
          delete it.
        </Trans>
      ) : summary.role === "reader" ? (
        <Trans>
          You read here, and do not write. A steward can change that.
        </Trans>
      ) : settings?.posting === "stewards" ? (
        <Trans>Here only stewards write.</Trans>
      ) : (
        <Trans>You cannot write here now.</Trans>
      )}
    </p>
  );
}

interface ForgetProps {
  readonly circle: string;
  readonly label: string;
  readonly onForgotten: () => void;
}

function Forget({ circle, label, onForgotten }: ForgetProps) {
  const { act, fault } = useAct();
  const forget = async (): Promise<void> => {
    if (await act({ command: "forget-circle", circle })) onForgotten();
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <Button look="danger" onPress={() => void forget()}>
        {label}
      </Button>
    </>
  );
}
