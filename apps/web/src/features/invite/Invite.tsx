import type { CircleView, InviteView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Choice, Fault, Switch } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { formatDate } from "../../ui/format-time.ts";
import { Leaf, QuietLine } from "../../ui/Leaf.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { inviteAddress } from "./invite-address.ts";
import style from "./Invite.module.css";

interface InviteProps {
  readonly view: CircleView;
  readonly back: BackLink;
  /** The address that an invite's link begins with. */
  readonly appUrl: string;
  /** Where an invite stands large. */
  readonly sheetHref: (invite: string) => string;
}

/** Makes invites and shows those that are open. */
export function Invite({ view, back, appUrl, sheetHref }: InviteProps) {
  const { t } = useLingui();
  const { summary, may, settings } = view;
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
      {open.toReversed().map((invite) => (
        <OpenInvite
          key={invite.id}
          invite={invite}
          address={inviteAddress(invite, appUrl)}
          sheetHref={sheetHref(invite.id)}
          view={view}
        />
      ))}
      {may.add && (
        <MakeInvite
          circle={summary.circle}
          isFirst={open.length === 0}
          canBeOpen={settings?.adding === "everyone"}
        />
      )}
      {!may.add && open.length === 0 && (
        <p>
          {summary.kind === "direct" ? (
            <Trans>A circle of two is full. Start another one for more.</Trans>
          ) : (
            <Trans>Only stewards can invite. Ask one of them.</Trans>
          )}
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
  /** The circle lets members let people in. */
  readonly canBeOpen: boolean;
}

function MakeInvite({ circle, isFirst, canBeOpen }: MakeInviteProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const { act, fault, isBusy } = useAct();
  const [isAuto, setAuto] = useState(false);
  const [uses, setUses] = useState<(typeof USES)[number]>("5");
  const [days, setDays] = useState<(typeof DAYS)[number]>("7");
  const make = (event: FormEvent): void => {
    event.preventDefault();
    void act({
      command: "create-invite",
      circle,
      maxUses: Number(uses),
      days: Number(days),
      ...(canBeOpen && isAuto && { auto: true }),
    });
  };
  return (
    <form className={style.form} onSubmit={make}>
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
      {canBeOpen && (
        <Switch
          label={<Trans>Let them in without asking</Trans>}
          hint={
            <Trans>
              Whoever has the link is in at once, as soon as any member is
              online. Quick for a meeting in one room. Not for a link that
              travels: whoever gets hold of it is in.
            </Trans>
          }
          isOn={isAuto}
          onSwitch={setAuto}
        />
      )}
      {!(canBeOpen && isAuto) && (
        <QuietLine>
          <Trans>
            Whoever has the link can ask to join, and reads the name of the
            circle and yours. You still let each person in yourself.
          </Trans>
        </QuietLine>
      )}
      {fault && <Fault>{fault}</Fault>}
      <Button look={isFirst ? "primary" : "plain"} disabled={isBusy}>
        <Trans>Make an invite</Trans>
      </Button>
    </form>
  );
}

interface OpenInviteProps {
  readonly invite: InviteView;
  readonly address: string | undefined;
  readonly sheetHref: string;
  readonly view: CircleView;
}

function OpenInvite({ invite, address, sheetHref, view }: OpenInviteProps) {
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
          {invite.auto && (
            <>
              {" · "}
              <strong>
                <Trans>lets in without asking</Trans>
              </strong>
            </>
          )}
        </p>
      }
    >
      {address === undefined ? (
        <p role="status" className={style.quiet}>
          <Trans>Being made …</Trans>
        </p>
      ) : (
        <InviteLink link={address} sheetHref={sheetHref} />
      )}
      <Revoke invite={invite} view={view} />
    </Leaf>
  );
}

interface RevokeProps {
  readonly invite: InviteView;
  readonly view: CircleView;
}

/** Ends an invite, after asking once. */
function Revoke({ invite, view }: RevokeProps) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [isAsking, setAsking] = useState(false);
  const { circle } = view.summary;
  if (!view.may.add) return null;
  const isEnding = view.pending.some(
    (one) => one.act === "revoke" && one.subject === invite.id,
  );
  if (isEnding) {
    return (
      <p role="status" className={style.quiet}>
        <Trans>Being ended …</Trans>
      </p>
    );
  }
  const revoke = async (): Promise<void> => {
    const { id } = invite;
    if (await act({ command: "revoke-invite", circle, invite: id })) {
      setAsking(false);
    }
  };
  return (
    <>
      <Button look="quiet" onPress={() => setAsking(true)}>
        <Trans>End this invite</Trans>
      </Button>
      {isAsking && (
        <Dialog
          title={t`End this invite?`}
          closeLabel={t`Close`}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>
              Nobody can come by it any more. Who has come stays in the circle.
            </Trans>
          </p>
          {fault && <Fault>{fault}</Fault>}
          <Button look="danger" disabled={isBusy} onPress={() => void revoke()}>
            <Trans>End it</Trans>
          </Button>
        </Dialog>
      )}
    </>
  );
}

interface InviteLinkProps {
  readonly link: string;
  readonly sheetHref: string;
}

function InviteLink({ link, sheetHref }: InviteLinkProps) {
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
        <LinkButton href={sheetHref}>
          <Trans>Show it large or print it</Trans>
        </LinkButton>
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
