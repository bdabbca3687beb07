import type { CircleView, InviteView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { formatDate } from "../../ui/format-time.ts";
import { QuietLine } from "../../ui/Leaf.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { inviteAddress } from "./invite-address.ts";
import style from "./InviteSheet.module.css";

interface InviteSheetProps {
  readonly view: CircleView;
  /** Which invite, by its id. */
  readonly invite: string;
  readonly back: BackLink;
  readonly appUrl: string;
}

/** An invite for many eyes: its code as large as the screen, what it allows, and how one comes in; on paper the same. */
export function InviteSheet({ view, invite, back, appUrl }: InviteSheetProps) {
  const { t } = useLingui();
  const shown = view.invites.find(({ id }) => id === invite);
  const address = inviteAddress(shown, appUrl);
  return (
    <Page title={t`An invite`} back={back} body="fixed">
      <div className={style.scroller}>
        {shown === undefined || address === undefined ? (
          <p>
            <Trans>This invite is not there any more.</Trans>
          </p>
        ) : (
          <>
            <Sheet view={view} invite={shown} address={address} />
            <QuietLine>
              <Trans>
                Whoever holds this sheet can use it until then. Give it to
                people you trust, and burn or tear what is left.
              </Trans>
            </QuietLine>
            <Button look="primary" onPress={() => print()}>
              <Trans>Print</Trans>
            </Button>
          </>
        )}
      </div>
    </Page>
  );
}

interface SheetProps {
  readonly view: CircleView;
  readonly invite: InviteView;
  readonly address: string;
}

/** What stands on paper as well. */
function Sheet({ view, invite, address }: SheetProps) {
  const { t } = useLingui();
  const circleName = view.summary.name;
  const inviterName = view.members.find((member) => member.own)?.name ?? "";
  return (
    <section className={style.sheet} data-sheet="">
      <h2 className={style.heading}>
        <Trans>
          <bdi>{inviterName}</bdi> invites you to “<bdi>{circleName}</bdi>”
        </Trans>
      </h2>
      <div className={style.code}>
        <QrCode text={address} label={t`The invite as a code to be scanned`} />
      </div>
      <Limits invite={invite} />
      <ol className={style.steps}>
        <Step number={1}>
          <Trans>
            Point the camera of your phone at the code and open the link that
            appears.
          </Trans>
        </Step>
        <Step number={2}>
          <Trans>Choose the name by which the members are to know you.</Trans>
        </Step>
        <Step number={3}>
          {invite.auto ? (
            <Trans>Join. You are in as soon as a member is online.</Trans>
          ) : (
            <Trans>Ask to join. A steward lets you in.</Trans>
          )}
        </Step>
      </ol>
    </section>
  );
}

interface StepProps {
  readonly number: number;
  readonly children: ReactNode;
}

/** The browser's own numbers would not follow the reader's digits. */
function Step({ number, children }: StepProps) {
  return (
    <li className={style.step}>
      <b aria-hidden="true">{formatNumber(number, useLocale())}</b>
      <span>{children}</span>
    </li>
  );
}

function Limits({ invite }: { readonly invite: InviteView }) {
  const locale = useLocale();
  const { maxUses, expires } = invite;
  const until = formatDate(expires, { locale });
  return (
    <p className={style.limits}>
      <Plural
        value={maxUses}
        one="An invite for # person"
        other="An invite for # people"
      />
      {" · "}
      <Trans>Until {until}</Trans>
      <span className={style.screenOnly} role="status">
        {" · "}
        <Plural
          value={invite.used}
          _0="nobody has come by it yet"
          one="# has come by it"
          other="# have come by it"
        />
      </span>
    </p>
  );
}
