import type { AppView, CircleSummary } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { Page } from "../../ui/Page.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import { useNow } from "../../ui/use-now.ts";
import { CircleRow } from "./CircleRow.tsx";
import style from "./Circles.module.css";
import { NewCircle } from "./NewCircle.tsx";
import { nextMeeting } from "./next-meeting.ts";
import { NextMeeting } from "./NextMeeting.tsx";

export interface CirclesProps {
  readonly view: AppView;
  /** The circle that stands open beside the list. */
  readonly current?: string | undefined;
  readonly pane: "main" | "side";
  readonly hrefOf: (circle: string) => string;
  readonly joinHref: string;
  readonly onFounded: (circle: string) => void;
}

/** All circles, the newest first, and above them the next meeting of any. */
export function Circles(props: CirclesProps) {
  const { view, pane, joinHref } = props;
  const { t } = useLingui();
  const now = useNow();
  const [isAdding, setAdding] = useState(false);
  const meeting = nextMeeting(view.circles, now);
  return (
    <Page
      pane={pane}
      title={t`My circles`}
      body="fixed"
      actions={
        <IconButton
          label={t`Start or join a circle`}
          onPress={() => setAdding(true)}
        >
          <Plus aria-hidden="true" />
        </IconButton>
      }
    >
      <div className={style.scroller}>
        {meeting && (
          <NextMeeting
            meeting={meeting}
            now={now}
            href={props.hrefOf(meeting.circle.circle)}
            level={pane === "main" ? 2 : 3}
          />
        )}
        {view.circles.length > 0 ? (
          <CircleList {...props} now={now} />
        ) : (
          <NoCircles joinHref={joinHref} onStart={() => setAdding(true)} />
        )}
      </div>
      {isAdding && (
        <NewCircle
          name={view.profile?.name ?? ""}
          joinHref={joinHref}
          onClose={() => setAdding(false)}
          onFounded={(circle) => {
            setAdding(false);
            props.onFounded(circle);
          }}
        />
      )}
    </Page>
  );
}

function CircleList({
  view,
  current,
  hrefOf,
  now,
}: CirclesProps & { readonly now: number }) {
  return (
    <ul className={style.list}>
      {view.circles.map((circle: CircleSummary) => (
        <CircleRow
          key={circle.circle}
          circle={circle}
          now={now}
          href={hrefOf(circle.circle)}
          isCurrent={circle.circle === current}
        />
      ))}
    </ul>
  );
}

interface NoCirclesProps {
  readonly joinHref: string;
  readonly onStart: () => void;
}

function NoCircles({ joinHref, onStart }: NoCirclesProps) {
  return (
    <div className={style.empty}>
      <Emblem />
      <p className={style.emptyTitle}>
        <Trans>A circle is a group whose members alone can read it.</Trans>
      </p>
      <p>
        <Trans>
          Start one and invite the first two or three people you trust. Or open
          an invite that somebody has sent you.
        </Trans>
      </p>
      <div className={style.emptyActs}>
        <Button look="primary" onPress={onStart}>
          <Trans>Start a circle</Trans>
        </Button>
        <LinkButton href={joinHref}>
          <Trans>I have an invite</Trans>
        </LinkButton>
      </div>
    </div>
  );
}
