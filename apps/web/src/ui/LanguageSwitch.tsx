import style from "./LanguageSwitch.module.css";

export interface LanguageChoice<Code extends string> {
  readonly code: Code;
  /** The language's name in that language: whoever reads it finds it whatever is shown now. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
}

interface LanguageSwitchProps<Code extends string> {
  readonly label: string;
  readonly choices: readonly LanguageChoice<Code>[];
  readonly current: Code;
  readonly onChoose: (code: Code) => void;
}

export function LanguageSwitch<Code extends string>({
  label,
  choices,
  current,
  onChoose,
}: LanguageSwitchProps<Code>) {
  return (
    <div className={style.switch} role="group" aria-label={label}>
      {choices.map(({ code, name, direction }) => (
        <button
          key={code}
          type="button"
          lang={code}
          dir={direction}
          aria-pressed={code === current}
          className={style.choice}
          onClick={() => onChoose(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
