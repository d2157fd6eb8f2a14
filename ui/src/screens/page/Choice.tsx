import { Label, Radio, RadioGroup } from "react-aria-components";
import css from "./Choice.module.css";

interface Props {
  label: string;
  options: readonly { key: string; label: string }[];
  value: string;
  onChange: (key: string) => void;
}

/** One of a few, side by side. */
export function Choice({ label, options, value, onChange }: Props) {
  return (
    <RadioGroup className={css.choice!} value={value} onChange={onChange} orientation="horizontal">
      <Label className={css.label!}>{label}</Label>
      <div className={css.options}>
        {options.map((option) => (
          <Radio key={option.key} value={option.key} className={css.option!}>
            {option.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
