import type {
  ChangeItem,
  GoneItem,
  MessageItem,
  Person,
  UnreadableItem,
} from "@halqa/engine";
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import style from "./QuietItems.module.css";

/** A change of the circle or among its members: one quiet line. */
export function ChangeLine({ item }: { readonly item: ChangeItem }) {
  return (
    <article className={style.change} data-item={item.id} tabIndex={-1}>
      <p>
        <ChangeWords item={item} />
      </p>
    </article>
  );
}

interface WordsProps {
  readonly item: ChangeItem;
}

// oxlint-disable-next-line complexity -- a table of all changes, one line each
function ChangeWords({ item }: WordsProps) {
  switch (item.change) {
    case "founded":
      return <Founded item={item} />;
    case "joined":
      return <Joined item={item} />;
    case "removed":
      return <Removed item={item} />;
    case "left":
      return <Left item={item} />;
    case "promoted":
    case "demoted":
    case "made-reader":
    case "made-member":
      return item.who?.own === true ? (
        <OwnRole change={item.change} />
      ) : (
        <TheirRole change={item.change} who={item.who} />
      );
    case "renamed":
    case "settings":
    case "picture":
    case "charter":
    case "closed":
      return <CircleChanged {...item} change={item.change} />;
  }
}

function Left({ item: { who } }: WordsProps) {
  return who?.own === true ? (
    <Trans>You left.</Trans>
  ) : (
    <Trans>
      <Name of={who} /> left.
    </Trans>
  );
}

function Founded({ item }: WordsProps) {
  const founder = item.by ?? item.who;
  return founder?.own === true ? (
    <Trans>You started this circle.</Trans>
  ) : (
    <Trans>
      <Name of={founder} /> started this circle.
    </Trans>
  );
}

function Joined({ item: { who, by } }: WordsProps) {
  if (who?.own === true) return <Trans>You joined. Welcome!</Trans>;
  return by?.own === true ? (
    <Trans>
      You let <Name of={who} /> in.
    </Trans>
  ) : (
    <Trans>
      <Name of={who} /> joined.
    </Trans>
  );
}

function Removed({ item: { who, by } }: WordsProps) {
  if (who?.own === true) {
    return <Trans>You were removed from the circle.</Trans>;
  }
  if (by?.own === true) {
    return (
      <Trans>
        You removed <Name of={who} />.
      </Trans>
    );
  }
  return by === undefined ? (
    <Trans>
      <Name of={who} /> was removed.
    </Trans>
  ) : (
    <Trans>
      <Name of={by} /> removed <Name of={who} />.
    </Trans>
  );
}

type RoleChange = "promoted" | "demoted" | "made-reader" | "made-member";

function OwnRole({ change }: { readonly change: RoleChange }) {
  switch (change) {
    case "promoted":
      return <Trans>You are a steward now.</Trans>;
    case "demoted":
      return <Trans>You are no steward any more.</Trans>;
    case "made-reader":
      return <Trans>From now on you read here, and do not write.</Trans>;
    case "made-member":
      return <Trans>You can write here now.</Trans>;
  }
}

interface TheirRoleProps {
  readonly who: Person | undefined;
  readonly change: RoleChange;
}

function TheirRole({ change, who }: TheirRoleProps) {
  switch (change) {
    case "promoted":
      return (
        <Trans>
          <Name of={who} /> is a steward now.
        </Trans>
      );
    case "demoted":
      return (
        <Trans>
          <Name of={who} /> is no steward any more.
        </Trans>
      );
    case "made-reader":
      return (
        <Trans>
          <Name of={who} /> reads here now, and does not write.
        </Trans>
      );
    case "made-member":
      return (
        <Trans>
          <Name of={who} /> can write here now.
        </Trans>
      );
  }
}

interface CircleChangeProps extends Pick<ChangeItem, "text"> {
  readonly change: "renamed" | "settings" | "picture" | "charter" | "closed";
}

function CircleChanged({ change, text }: CircleChangeProps) {
  switch (change) {
    case "renamed":
      return (
        <Trans>
          The circle is called “<bdi>{text}</bdi>” now.
        </Trans>
      );
    case "settings":
      return <Trans>The settings of the circle were changed.</Trans>;
    case "picture":
      return <Trans>The circle’s picture was changed.</Trans>;
    case "charter":
      return <Trans>The circle’s charter was changed.</Trans>;
    case "closed":
      return <Trans>The circle was closed.</Trans>;
  }
}

function Name({ of }: { readonly of: Person | undefined }) {
  return <bdi>{of?.name ?? "?"}</bdi>;
}

/** A place where something was sent that cannot be shown: why, and what happens next. */
export function UnreadableTile({ item }: { readonly item: UnreadableItem }) {
  return (
    <article className={style.tile} data-item={item.id} tabIndex={-1}>
      <p>
        {item.reason === "newer-version" && (
          <Trans>
            Something was sent here that this version cannot show. It appears
            once the app is up to date.
          </Trans>
        )}
        {item.reason === "too-late" && (
          <Trans>
            A message came too late to be opened. Ask its author to send it
            again.
          </Trans>
        )}
        {item.reason === "malformed" && (
          <Trans>A message came damaged and was left out.</Trans>
        )}
      </p>
    </article>
  );
}

/** Where something stood that was taken back or has disappeared. */
export function GoneTile({ item }: { readonly item: GoneItem }) {
  const { author, cause } = item;
  return (
    <article className={style.change} data-item={item.id} tabIndex={-1}>
      <p>
        <GoneWords author={author} isDeleted={cause === "deleted"} />
      </p>
    </article>
  );
}

interface GoneWordsProps {
  readonly author: Person;
  readonly isDeleted: boolean;
}

function GoneWords({ author, isDeleted }: GoneWordsProps) {
  if (!isDeleted) return <Trans>This has disappeared, as agreed.</Trans>;
  return author.own ? (
    <Trans>You deleted this.</Trans>
  ) : (
    <Trans>
      <Name of={author} /> deleted this.
    </Trans>
  );
}

type Hidden = NonNullable<MessageItem["hidden"]>;

export const hideReasons: Record<Hidden["reason"], MessageDescriptor> = {
  shown: msg`shown again`,
  "off-topic": msg`off topic`,
  harassment: msg`hurts somebody`,
  spam: msg`advertising`,
  danger: msg`puts somebody in danger`,
  other: msg`another reason`,
};

interface HiddenTileProps {
  readonly id: string;
  readonly hidden: Hidden;
  readonly onMenu: (id: string) => void;
}

/** What a steward hid: by whom and why. The menu of the place stays, so that a steward can show it again. */
export function HiddenTile({ id, hidden, onMenu }: HiddenTileProps) {
  const { i18n } = useLingui();
  const reason = i18n._(hideReasons[hidden.reason]);
  return (
    <article
      className={style.tile}
      data-item={id}
      tabIndex={-1}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(id);
      }}
    >
      <p>
        <Trans>
          <bdi>{hidden.by.name}</bdi>, a steward, hid this: {reason}.
        </Trans>
      </p>
    </article>
  );
}
