import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/Field.tsx";
import { Hits } from "./PinsBar.tsx";
import { isPost, type Post } from "./posts.ts";
import style from "./Organise.module.css";

interface SearchPanelProps {
  readonly circle: string;
  readonly onJump: (id: string) => void;
  readonly onClose: () => void;
}

interface Found {
  readonly text: string;
  readonly posts: readonly Post[];
  readonly next?: number | undefined;
}

const PAGE = 30;

/** Words looked for in what is on this device; nobody else learns of it. */
export function SearchPanel({ circle, onJump, onClose }: SearchPanelProps) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  const search = async (wanted: string, earlier?: Found): Promise<void> => {
    const before = earlier?.next;
    const value = await act({
      command: "search",
      circle,
      text: wanted,
      limit: PAGE,
      ...(before !== undefined && { before }),
    });
    if (value?.kind !== "found") return;
    const posts = value.items
      .filter(isPost)
      .filter(({ hidden }) => hidden === undefined);
    setFound({
      text: wanted,
      posts: [...(earlier?.posts ?? []), ...posts],
      next: value.next,
    });
  };
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== "") void search(text.trim());
  };
  return (
    <Dialog
      title={t`Search in this circle`}
      closeLabel={t`Close`}
      onClose={onClose}
    >
      <form ref={form} className={style.form} role="search" onSubmit={begin}>
        <TextField
          label={t`Words`}
          type="search"
          enterKeyHint="search"
          value={text}
          fault={fault}
          hint={
            <Trans>Only this device searches, and only what is on it.</Trans>
          }
          onType={setText}
        />
        <Button look="primary" disabled={isBusy || text.trim() === ""}>
          <Trans>Search</Trans>
        </Button>
      </form>
      {found && !fault && (
        <>
          <p role="status">
            <Plural
              value={found.posts.length}
              _0="Nothing found"
              one="# found"
              other="# found"
            />
          </p>
          <Hits posts={found.posts} onJump={onJump} />
          {found.next !== undefined && (
            <Button
              disabled={isBusy}
              onPress={() => void search(found.text, found)}
            >
              <Trans>Search further back</Trans>
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}
