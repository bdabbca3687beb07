import type { PollItem } from "@halqa/engine";
import { Plural, Trans } from "@lingui/react/macro";
import { useId, useState } from "react";
import { useAct } from "../../client/use-act.ts";
import { Fault } from "../../ui/Field.tsx";
import { formatList, formatNumber } from "../../ui/format-number.ts";
import { formatDate } from "../../ui/format-time.ts";
import { Leaf, QuietLine } from "../../ui/Leaf.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import { chooseOption } from "./choose-option.ts";
import style from "./Organise.module.css";
import { PostFrame } from "./PostFrame.tsx";

interface PollCardProps {
  readonly item: PollItem;
  readonly circle: string;
  readonly canWrite: boolean;
  readonly onMenu: (id: string) => void;
}

/** A question with options as a leaf. Everybody sees who chose what: a vote among comrades, not a ballot. */
export function PollCard({ item, circle, canWrite, onMenu }: PollCardProps) {
  return (
    <PostFrame item={item} onMenu={onMenu}>
      <Leaf
        tone={item.closed ? "past" : "now"}
        titleLevel={3}
        title={item.question}
        lines={
          <p>
            <State item={item} />
          </p>
        }
      >
        <Options
          item={item}
          circle={circle}
          isOpen={canWrite && item.closed === undefined}
        />
        <Voters item={item} />
      </Leaf>
    </PostFrame>
  );
}

function State({ item }: { readonly item: PollItem }) {
  const locale = useLocale();
  const { ballot, closed, closesAt } = item;
  if (closed) {
    return closed.contested ? (
      <Trans>
        Closed by <bdi>{closed.by.name}</bdi>, with other votes than this device
        has seen. Compare them.
      </Trans>
    ) : (
      <Trans>
        Closed by <bdi>{closed.by.name}</bdi>
      </Trans>
    );
  }
  const until = closesAt && formatDate(closesAt, { locale });
  return (
    <>
      {ballot === "single" && <Trans>Choose one.</Trans>}
      {ballot === "several" && <Trans>Choose as many as you like.</Trans>}
      {ballot === "ranked" && (
        <Trans>Press in the order that you prefer.</Trans>
      )}
      {until && (
        <>
          {" "}
          <Trans>Until {until}.</Trans>
        </>
      )}
    </>
  );
}

interface OptionsProps {
  readonly item: PollItem;
  readonly circle: string;
  readonly isOpen: boolean;
}

function Options({ item, circle, isOpen }: OptionsProps) {
  const { chosen, choose, fault } = useVoting(item, circle);
  const name = useId();
  const locale = useLocale();
  const most = Math.max(1, ...item.options.map(({ votes }) => votes));
  const isSingle = item.ballot === "single";
  return (
    <>
      <fieldset className={style.options} disabled={!isOpen}>
        <legend>
          <Spoken>{item.question}</Spoken>
        </legend>
        {item.options.map(({ text, votes }, index) => {
          const place = chosen.indexOf(index);
          return (
            <label key={index} className={style.option}>
              <input
                type={isSingle ? "radio" : "checkbox"}
                name={name}
                checked={place >= 0}
                onChange={() => void choose(index)}
              />
              <span className={style.choice}>
                <span className={style.mark} aria-hidden="true">
                  {item.ballot === "ranked" &&
                    place >= 0 &&
                    formatNumber(place + 1, locale)}
                </span>
                <span className={style.optionText}>
                  <bdi>{text}</bdi>
                </span>
                <span className={style.votes}>
                  <span aria-hidden="true">{formatNumber(votes, locale)}</span>
                  <Spoken>
                    <Plural value={votes} one="# vote" other="# votes" />
                  </Spoken>
                </span>
                <i
                  className={style.bar}
                  aria-hidden="true"
                  style={{ inlineSize: `${(100 * votes) / most}%` }}
                />
              </span>
            </label>
          );
        })}
      </fieldset>
      {fault && <Fault>{fault}</Fault>}
    </>
  );
}

/** What was chosen shows at once; it is taken back where it could not be stored. */
function useVoting(item: PollItem, circle: string) {
  const { act, fault } = useAct();
  const [wanted, setWanted] = useState<readonly number[]>();
  const own = item.ownChoices ?? [];
  if (wanted !== undefined && wanted.join() === own.join()) {
    setWanted(undefined);
  }
  const chosen = wanted ?? own;
  const choose = async (option: number): Promise<void> => {
    const choices = chooseOption(item.ballot, chosen, option);
    setWanted(choices);
    const target = item.id;
    const done = await act({ command: "vote", circle, target, choices });
    if (!done) setWanted(undefined);
  };
  return { chosen, choose, fault };
}

function Voters({ item }: { readonly item: PollItem }) {
  const locale = useLocale();
  const { votes, options } = item;
  if (votes.length === 0) {
    return (
      <QuietLine>
        <Trans>Nobody has chosen yet. All members see who chooses what.</Trans>
      </QuietLine>
    );
  }
  return (
    <details className={style.voters}>
      <summary>
        <Plural value={votes.length} one="# person" other="# people" />
      </summary>
      <dl>
        {options.map(({ text }, index) => {
          const people = votes.filter(({ choices }) =>
            item.ballot === "ranked"
              ? choices[0] === index
              : choices.includes(index),
          );
          return (
            people.length > 0 && (
              <div key={index}>
                <dt>
                  <bdi>{text}</bdi>
                </dt>
                <dd>
                  <bdi>
                    {formatList(
                      people.map(({ person }) => person.name),
                      locale,
                    )}
                  </bdi>
                </dd>
              </div>
            )
          );
        })}
      </dl>
      <QuietLine>
        <Trans>All members see who chooses what.</Trans>
      </QuietLine>
    </details>
  );
}
