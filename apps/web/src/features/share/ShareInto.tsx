import type { AppView, CircleSummary } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { CircleEmblem } from "../../ui/CircleEmblem.tsx";
import { Page, type BackLink } from "../../ui/Page.tsx";
import style from "./ShareInto.module.css";

interface ShareIntoProps {
  readonly view: AppView;
  readonly back: BackLink;
  /** What was handed over; undefined for a new message. */
  readonly text: string | undefined;
  readonly onChoose: (circle: string) => void;
}

/** In which circle something is to be said. It is put into the box there, and sent by nobody but the person. */
export function ShareInto({ view, back, text, onChoose }: ShareIntoProps) {
  const { t } = useLingui();
  const circles = view.circles.filter(isWritable);
  return (
    <Page title={t`Write to which circle?`} back={back}>
      {text !== undefined && (
        <blockquote className={style.text} dir="auto">
          {text}
        </blockquote>
      )}
      {circles.length === 0 ? (
        <p>
          <Trans>There is no circle here in which you can write.</Trans>
        </p>
      ) : (
        <ul className={style.circles}>
          {circles.map(({ circle, name, members, stewards }) => (
            <li key={circle}>
              <button
                type="button"
                className={style.circle}
                onClick={() => onChoose(circle)}
              >
                <CircleEmblem
                  name={name}
                  members={members}
                  stewards={stewards}
                  size="row"
                />
                <bdi>{name}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function isWritable({ standing, closed, role }: CircleSummary): boolean {
  return standing === "member" && !closed && role !== "reader";
}
