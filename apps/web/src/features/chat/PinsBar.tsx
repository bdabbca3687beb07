import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Pin } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog.tsx";
import style from "./Chat.module.css";
import { textOf, type Post } from "./posts.ts";

interface PinsBarProps {
  /** Of what is loaded, oldest first. */
  readonly pinned: readonly Post[];
  readonly onJump: (id: string) => void;
}

/** What members pinned: the newest in a line, all of them on a sheet. */
export function PinsBar({ pinned, onJump }: PinsBarProps) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const newest = pinned.at(-1);
  if (newest === undefined) return null;
  const jump = (id: string): void => {
    setOpen(false);
    onJump(id);
  };
  return (
    <>
      <button
        type="button"
        className={style.pins}
        onClick={() => (pinned.length > 1 ? setOpen(true) : jump(newest.id))}
      >
        <Pin aria-hidden="true" />
        <span className={style.pinText}>
          <span dir="auto">{textOf(newest)}</span>
        </span>
        <span className={style.pinCount}>
          <Plural value={pinned.length} one="# pin" other="# pins" />
        </span>
      </button>
      {isOpen && (
        <Dialog
          title={t`Pinned`}
          closeLabel={t`Close`}
          onClose={() => setOpen(false)}
        >
          <Hits posts={pinned.toReversed()} onJump={jump} />
        </Dialog>
      )}
    </>
  );
}

interface HitsProps {
  readonly posts: readonly Post[];
  readonly onJump: (id: string) => void;
}

/** Posts in lines, each leading to its place. */
export function Hits({ posts, onJump }: HitsProps) {
  return (
    <ul className={style.hits}>
      {posts.map((post) => (
        <li key={post.id}>
          <button
            type="button"
            className={style.hit}
            onClick={() => onJump(post.id)}
          >
            <b>
              {post.author.own ? (
                <Trans>You</Trans>
              ) : (
                <bdi>{post.author.name}</bdi>
              )}
            </b>
            <span>
              <bdi>{textOf(post)}</bdi>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
