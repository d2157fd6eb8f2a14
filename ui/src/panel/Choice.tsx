import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import css from "./Choice.module.css";

interface Props {
  label: string;
  value: string;
  options: readonly { key: string; title: string }[];
  onChange: (key: string) => void;
}

/** A small choice in a line of text. */
export function Choice({ label, value, options, onChange }: Props) {
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
    >
      <Button className={css.button!}>
        <SelectValue className={css.value!} />
        <span aria-hidden="true">▾</span>
      </Button>
      <Popover className={css.popover!}>
        <ListBox className={css.list!}>
          {options.map(({ key, title }) => (
            <ListBoxItem key={key} id={key} textValue={title} className={css.item!}>
              <bdi>{title}</bdi>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
