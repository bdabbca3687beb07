import { Trans, useLingui } from "@lingui/react/macro";
import { Ellipsis, Pin } from "lucide-react";
import type { ReactNode } from "react";
import { Spoken } from "../../ui/Spoken.tsx";
import style from "./Organise.module.css";
import type { Post } from "./posts.ts";
import { HiddenTile } from "./QuietItems.tsx";

interface PostFrameProps {
  readonly item: Post;
  readonly onMenu: (id: string) => void;
  readonly children: ReactNode;
}

/** A leaf in the list: whose it is, its menu, and a pin where there is one. */
export function PostFrame({ item, onMenu, children }: PostFrameProps) {
  const { t } = useLingui();
  if (item.hidden) {
    return <HiddenTile id={item.id} hidden={item.hidden} onMenu={onMenu} />;
  }
  return (
    <article
      className={style.post}
      data-item={item.id}
      tabIndex={-1}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(item.id);
      }}
    >
      <p className={style.by}>
        {item.author.own ? (
          <>
            <Spoken>
              <Trans>You: </Trans>
            </Spoken>
            <span aria-hidden="true">
              <Trans>You</Trans>
            </span>
          </>
        ) : (
          <bdi>{item.author.name}</bdi>
        )}
        {item.pinnedBy && (
          <>
            <Pin aria-hidden="true" />
            <Spoken>
              <Trans>Pinned</Trans>
            </Spoken>
          </>
        )}
      </p>
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
      {children}
    </article>
  );
}
