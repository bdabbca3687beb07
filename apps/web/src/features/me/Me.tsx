import type { AppView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import type { InstallPlace } from "../../client/install.ts";
import { hostOf, relayStates } from "../../client/relay-words.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { InstallSteps } from "../../ui/InstallSteps.tsx";
import { Page } from "../../ui/Page.tsx";
import style from "./Me.module.css";

interface MeProps {
  readonly view: AppView;
  readonly languages: ReactNode;
  readonly checkHref: string;
  readonly linkingHref: string;
  readonly dataHref: string;
  readonly guideHref: string;
  /** Offers the installation; absent where the browser has none to offer, or where the app is installed. */
  readonly onInstall?: (() => void) | undefined;
  readonly installPlace: InstallPlace;
}

/** What belongs to this person and this device. */
export function Me(props: MeProps) {
  const { view, languages, checkHref } = props;
  const { t } = useLingui();
  return (
    <Page title={t`Me`}>
      <Name name={view.profile?.name ?? ""} />
      <section className={style.part}>
        <h2 className={style.heading}>
          <Trans>Language</Trans>
        </h2>
        {languages}
      </section>
      <Install {...props} />
      <section className={style.part}>
        <h2 className={style.heading}>
          <Trans>Connection</Trans>
        </h2>
        <Relays view={view} />
      </section>
      <a className={style.link} href={props.dataHref}>
        <span>
          <Trans>Your data: backup, passphrase, locking</Trans>
        </span>
        <ChevronRight aria-hidden="true" className={style.mirrored} />
      </a>
      <a className={style.link} href={props.guideHref}>
        <span>
          <Trans>Staying safe: six short lessons</Trans>
        </span>
        <ChevronRight aria-hidden="true" className={style.mirrored} />
      </a>
      <a className={style.link} href={props.linkingHref}>
        <span>
          <Trans>Add another device of yours</Trans>
        </span>
        <ChevronRight aria-hidden="true" className={style.mirrored} />
      </a>
      <a className={style.link} href={checkHref}>
        <span>
          <Trans>Check this device</Trans>
        </span>
        <ChevronRight aria-hidden="true" className={style.mirrored} />
      </a>
      <p className={style.quiet}>
        <Trans>
          Halqa is an early version, free for everybody to read, change and
          host. Whoever holds this device unlocked can read what is on it.
        </Trans>
      </p>
    </Page>
  );
}

function Name({ name: current }: { readonly name: string }) {
  const { t, i18n } = useLingui();
  const run = useRun();
  const [name, setName] = useState(current);
  const [fault, setFault] = useState("");
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const reply = await run({ command: "set-profile", name: name.trim() });
    setFault(reply.ok ? "" : i18n._(faultWords[reply.error]));
  };
  return (
    <form className={style.part} onSubmit={(event) => void save(event)}>
      <TextField
        label={t`Your name`}
        hint={
          <Trans>
            It is offered when you start or join a circle. In your circles you
            keep the name you have there.
          </Trans>
        }
        value={name}
        required
        maxLength={64}
        autoComplete="nickname"
        onType={setName}
      />
      {fault && <Fault>{fault}</Fault>}
      {name.trim() !== current && (
        <Button>
          <Trans>Save</Trans>
        </Button>
      )}
    </form>
  );
}

function Install({ onInstall, installPlace }: MeProps) {
  if (installPlace === "installed") return null;
  return (
    <section className={style.part} data-install={installPlace}>
      <h2 className={style.heading}>
        <Trans>On the home screen</Trans>
      </h2>
      {installPlace === "browser" ? (
        <p className={style.quiet}>
          <Trans>
            Installed, Halqa opens like any other app, also without a network.
          </Trans>
        </p>
      ) : (
        <p className={style.quiet}>
          <Trans>
            On the home screen what is here is kept. In the browser the system
            may delete it after a week without a visit.
          </Trans>
        </p>
      )}
      {installPlace !== "browser" ? (
        <InstallSteps isInside={installPlace === "inside-other-app"} />
      ) : onInstall ? (
        <Button onPress={onInstall}>
          <Trans>Install Halqa</Trans>
        </Button>
      ) : (
        <p className={style.quiet}>
          <Trans>
            Look in the menu of your browser for “Install” or “Add to Home
            Screen”. Where it has neither, another browser may.
          </Trans>
        </p>
      )}
    </section>
  );
}

function Relays({ view }: { readonly view: AppView }) {
  const { i18n } = useLingui();
  if (view.relays.length === 0) {
    return (
      <p className={style.quiet}>
        <Trans>Connects as soon as there is a circle.</Trans>
      </p>
    );
  }
  return (
    <>
      <ul className={style.relays}>
        {view.relays.map(({ url, state }) => (
          <li key={url} className={style.relay} data-state={state}>
            <bdi dir="ltr" className={style.host}>
              {hostOf(url)}
            </bdi>
            <span>{i18n._(relayStates[state])}</span>
          </li>
        ))}
      </ul>
      <p className={style.quiet}>
        <Trans>
          A relay passes on what members send and can read none of it.
        </Trans>
      </p>
    </>
  );
}
