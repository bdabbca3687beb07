import type { CircleView, InviteView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Choice, Fault } from "../../ui/Field.tsx";
import { formatDate, formatNumber } from "../../ui/format-time.ts";
import { Leaf, QuietLine } from "../../ui/Leaf.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./Invite.module.css";

interface InviteProps {
  readonly view: CircleView;
  readonly back: BackLink;
  /** The address that an invite's link begins with. */
  readonly appUrl: string;
}

/** Makes invites and shows those that are open. */
export function Invite({ view, back, appUrl }: InviteProps) {
  const { t } = useLingui();
  const { summary } = view;
  const open = view.invites.filter(({ state }) => state !== "ended");
  return (
    <Page
      title={t`Invite`}
      sub={<bdi>{summary.name}</bdi>}
      back={back}
      emblem={
        <CircleEmblem
          name={summary.name}
          members={summary.members}
          stewards={summary.stewards}
          size="bar"
        />
      }
    >
      {summary.steward ? (
        <>
          {open.toReversed().map((invite) => (
            <OpenInvite key={invite.id} invite={invite} appUrl={appUrl} />
          ))}
          <MakeInvite circle={summary.circle} isFirst={open.length === 0} />
        </>
      ) : (
        <p>
          <Trans>Only stewards can invite. Ask one of them.</Trans>
        </p>
      )}
    </Page>
  );
}

const USES = ["1", "5", "20", "100"] as const;
const DAYS = ["1", "7", "30"] as const;

interface MakeInviteProps {
  readonly circle: string;
  readonly isFirst: boolean;
}

function MakeInvite({ circle, isFirst }: MakeInviteProps) {
  const { t, i18n } = useLingui();
  const locale = useLocale();
  const run = useRun();
  const [uses, setUses] = useState<(typeof USES)[number]>("5");
  const [days, setDays] = useState<(typeof DAYS)[number]>("7");
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const reply = await run({
      command: "create-invite",
      circle,
      maxUses: Number(uses),
      days: Number(days),
    });
    setBusy(false);
    setFault(reply.ok ? "" : i18n._(faultWords[reply.error]));
  };
  return (
    <form className={style.form} onSubmit={(event) => void make(event)}>
      {!isFirst && (
        <h2 className={style.heading}>
          <Trans>Make another one</Trans>
        </h2>
      )}
      <Choice
        label={t`For how many people?`}
        options={USES.map((value) => ({
          value,
          label: formatNumber(Number(value), locale),
        }))}
        value={uses}
        onChoose={setUses}
      />
      <Choice
        label={t`For how long?`}
        options={DAYS.map((value) => ({
          value,
          label: <Plural value={Number(value)} one="# day" other="# days" />,
        }))}
        value={days}
        onChoose={setDays}
      />
      <QuietLine>
        <Trans>
          Whoever has the link can ask to join, and reads the name of the circle
          and yours. You still let each person in yourself.
        </Trans>
      </QuietLine>
      {fault && <Fault>{fault}</Fault>}
      <Button look={isFirst ? "primary" : "plain"} disabled={isBusy}>
        <Trans>Make an invite</Trans>
      </Button>
    </form>
  );
}

interface OpenInviteProps {
  readonly invite: InviteView;
  readonly appUrl: string;
}

function OpenInvite({ invite, appUrl }: OpenInviteProps) {
  const locale = useLocale();
  const { maxUses } = invite;
  const until = formatDate(invite.expires, { locale });
  return (
    <Leaf
      title={
        <Plural
          value={maxUses}
          one="An invite for # person"
          other="An invite for # people"
        />
      }
      lines={
        <p>
          <Trans>Until {until}</Trans>
          {" · "}
          <Plural
            value={invite.used}
            _0="nobody has come by it yet"
            one="# has come by it"
            other="# have come by it"
          />
        </p>
      }
    >
      {invite.link === undefined || invite.state === "making" ? (
        <p role="status" className={style.quiet}>
          <Trans>Being made …</Trans>
        </p>
      ) : (
        <InviteLink link={`${appUrl}#${invite.link}`} />
      )}
    </Leaf>
  );
}

function InviteLink({ link }: { readonly link: string }) {
  const { t } = useLingui();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  const share = async (): Promise<void> => {
    try {
      await navigator.share({ url: link });
    } catch {
      // The person thought better of it: nothing was shared and nothing is wrong.
    }
  };
  return (
    <>
      <QrCode text={link} label={t`The invite as a code to be scanned`} />
      <QuietLine>
        <Trans>
          Let people scan this with their camera, or send them the link over
          something you trust.
        </Trans>
      </QuietLine>
      <div className={style.acts}>
        <Button look="primary" onPress={() => void copy()}>
          {isCopied ? <Trans>Copied</Trans> : <Trans>Copy the link</Trans>}
        </Button>
        {"share" in navigator && (
          <Button onPress={() => void share()}>
            <Trans>Share</Trans>
          </Button>
        )}
      </div>
      <details className={style.details}>
        <summary>
          <Trans>Show the link</Trans>
        </summary>
        <p className={style.link} dir="ltr" data-invite-link="">
          {link}
        </p>
      </details>
    </>
  );
}
