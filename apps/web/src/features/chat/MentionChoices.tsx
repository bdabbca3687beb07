import type { MemberView } from "@halqa/engine";
import { useLingui } from "@lingui/react/macro";
import style from "./Composer.module.css";
import { mentionChoices } from "./mention-text.ts";
import type { Writing } from "./use-writing.ts";

interface MentionChoicesProps {
  readonly writing: Writing;
  readonly members: readonly MemberView[];
}

/** Members who could be meant by what is typed after an `@`. */
export function MentionChoices({ writing, members }: MentionChoicesProps) {
  const { t } = useLingui();
  const { typedName } = writing;
  if (typedName === undefined) return null;
  const others = members.filter(({ own }) => !own);
  const choices = mentionChoices(others, typedName);
  if (choices.length === 0) return null;
  return (
    <div
      className={style.people}
      role="group"
      aria-label={t`Whom do you mean?`}
      // The box keeps the focus, and a phone its keyboard.
      onPointerDown={(event) => event.preventDefault()}
    >
      {choices.map((person) => (
        <button
          key={person.member}
          type="button"
          onClick={() => writing.name(person)}
        >
          {"@"}
          <bdi>{person.name}</bdi>
        </button>
      ))}
    </div>
  );
}
