import type { CircleView } from "@halqa/engine";
import { Plural, Trans } from "@lingui/react/macro";
import { formatList } from "../../ui/format-number.ts";
import { Ring } from "../../ui/Ring.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./Chat.module.css";

interface RemovalProps {
  readonly view: CircleView;
  readonly settingsHref: string;
}

const MOST_SEGMENTS = 12;

/** A removal counts when others were seen to follow it, and not before: until then this says how far it is. */
export function Removal({ view, settingsHref }: RemovalProps) {
  const locale = useLocale();
  const { removal } = view;
  if (removal === undefined || removal.state === "confirmed") return null;
  const { people, confirmed, of, state } = removal;
  const names = formatList(
    people.map(({ name }) => name),
    locale,
  );
  const size = Math.max(1, Math.min(of, MOST_SEGMENTS));
  const lit = Math.round((confirmed / Math.max(1, of)) * size);
  return (
    <div className={style.removal} data-state={state} role="status">
      <Ring
        size="bar"
        segments={Array.from({ length: size }, (_, index) =>
          index < lit ? "accent" : "quiet",
        )}
      />
      <p>
        {state === "pending" ? (
          <Trans>
            <bdi>{names}</bdi> is being removed. Do not speak freely yet:
          </Trans>
        ) : (
          <Trans>
            It is not sure that <bdi>{names}</bdi> is out. Moving to another
            relay helps.
          </Trans>
        )}{" "}
        <Plural
          value={of}
          one={`${confirmed} of # device has followed.`}
          other={`${confirmed} of # devices have followed.`}
        />
      </p>
      {state === "trouble" && (
        <a href={settingsHref}>
          <Trans>Relays</Trans>
        </a>
      )}
    </div>
  );
}
