import type { MessageItem, SendState } from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Check, CircleAlert, Clock3, Ellipsis, Pin, Timer } from "lucide-react";
import { Fragment, useRef } from "react";
import { useRun } from "../../client/EngineContext.ts";
import { formatNumber } from "../../ui/format-number.ts";
import { formatClock } from "../../ui/format-time.ts";
import { LinkedText } from "../../ui/LinkedText.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { splitMentions } from "./mention-text.ts";
import style from "./Message.module.css";
import { HiddenTile } from "./QuietItems.tsx";

interface MessageProps {
  readonly item: MessageItem;
  readonly circle: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly canWrite: boolean;
  readonly onMenu: (id: string) => void;
  readonly onJump: (id: string) => void;
}

/** How long a finger stays before the menu opens. */
const LONG_PRESS_MS = 450;

export function Message(props: MessageProps) {
  const { item, isFirst, isLast, onMenu, onJump } = props;
  const { t } = useLingui();
  const press = useLongPress(() => onMenu(item.id));
  const isOwn = item.author.own;
  if (item.hidden) {
    return <HiddenTile id={item.id} hidden={item.hidden} onMenu={onMenu} />;
  }
  return (
    <article
      className={`${style.message} ${isOwn ? style.own : ""} ${isLast ? style.tail : ""} ${isFirst ? style.first : ""}`}
      data-item={item.id}
      tabIndex={-1}
      {...press}
    >
      <div className={style.line}>
        <div className={style.bubble}>
          <Author item={item} isShown={isFirst && !isOwn} />
          <Origin item={item} />
          {item.replyTo && <Quote reply={item.replyTo} onJump={onJump} />}
          <Attached item={item} />
          <div className={style.said}>
            <p className={style.text} dir="auto">
              <Words item={item} />
            </p>
            <Meta item={item} isTimeShown={isLast} onMenu={onMenu} />
          </div>
        </div>
        <button
          type="button"
          className={style.more}
          data-hover=""
          aria-label={t`What to do with this message`}
          tabIndex={-1}
          onClick={() => onMenu(item.id)}
        >
          <Ellipsis aria-hidden="true" />
        </button>
      </div>
      {item.reactions.length > 0 && <Reactions {...props} />}
    </article>
  );
}

interface AuthorProps {
  readonly item: MessageItem;
  readonly isShown: boolean;
}

function Author({ item, isShown }: AuthorProps) {
  if (isShown) {
    return (
      <p className={style.author}>
        <bdi>{item.author.name}</bdi>
      </p>
    );
  }
  return (
    <Spoken>
      {item.author.own ? <Trans>You: </Trans> : `${item.author.name}: `}
    </Spoken>
  );
}

interface ItemProps {
  readonly item: MessageItem;
}

/** Where the words come from, when it is not their sender. */
function Origin({ item }: ItemProps) {
  if (!item.forwarded && !item.shared) return null;
  return (
    <p className={style.origin}>
      {item.shared ? (
        <Trans>
          Passed on for those who came later;{" "}
          <bdi>{item.shared.author.name}</bdi> said it before.
        </Trans>
      ) : (
        <Trans>Taken over from elsewhere</Trans>
      )}
    </p>
  );
}

/** The text, with members' names where it means them. */
function Words({ item }: ItemProps) {
  return splitMentions(item.text, item.mentions).map((part, index) => (
    <Fragment key={index}>
      {part.kind === "text" ? (
        <LinkedText text={part.text} />
      ) : (
        <bdi className={part.own ? style.mentionsMe : style.mention}>
          {"@"}
          {part.name}
        </bdi>
      )}
    </Fragment>
  ));
}

/** What came with the words, by name and kind. */
function Attached({ item }: ItemProps) {
  if (!item.attachments) return null;
  return (
    <ul className={style.attached}>
      {item.attachments.map(({ name, kind }, index) => (
        <li key={index}>
          <bdi>{name || kind}</bdi>
        </li>
      ))}
    </ul>
  );
}

interface QuoteProps {
  readonly reply: NonNullable<MessageItem["replyTo"]>;
  readonly onJump: (id: string) => void;
}

