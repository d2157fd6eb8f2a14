import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import { type Loaded, useStore } from "../state/store";
import { Icon } from "./Icon";
import { nameOfTree } from "./names";
import css from "./TreeSwitch.module.css";

/** Other groupings of the same conversations, or the report that this one is compared with. */
export function TreeSwitch({ loaded }: { loaded: Loaded }) {
  const trees = useStore((state) => state.index)?.trees ?? [];
  const go = useStore((state) => state.go);
  if (trees.length < 2) return null;
  return (
    <Select
      className={css.switch!}
      aria-label="Grouping"
      value={loaded.key}
      onChange={(key) => key !== null && go({ tree: String(key) })}
    >
      <Button className={css.button!}>
        <SelectValue className={css.value!} />
        <Icon name="down" />
      </Button>
      <Popover className={css.popover!} placement="bottom end">
        <ListBox className={css.list!}>
          {trees.map((entry) => (
            <ListBoxItem
              key={entry.key}
              id={entry.key}
              textValue={nameOfTree(entry)}
              className={css.item!}
            >
              <span dir="auto">{nameOfTree(entry)}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
