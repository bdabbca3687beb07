import type { CommandValue } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState, type FormEvent } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { formatDate } from "../../ui/format-time.ts";
import { HeroPage } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import { ScanButton } from "../../ui/ScanButton.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./Join.module.css";

type InviteDetails = Extract<CommandValue, { kind: "invite-details" }>;

type Inspected =
  | { readonly kind: "looking" }
  | { readonly kind: "details"; readonly details: InviteDetails }
  | { readonly kind: "refused"; readonly reason: string };

export interface JoinProps {
  /** The part of the link behind `#`; undefined where the page was opened without one. */
  readonly link: string | undefined;
  readonly profileName: string | undefined;
  readonly homeHref: string;
  readonly onLink: (link: string) => void;
  /** Asked to join: on to the circle, where the waiting is. */
  readonly onAsked: (circle: string) => void;
  readonly onAlreadyIn: (circle: string) => void;
}

/** What an invite leads to, and asking to be let in. */
export function Join(props: JoinProps) {
  const { link, homeHref, onLink, onAlreadyIn } = props;
  const inspected = useInspected(link);
  if (link === undefined) {
    return <PasteLink homeHref={homeHref} onLink={onLink} />;
  }
  if (inspected.kind === "details") {
    const { details } = inspected;
    return (
      <Ask
        {...props}
        link={link}
        details={details}
        onAlreadyIn={() => onAlreadyIn(details.circle)}
      />
    );
  }
  return (
    <HeroPage
      footer={
        inspected.kind === "refused" && (
          <LinkButton href={homeHref}>
            <Trans>To my circles</Trans>
          </LinkButton>
        )
      }
    >
      <Emblem isWaiting={inspected.kind === "looking"} />
      <h1 tabIndex={-1}>
        <Trans>An invite</Trans>
      </h1>
      {inspected.kind === "refused" && <Fault>{inspected.reason}</Fault>}
    </HeroPage>
  );
}

function useInspected(link: string | undefined): Inspected {
  const { i18n } = useLingui();
  const run = useRun();
  const [answer, setAnswer] = useState<{ link: string; of: Inspected }>();
  useEffect(() => {
    if (link === undefined) return undefined;
    let isCurrent = true;
    const inspect = async (): Promise<void> => {
      const reply = await run({ command: "inspect-invite", link });
      if (!isCurrent) return;
      if (!reply.ok) {
        const reason = i18n._(faultWords[reply.error]);
        setAnswer({ link, of: { kind: "refused", reason } });
      } else if (reply.value.kind === "invite-details") {
        setAnswer({ link, of: { kind: "details", details: reply.value } });
      }
    };
    void inspect();
    return () => {
      isCurrent = false;
    };
  }, [run, link, i18n]);
  return answer !== undefined && answer.link === link
    ? answer.of
    : { kind: "looking" };
}

interface PasteLinkProps {
  readonly homeHref: string;
  readonly onLink: (link: string) => void;
}

/** An invite's link in a text that has more in it. */
function inviteIn(text: string): string | undefined {
  return /j1\.[\w-]+/.exec(text)?.[0];
}

/** Where a link came over something that cannot be tapped. */
function PasteLink({ homeHref, onLink }: PasteLinkProps) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [fault, setFault] = useState("");
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const found = inviteIn(text);
    if (found === undefined) {
      setFault(
        t`This is not the whole link. Copy it again from its first letter to its last.`,
      );
    } else onLink(found);
  };
  return (
    <form className={style.form} onSubmit={open}>
      <HeroPage
        footer={
          <>
            <Button look="primary">
              <Trans>Open it</Trans>
            </Button>
            <LinkButton look="quiet" href={homeHref}>
              <Trans>To my circles</Trans>
            </LinkButton>
          </>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          <Trans>Open an invite</Trans>
        </h1>
        <p>
          <Trans>
            Tap the link that somebody sent you, scan the code with your camera,
            or put the link in here.
          </Trans>
        </p>
        <ScanButton find={inviteIn} onFound={onLink}>
          <Trans>Scan the code</Trans>
        </ScanButton>
        <div className={style.card}>
          <TextField
            label={t`Link of the invite`}
            dir="ltr"
            inputMode="url"
            spellCheck={false}
            autoCapitalize="none"
            value={text}
            fault={fault}
            enterKeyHint="go"
            onType={setText}
          />
        </div>
      </HeroPage>
    </form>
  );
}

interface AskProps extends Omit<JoinProps, "onAlreadyIn"> {
  readonly link: string;
  readonly details: InviteDetails;
  readonly onAlreadyIn: () => void;
}

function Ask({
  link,
  details,
  profileName,
  homeHref,
  onAsked,
  onAlreadyIn,
}: AskProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const [name, setName] = useState(profileName ?? "");
  const { ask, fault, isBusy } = useAsking({
    link,
    isNew: profileName === undefined,
    onAsked,
    onAlreadyIn,
  });
  const { inviterName, circleName } = details;
  const until = formatDate(details.expires, { locale });
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        void ask(name.trim());
      }}
    >
      <HeroPage
        footer={
          <>
            <Button look="primary" disabled={isBusy}>
              {details.auto ? <Trans>Join</Trans> : <Trans>Ask to join</Trans>}
            </Button>
            {profileName !== undefined && (
              <LinkButton look="quiet" href={homeHref}>
                <Trans>Not now</Trans>
              </LinkButton>
            )}
          </>
        }
      >
        <Emblem />
        <h1 tabIndex={-1}>
          {inviterName === "" || circleName === "" ? (
            <Trans>You are invited to a circle</Trans>
          ) : (
            <Trans>
              <bdi>{inviterName}</bdi> invites you to “<bdi>{circleName}</bdi>”
            </Trans>
          )}
        </h1>
        <p>
          <Trans>
            No phone number, no account. Only the members read what is said.
          </Trans>
        </p>
        <div className={style.card}>
          <TextField
            label={t`By what name do the members know you?`}
            hint={
              details.auto ? (
                <Trans>For this circle only. All its members see it.</Trans>
              ) : (
                <Trans>For this circle only. The stewards see it first.</Trans>
              )
            }
            value={name}
            required
            maxLength={64}
            autoComplete="nickname"
            enterKeyHint="go"
            fault={fault}
            onType={setName}
          />
        </div>
        <p className={style.small}>
          <Trans>
            Both names stand in the link as its maker wrote them. The invite
            holds until {until}.
          </Trans>
        </p>
      </HeroPage>
    </form>
  );
}

interface AskingOptions {
  readonly link: string;
  /** The first thing that this person does here: the name becomes the profile's as well. */
  readonly isNew: boolean;
  readonly onAsked: (circle: string) => void;
  readonly onAlreadyIn: () => void;
}

function useAsking({ link, isNew, onAsked, onAlreadyIn }: AskingOptions) {
  const { i18n } = useLingui();
  const run = useRun();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const ask = async (memberName: string): Promise<void> => {
    setBusy(true);
    const named = isNew
      ? await run({ command: "set-profile", name: memberName })
      : undefined;
    const reply =
      named?.ok === false
        ? named
        : await run({ command: "request-join", link, memberName });
    setBusy(false);
    if (reply.ok) {
      if (reply.value.kind === "circle") onAsked(reply.value.circle);
    } else if (reply.error === "already-in") onAlreadyIn();
    else setFault(i18n._(faultWords[reply.error]));
  };
  return { ask, fault, isBusy };
}
