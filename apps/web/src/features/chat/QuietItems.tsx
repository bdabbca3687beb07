import type { ChangeItem, Person, UnreadableItem } from "@halqa/engine";
import { Trans } from "@lingui/react/macro";
import style from "./QuietItems.module.css";

/** A change among the members: one quiet line. */
export function ChangeLine({ item }: { readonly item: ChangeItem }) {
  return (
    <article className={style.change} data-item={item.id} tabIndex={-1}>
      <p>
        <ChangeWords item={item} />
      </p>
    </article>
  );
}

function ChangeWords({ item }: { readonly item: ChangeItem }) {
  switch (item.change) {
    case "founded":
      return <Founded item={item} />;
    case "joined":
      return <Joined item={item} />;
    case "removed":
      return <Removed item={item} />;
    case "left":
      return item.who?.own === true ? (
        <Trans>You left.</Trans>
      ) : (
        <Trans>
          <Name of={item.who} /> left.
        </Trans>
      );
  }
}

interface WordsProps {
  readonly item: ChangeItem;
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
