import type {
  CircleView,
  MessageItem,
  NoticeItem,
  PollItem,
  TaskItem,
} from "@halqa/engine";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Plus, Search, Users } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { IconButton, IconLink, LinkButton } from "../../ui/Button.tsx";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { Alarms } from "./Alarms.tsx";
import style from "./Chat.module.css";
import { Composer } from "./Composer.tsx";
import type { LeavingMessage } from "./leaving-messages.ts";
import type { Post, Rights } from "./posts.ts";
import { Removal } from "./Removal.tsx";
import type { EditTarget, ReplyTarget } from "./reply-target.ts";
import { Ended, Muted, Waiting } from "./Standing.tsx";
import { Timeline, type JumpWish } from "./Timeline.tsx";

const SearchPanel = lazy(async () => ({
  default: (await import("./SearchPanel.tsx")).SearchPanel,
}));
const PostEditor = lazy(async () => ({
  default: (await import("./PostEditor.tsx")).PostEditor,
}));

export interface ChatProps {
  readonly view: CircleView;
  readonly back?: BackLink | undefined;
  readonly membersHref: string;
  readonly inviteHref: string;
  readonly settingsHref: string;
  /** Where an invite can be opened. */
  readonly joinHref: string;
  readonly onForgotten: () => void;
}

const IN = ["founding", "unconfirmed", "member"];

/** A circle: what was said, and the place to say something. */
export function Chat(props: ChatProps) {
  const { view, back, membersHref, inviteHref, joinHref, onForgotten } = props;
  const { settingsHref } = props;
  const { summary, may } = view;
  const isIn = IN.includes(summary.standing);
  const isWaiting = ["waiting", "joining"].includes(summary.standing);
  const talk = useTalk(view);
  const rights: Rights = {
    canWrite: isIn && may.post,
    canPin: may.pin,
    isSteward: summary.role === "steward",
  };
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
        !isWaiting && (
          <ChatActions
            membersHref={isIn ? membersHref : undefined}
            onSearch={talk.openSearch}
          />
        )
      }
      footer={
        isIn ? (
          <Foot view={view} talk={talk} rights={rights} />
        ) : (
          !isWaiting && (
            <Ended view={view} joinHref={joinHref} onForgotten={onForgotten} />
          )
        )
      }
    >
      {isWaiting ? (
        <Waiting view={view} joinHref={joinHref} onForgotten={onForgotten} />
      ) : (
        <div className={style.body}>
          <div>
            <Alarms summary={summary} />
            <Removal view={view} settingsHref={settingsHref} />
            <Calls view={view} href={membersHref} />
          </div>
          <Timeline
            key={summary.circle}
            circle={summary.circle}
            unread={summary.unread}
            sent={talk.sent}
            leaving={talk.leaving}
            onArrived={talk.setLeaving}
            rights={rights}
            me={view.members.find(({ own }) => own)?.member ?? ""}
            jump={talk.jump}
            editLast={talk.lastEdits}
            empty={isIn && <NothingSaid view={view} inviteHref={inviteHref} />}
            replyTo={talk.replyTo}
            onReply={talk.reply}
            onEdit={talk.edit}
          />
        </div>
      )}
      <Sheets view={view} talk={talk} />
    </Page>
  );
}

type Editable = NoticeItem | PollItem | TaskItem;

interface Talk {
  readonly replyTo: ReplyTarget | undefined;
  readonly editing: EditTarget | undefined;
  readonly editedPost: Editable | undefined;
  readonly sent: number;
  readonly jump: JumpWish | undefined;
  readonly isSearching: boolean;
  /** Counts wishes to change the last own message. */
  readonly lastEdits: number;
  readonly editLast: () => void;
  readonly reply: (target: ReplyTarget | undefined) => void;
  readonly editWords: (target: EditTarget | undefined) => void;
  readonly edit: (item: Post) => void;
  readonly endEdit: () => void;
  readonly countSent: () => void;
  /** What was sent and is not stored yet. */
  readonly leaving: readonly LeavingMessage[];
  readonly setLeaving: (left: readonly LeavingMessage[]) => void;
  readonly leave: (text: string) => string;
  readonly store: (key: string, id: string | undefined) => void;
  readonly jumpTo: (id: string) => void;
  readonly openSearch: () => void;
  readonly closeSearch: () => void;
}

/** What is being done in the circle: answering, changing, looking for something. */
function useTalk(view: CircleView): Talk {
  const answered = view.draft?.replyTo;
  const [replyTo, setReplyTo] = useState<ReplyTarget | undefined>(() =>
    answered === undefined ? undefined : { id: answered, isRecalled: true },
  );
  const [editing, setEditing] = useState<EditTarget>();
  const [editedPost, setEditedPost] = useState<Editable>();
  const [sent, setSent] = useState(0);
  const [jump, setJump] = useState<JumpWish>();
  const [isSearching, setSearching] = useState(false);
  const [lastEdits, setLastEdits] = useState(0);
  const leaving = useLeaving(view, replyTo);
  return {
    replyTo,
    editing,
    editedPost,
    sent,
    jump,
    isSearching,
    lastEdits,
    editLast: () => setLastEdits((count) => count + 1),
    reply: (target) => {
      setEditing(undefined);
      setReplyTo(target);
    },
    editWords: setEditing,
    edit: (item) => {
      if (item.item === "message") {
        setReplyTo(undefined);
        setEditing({ id: item.id, text: item.text });
      } else if (item.item !== "minutes") setEditedPost(item);
    },
    endEdit: () => setEditedPost(undefined),
    ...leaving,
    countSent: () => setSent((count) => count + 1),
    jumpTo: (id) => {
      setSearching(false);
      setJump({ id });
    },
    openSearch: () => setSearching(true),
    closeSearch: () => setSearching(false),
  };
}

