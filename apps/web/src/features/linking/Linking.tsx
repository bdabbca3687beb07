import type { AppView, LinkingView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Code } from "../../ui/Code.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { QuietLine } from "../../ui/Leaf.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { ScanButton } from "../../ui/ScanButton.tsx";
import style from "./Linking.module.css";

interface LinkingProps {
  readonly view: AppView;
  readonly back: BackLink;
  readonly homeHref: string;
}

/** Takes the person's circles to a further device: a link goes over, a code stands on both, and both are asked. */
export function Linking({ view, back, homeHref }: LinkingProps) {
  const { t } = useLingui();
  const { linking } = view;
  return (
    <Page title={t`Add another device of yours`} back={back}>
      {linking === undefined ? (
        <Begin hasCircles={view.circles.length > 0} />
      ) : (
        <Session linking={linking} homeHref={homeHref} />
      )}
    </Page>
  );
}

/** Which of the two devices this one is. */
function Begin({ hasCircles }: { readonly hasCircles: boolean }) {
  return (
    <>
      <p className={style.lead}>
        <Trans>
          Both devices have to be in your hands, with Halqa open and a network.
          What was said before stays on the device that has it.
        </Trans>
      </p>
      {hasCircles && <TakeLink />}
      <ShowLink isMain={!hasCircles} />
    </>
  );
}

function ShowLink({ isMain }: { readonly isMain: boolean }) {
  const { act, fault, isBusy } = useAct();
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>This is the new device</Trans>
      </h2>
      {fault && <Fault>{fault}</Fault>}
      <Button
        look={isMain ? "primary" : "plain"}
        disabled={isBusy}
        onPress={() => void act({ command: "start-linking" })}
      >
        <Trans>Show its code</Trans>
      </Button>
    </section>
  );
}

/** A device's link in a text that has more in it. */
function linkIn(text: string): string | undefined {
  return /l1\.[\w-]+/u.exec(text)?.[0];
}

function TakeLink() {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [link, setLink] = useState("");
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    void act({ command: "link-device", link: linkIn(link) ?? link.trim() });
  };
  return (
    <section className={style.part}>
      <h2 className={style.heading}>
        <Trans>My circles are on this device</Trans>
      </h2>
      <form className={style.part} onSubmit={begin}>
        <TextField
          label={t`What the new device shows`}
          hint={
            <Trans>
              On the new device: Me, Add another device of yours, Show its code.
            </Trans>
          }
          dir="ltr"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={link}
          fault={fault}
          onType={setLink}
        />
        <ScanButton find={linkIn} onFound={setLink}>
          <Trans>Scan the code</Trans>
        </ScanButton>
        <Button look="primary" disabled={isBusy}>
          <Trans>Go on</Trans>
        </Button>
      </form>
    </section>
  );
}

interface SessionProps {
  readonly linking: LinkingView;
  readonly homeHref: string;
}

function Session({ linking, homeHref }: SessionProps) {
  const { act, fault } = useAct();
  const isOver = ["done", "cancelled", "expired", "failed"].includes(
    linking.state,
  );
  return (
    <div className={style.part}>
      <div className={style.part} role="status">
        <State linking={linking} />
      </div>
      {linking.state === "comparing" && (
        <Button
          look="primary"
          onPress={() => void act({ command: "confirm-linking" })}
        >
          <Trans>The same digits on both</Trans>
        </Button>
      )}
      {fault && <Fault>{fault}</Fault>}
      {linking.state === "done" && (
        <LinkButton look="primary" href={homeHref}>
          <Trans>To my circles</Trans>
        </LinkButton>
      )}
      <Button
        look="quiet"
        onPress={() => void act({ command: "cancel-linking" })}
      >
        {isOver ? <Trans>Begin again</Trans> : <Trans>Stop</Trans>}
      </Button>
    </div>
  );
}

function State({ linking }: { readonly linking: LinkingView }) {
  const { t } = useLingui();
  switch (linking.state) {
    case "waiting":
      return linking.link === undefined ? (
        <p>
          <Trans>The other device is being asked …</Trans>
        </p>
      ) : (
        <OwnLink link={linking.link} />
      );
    case "comparing":
      return (
        <>
          <p>
            <Trans>
              Look at both devices: the same six digits have to stand there.
              Other digits mean that somebody stands between: stop.
            </Trans>
          </p>
          <Code digits={linking.code ?? ""} label={t`Code`} />
        </>
      );
    case "confirmed":
      return (
        <p>
          <Trans>Now confirm it on the other device as well.</Trans>
        </p>
      );
    case "linking":
      return (
        <p>
          <Plural
            value={linking.circles}
            _0="Your circles go over …"
            one="# circle has gone over …"
            other="# circles have gone over …"
          />
        </p>
      );
    case "done":
      return (
        <p>
          <Plural
            value={linking.circles}
            _0="Done. There was no circle to take over."
            one="Done. # circle opens on the new device by itself."
            other="Done. # circles open on the new device by themselves."
          />
        </p>
      );
    case "cancelled":
      return (
        <p>
          <Trans>It was stopped. Nothing was taken over after that.</Trans>
        </p>
      );
    case "expired":
      return (
        <p>
          <Trans>It took too long. Begin again on both devices.</Trans>
        </p>
      );
    case "failed":
      return (
        <p>
          <Trans>It did not work. Begin again on both devices.</Trans>
        </p>
      );
  }
}

function OwnLink({ link }: { readonly link: string }) {
  const { t } = useLingui();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <>
      <p>
        <Trans>
          Open Halqa on the device that has your circles: Me, Add another device
          of yours. Put this in there:
        </Trans>
      </p>
      <QrCode text={link} label={t`The code of this device`} />
      <Button onPress={() => void copy()}>
        {isCopied ? <Trans>Copied</Trans> : <Trans>Copy it</Trans>}
      </Button>
      <p className={style.link} dir="ltr" data-device-link="">
        {link}
      </p>
      <QuietLine>
        <Trans>It holds for a short time, and for one device.</Trans>
      </QuietLine>
    </>
  );
}
