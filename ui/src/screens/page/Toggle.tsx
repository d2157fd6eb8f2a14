import { Switch } from "react-aria-components";
import css from "./Toggle.module.css";

interface Props {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** A switch with its words. */
export function Toggle({ label, on, onChange }: Props) {
  return (
    <Switch className={css.toggle!} isSelected={on} onChange={onChange}>
      <span className={css.track} aria-hidden="true" />
      {label}
    </Switch>
  );
}
