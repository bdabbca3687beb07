import { useId, type InputHTMLAttributes, type ReactNode } from "react";
import style from "./Field.module.css";

type TextFieldProps = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  "id" | "className" | "onChange"
> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: ReactNode;
  readonly onType?: (value: string) => void;
};

/** One line of text with its label, a quiet hint and, where something is wrong, what to do. */
export function TextField({
  label,
  hint,
  fault,
  onType,
  ...input
}: TextFieldProps) {
  const id = useId();
  const notes = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean);
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      <input
        // An empty field begins where the page's language begins.
        dir={input.value === "" ? undefined : "auto"}
        autoComplete="off"
        {...input}
        id={id}
        className={style.input}
        aria-invalid={fault ? true : undefined}
        aria-describedby={notes.join(" ") || undefined}
        onChange={(event) => onType?.(event.target.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
      {fault && <Fault id={`${id}-fault`}>{fault}</Fault>}
    </div>
  );
}

interface TextAreaProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly maxLength?: number;
  readonly onType: (value: string) => void;
}

export function TextArea({ label, hint, onType, ...area }: TextAreaProps) {
  const id = useId();
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        {...area}
        id={id}
        dir={area.value === "" ? undefined : "auto"}
        rows={3}
        className={style.input}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onType(event.target.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
  }[];
  readonly onChoose: (value: string) => void;
}

/** One of many: the device's own list. */
export function Select({ label, value, options, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className={style.input}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} dir="auto">
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface SwitchProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

/** Something that is so or not, with what it means under it. */
export function Switch({ label, hint, isOn, onSwitch }: SwitchProps) {
  const id = useId();
  return (
    <div className={style.field}>
      <label className={style.switch}>
        <input
          type="checkbox"
          checked={isOn}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onSwitch(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className={style.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly label: ReactNode;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly options: readonly ChoiceOption<Value>[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, side by side: a group of radio buttons. */
export function Choice<Value extends string>({
  label,
  hint,
  options,
  value,
  onChoose,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className={style.choices}>
      <legend className={style.label}>{label}</legend>
      <div className={style.options}>
        {options.map((option) => (
          <label key={option.value} className={style.option}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {hint && <p className={style.hint}>{hint}</p>}
    </fieldset>
  );
}

interface FaultProps {
  readonly id?: string;
  readonly children: ReactNode;
}

/** What went wrong and what to do now; heard as soon as it appears. */
export function Fault({ id, children }: FaultProps) {
  return (
    <p id={id} role="alert" className={style.fault}>
      {children}
    </p>
  );
}
