import type { CircleView } from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CalendarPlus, UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { IconLink, LinkButton } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { Alarms } from "./Alarms.tsx";
import style from "./Chat.module.css";
import { Composer } from "./Composer.tsx";
import type { ReplyTarget } from "./reply-target.ts";
import { Ended, Waiting } from "./Standing.tsx";
import { Timeline } from "./Timeline.tsx";

export interface ChatProps {
  readonly view: CircleView;
  readonly back?: BackLink | undefined;
  readonly membersHref: string;
  readonly inviteHref: string;
  readonly onForgotten: () => void;
}

/** A circle: what was said, and the place to say something. */
export function Chat(props: ChatProps) {
  const { view, back, membersHref, inviteHref, onForgotten } = props;
  const { summary } = view;
  const { t } = useLingui();
  const [replyTo, setReplyTo] = useState<ReplyTarget>();
  const [sent, setSent] = useState(0);
  const isIn = ["founding", "unconfirmed", "member"].includes(summary.standing);
  const isWaiting = ["waiting", "joining"].includes(summary.standing);
  return (
    <Page
      title={<bdi>{summary.name}</bdi>}
      sub={isIn ? <MemberCount view={view} /> : undefined}
      back={back}
      body="fixed"
      emblem={
        <CircleEmblem
          name={summary.name}
          members={summary.members}
          stewards={summary.stewards}
          size="bar"
        />
      }
      actions={
        isIn && (
          <>
            {summary.steward && (
              <IconLink href={inviteHref} label={t`Invite`}>
                <UserPlus aria-hidden="true" />
              </IconLink>
            )}
            <IconLink href={membersHref} label={t`Members`}>
              <Users aria-hidden="true" />
            </IconLink>
          </>
        )
      }
      footer={
        isIn ? (
          <Composer
            circle={summary.circle}
            isUnconfirmed={summary.standing === "unconfirmed"}
            replyTo={replyTo}
            onReplyTo={setReplyTo}
            onSent={() => setSent(sent + 1)}
          />
        ) : (
          !isWaiting && <Ended view={view} onForgotten={onForgotten} />
        )
      }
    >
      {isWaiting ? (
        <Waiting view={view} onForgotten={onForgotten} />
      ) : (
        <div className={style.body}>
          <div>
            <Alarms alarms={summary.alarms} />
            {summary.steward && summary.requests > 0 && (
              <Requests view={view} href={membersHref} />
            )}
          </div>
          <Timeline
            key={summary.circle}
            circle={summary.circle}
            unread={summary.unread}
            sent={sent}
            canWrite={isIn}
            empty={isIn && <NothingSaid view={view} inviteHref={inviteHref} />}
            onReply={setReplyTo}
          />
        </div>
      )}
    </Page>
  );
}

function MemberCount({ view }: { readonly view: CircleView }) {
  const { members, stewards } = view.summary;
  return (
    <>
      <Plural value={members} one="# member" other="# members" />
      {" · "}
      <Plural value={stewards} one="# steward" other="# stewards" />
    </>
  );
}

interface RequestsProps {
  readonly view: CircleView;
  readonly href: string;
}

function Requests({ view, href }: RequestsProps) {
  const { requests } = view.summary;
  const [first] = view.requests;
  return (
    <a className={style.requests} href={href}>
      <span>
        {requests === 1 && first ? (
          <Trans>
            <bdi>{first.name}</bdi> asks to join.
          </Trans>
        ) : (
          <Plural
            value={requests}
            one="Somebody asks to join."
            other="# people ask to join."
          />
        )}
      </span>
      <b>
        <Trans>Answer</Trans>
      </b>
    </a>
  );
}

interface NothingSaidProps {
  readonly view: CircleView;
  readonly inviteHref: string;
}

function NothingSaid({ view, inviteHref }: NothingSaidProps) {
  const isAlone = view.summary.members <= 1;
  return (
    <div className={style.empty}>
      <CircleEmblem
        name={view.summary.name}
        members={view.summary.members}
        stewards={view.summary.stewards}
        size="large"
      />
      <p className={style.emptyTitle}>
        {isAlone ? (
          <Trans>So far you are the only one here.</Trans>
        ) : (
          <Trans>The circle is open. Say the first word.</Trans>
        )}
      </p>
      <p>
        {isAlone ? (
          <Trans>
            Invite the first people. Each of them asks to join, and you let them
            in.
          </Trans>
        ) : (
          <Trans>
            Write below, or set a meeting with the calendar sign{" "}
            <CalendarPlus aria-hidden="true" className={style.inlineSign} />.
          </Trans>
        )}
      </p>
      {isAlone && view.summary.steward && (
        <div className={style.emptyAct}>
          <LinkButton href={inviteHref} look="primary">
            <Trans>Invite somebody</Trans>
          </LinkButton>
        </div>
      )}
    </div>
  );
}