type Leaving = Pick<Talk, "leaving" | "setLeaving" | "leave" | "store">;

/** What was sent, for as long as the engine has not shown it. */
function useLeaving(
  { members }: CircleView,
  replyTo: ReplyTarget | undefined,
): Leaving {
  const [leaving, setLeaving] = useState<readonly LeavingMessage[]>([]);
  const count = useRef(0);
  const own = members.find((one) => one.own);
  return {
    leaving,
    setLeaving,
    leave: (text) => {
      const key = `leaving ${++count.current}`;
      const item: MessageItem = {
        item: "message",
        id: key,
        text,
        author: { member: own?.member ?? "", name: own?.name ?? "", own: true },
        at: Date.now(),
        state: "queued",
        reactions: [],
        ...(replyTo?.shown && {
          replyTo: {
            id: replyTo.id,
            author: replyTo.shown.author,
            excerpt: replyTo.shown.text,
          },
        }),
      };
      setLeaving((others) => [...others, { key, item }]);
      return key;
    },
    store: (key, id) => {
      setLeaving((all) =>
        all.flatMap((one) => {
          if (one.key !== key) return [one];
          return id === undefined ? [] : [{ ...one, id }];
        }),
      );
    },
  };
}

interface TalkProps {
  readonly view: CircleView;
  readonly talk: Talk;
}

function Foot({ view, talk, rights }: TalkProps & { readonly rights: Rights }) {
  if (!rights.canWrite) return <Muted view={view} />;
  return (
    <Composer
      view={view}
      replyTo={talk.replyTo}
      editing={talk.editing}
      onReplyTo={talk.reply}
      onEditing={talk.editWords}
      onEditLast={talk.editLast}
      onSent={talk.countSent}
      onLeaving={talk.leave}
      onStored={talk.store}
    />
  );
}

/** What lies over the circle while something is looked for or changed. */
function Sheets({ view, talk }: TalkProps) {
  const { circle } = view.summary;
  return (
    <Suspense>
      {talk.isSearching && (
        <SearchPanel
          circle={circle}
          onJump={talk.jumpTo}
          onClose={talk.closeSearch}
        />
      )}
      {talk.editedPost && (
        <PostEditor
          circle={circle}
          members={view.members}
          item={talk.editedPost}
          onClose={talk.endEdit}
        />
      )}
    </Suspense>
  );
}

interface ChatActionsProps {
  readonly membersHref: string | undefined;
  readonly onSearch: () => void;
}

function ChatActions({ membersHref, onSearch }: ChatActionsProps) {
  const { t } = useLingui();
  return (
    <>
      <IconButton label={t`Search in this circle`} onPress={onSearch}>
        <Search aria-hidden="true" />
      </IconButton>
      {membersHref !== undefined && (
        <IconLink href={membersHref} label={t`Members and settings`}>
          <Users aria-hidden="true" />
        </IconLink>
      )}
    </>
  );
}

function MemberCount({ view }: { readonly view: CircleView }) {
  const { members, stewards, kind } = view.summary;
  if (kind === "direct") return <Trans>A circle of two</Trans>;
  return (
    <>
      <Plural value={members} one="# member" other="# members" />
      {" · "}
      <Plural value={stewards} one="# steward" other="# stewards" />
    </>
  );
}

interface CallsProps {
  readonly view: CircleView;
  readonly href: string;
}

/** Who waits for an answer of this person. */
function Calls({ view, href }: CallsProps) {
  const { requests, repairs, summary, petitions } = view;
  const [first] = requests;
  const asked = petitions.filter(({ approved }) => !approved).length;
  const waiting =
    (summary.steward ? requests.length + repairs.length : 0) + asked;
  if (waiting === 0) return null;
  return (
    <a className={style.requests} href={href}>
      <span>
        {waiting === 1 && first ? (
          <Trans>
            <bdi>{first.name}</bdi> asks to join.
          </Trans>
        ) : (
          <Plural
            value={waiting}
            one="Somebody waits for your answer."
            other="# people wait for your answer."
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
            Invite the first people: send them a link, or let them scan a code
            from your screen.
          </Trans>
        ) : (
          <Trans>
            Write below, or set a meeting, ask a question or add a task with the
            sign <Plus aria-hidden="true" className={style.inlineSign} />.
          </Trans>
        )}
      </p>
      {isAlone && view.may.add && (
        <div className={style.emptyAct}>
          <LinkButton href={inviteHref} look="primary">
            <Trans>Invite somebody</Trans>
          </LinkButton>
        </div>
      )}
    </div>
  );
}
