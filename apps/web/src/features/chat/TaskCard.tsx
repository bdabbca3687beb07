import type { MinutesItem, TaskItem } from "@halqa/engine";
import { Trans } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Fault } from "../../ui/Field.tsx";
import { formatDate } from "../../ui/format-time.ts";
import { Leaf } from "../../ui/Leaf.tsx";
import { LinkedText } from "../../ui/LinkedText.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { useNow } from "../../ui/use-now.ts";
import style from "./Organise.module.css";
import { PostFrame } from "./PostFrame.tsx";

interface TaskCardProps {
  readonly item: TaskItem;
  readonly circle: string;
  /** The member key of this device's person. */
  readonly me: string;
  readonly canWrite: boolean;
  readonly isSteward: boolean;
  readonly onMenu: (id: string) => void;
}

/** Something to be done, who does it, and by when. */
export function TaskCard(props: TaskCardProps) {
  const { item, canWrite, onMenu } = props;
  const now = useNow();
  const { dueAt, done } = item;
  const isOverdue = !done && dueAt !== undefined && dueAt < now;
  return (
    <PostFrame item={item} onMenu={onMenu}>
      <Leaf
        tone={done ? "past" : isOverdue ? "warn" : "now"}
        titleLevel={3}
        title={done ? <s>{item.title}</s> : item.title}
        lines={
          <p>
            <Owner item={item} /> <Due at={dueAt} />
          </p>
        }
      >
        {canWrite && <TaskActs {...props} />}
      </Leaf>
    </PostFrame>
  );
}

function Owner({ item: { owner, done } }: Pick<TaskCardProps, "item">) {
  if (done) return <Trans>Done.</Trans>;
  if (owner === undefined) return <Trans>Nobody does it yet.</Trans>;
  return owner.own ? (
    <Trans>You do it.</Trans>
  ) : (
    <Trans>
      <bdi>{owner.name}</bdi> does it.
    </Trans>
  );
}

function Due({ at }: { readonly at: number | undefined }) {
  const locale = useLocale();
  if (at === undefined) return null;
  const until = formatDate(at, { locale });
  return <Trans>Until {until}.</Trans>;
}

function TaskActs({ item, circle, me, isSteward }: TaskCardProps) {
  const { act, fault } = useAct();
  const { owner, done } = item;
  const isTaken = owner !== undefined;
  const isMine = item.author.own || owner?.own === true || isSteward;
  const change = (what: { readonly done?: boolean; readonly owner?: string }) =>
    void act({ command: "update-task", circle, target: item.id, ...what });
  return (
    <>
      <div className={style.acts}>
        {!isTaken && !done && (
          <Button look="primary" onPress={() => change({ owner: me })}>
            <Trans>I do it</Trans>
          </Button>
        )}
        {isMine && (
          <Button onPress={() => change({ done: !done })}>
            {done ? <Trans>Not done yet</Trans> : <Trans>It is done</Trans>}
          </Button>
        )}
        {owner?.own === true && !done && (
          <Button look="quiet" onPress={() => change({ owner: "" })}>
            <Trans>Give it back</Trans>
          </Button>
        )}
      </div>
      {fault && <Fault>{fault}</Fault>}
    </>
  );
}

interface MinutesCardProps {
  readonly item: MinutesItem;
  readonly onMenu: (id: string) => void;
}

/** What was agreed, to be found again. */
export function MinutesCard({ item, onMenu }: MinutesCardProps) {
  return (
    <PostFrame item={item} onMenu={onMenu}>
      <Leaf
        tone="plain"
        titleLevel={3}
        title={<Trans>Minutes</Trans>}
        lines={
          item.notice && (
            <p>
              <bdi>{item.notice.excerpt}</bdi>
            </p>
          )
        }
      >
        <p className={style.minutes} dir="auto">
          <LinkedText text={item.text} />
        </p>
      </Leaf>
    </PostFrame>
  );
}