function Quote({ reply, onJump }: QuoteProps) {
  return (
    <button
      type="button"
      className={style.quote}
      onClick={() => onJump(reply.id)}
    >
      <Spoken>
        <Trans>Replies to:</Trans>
      </Spoken>
      {reply.author && (
        <b>
          <bdi>{reply.author.name}</bdi>
        </b>
      )}
      <span className={style.excerpt} dir="auto">
        {reply.excerpt}
      </span>
    </button>
  );
}

const stateWords: Record<SendState, MessageDescriptor> = {
  queued: msg`Waiting to be sent`,
  sent: msg`Sent`,
  failed: msg`Not sent`,
};

const stateSigns = { queued: Clock3, sent: Check, failed: CircleAlert };

interface MetaProps {
  readonly item: MessageItem;
  readonly isTimeShown: boolean;
  readonly onMenu: (id: string) => void;
}

/** Time and state. The clock and the alert always show; what is done is told once, at the end of a group. */
function Meta({ item, isTimeShown, onMenu }: MetaProps) {
  const { i18n } = useLingui();
  const locale = useLocale();
  const { state } = item;
  const isStateShown = state !== undefined && (isTimeShown || state !== "sent");
  const Sign = state && stateSigns[state];
  return (
    <span className={style.meta} data-state={state}>
      <Marks item={item} />
      {isTimeShown ? (
        <time>{formatClock(item.at, { locale })}</time>
      ) : (
        <Spoken>{formatClock(item.at, { locale })}</Spoken>
      )}
      {isStateShown && Sign && (
        <>
          <Sign aria-hidden="true" />
          {state === "failed" ? (
            <button
              type="button"
              className={style.failed}
              onClick={() => onMenu(item.id)}
            >
              {i18n._(stateWords.failed)}
            </button>
          ) : (
            <Spoken>{i18n._(stateWords[state])}</Spoken>
          )}
        </>
      )}
    </span>
  );
}

/** What happened to it since: pinned, changed, soon gone. */
function Marks({ item }: ItemProps) {
  return (
    <>
      {item.pinnedBy && (
        <>
          <Pin aria-hidden="true" />
          <Spoken>
            <Trans>Pinned</Trans>
          </Spoken>
        </>
      )}
      {item.expiresAt !== undefined && (
        <>
          <Timer aria-hidden="true" />
          <Spoken>
            <Trans>Will disappear</Trans>
          </Spoken>
        </>
      )}
      {item.edited && <Trans>edited</Trans>}
    </>
  );
}

function Reactions({ item, circle, canWrite }: MessageProps) {
  const locale = useLocale();
  const run = useRun();
  return (
    <ul className={style.reactions}>
      {item.reactions.map(({ emoji, people }) => {
        const isOwn = people.some(({ own }) => own);
        const names = people.map(({ name }) => name).join(", ");
        return (
          <li key={emoji}>
            <button
              type="button"
              className={style.reaction}
              aria-pressed={isOwn}
              disabled={!canWrite}
              title={names}
              onClick={() => {
                void run({
                  command: "react",
                  circle,
                  target: item.id,
                  emoji: isOwn ? "" : emoji,
                });
              }}
            >
              <span>{emoji}</span>{" "}
              <span aria-hidden="true">
                {formatNumber(people.length, locale)}
              </span>
              <Spoken>{names}</Spoken>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Handlers for a finger that stays and for the mouse's second button. */
function useLongPress(onLongPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = (): void => clearTimeout(timer.current);
  return {
    onPointerDown: (event: React.PointerEvent) => {
      stop();
      if (event.pointerType === "mouse") return;
      timer.current = setTimeout(onLongPress, LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerMove: (event: React.PointerEvent) => {
      if (Math.abs(event.movementX) + Math.abs(event.movementY) > 4) stop();
    },
    onContextMenu: (event: React.MouseEvent) => {
      // A link keeps the browser's own menu.
      if (event.target instanceof Element && event.target.closest("a")) return;
      event.preventDefault();
      stop();
      onLongPress();
    },
  };
}
