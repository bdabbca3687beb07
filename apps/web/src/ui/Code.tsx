import style from "./Code.module.css";

interface CodeProps {
  readonly digits: string;
  readonly label: string;
}

/** Digits that two people read to each other: in groups, always from left to right, one by one for screen readers. */
export function Code({ digits, label }: CodeProps) {
  const plain = digits.replaceAll(/\D/g, "");
  const size = plain.length > 6 ? 5 : 3;
  const groups = plain.match(new RegExp(`\\d{1,${size}}`, "g")) ?? [];
  return (
    <p
      className={style.code}
      dir="ltr"
      role="img"
      aria-label={`${label}: ${plain.split("").join(" ")}`}
    >
      {groups.map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </p>
  );
}
