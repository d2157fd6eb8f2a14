import {
  Button,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  ToggleButton,
} from "react-aria-components";
import { count } from "../charts/format";
import { Icon } from "../shell/Icon";
import type { TreeColumn } from "./columns";
import css from "./TreeTools.module.css";

interface Props {
  /** "72 topics in 9 areas". */
  total: string;
  /** How many a search found; null: nothing is searched. */
  found: number | null;
  /** What the one column of a narrow tree can show; empty: all columns show. */
  columns: readonly TreeColumn[];
  chosen: string;
  onChoose: (key: string) => void;
  /** Topics alone, in one order, instead of the tree. */
  flat: boolean;
  onFlat: (flat: boolean) => void;
  onOpenMore: () => void;
  onOpenLess: () => void;
}

/** The line above the tree: how much there is, open and close, what the column shows. */
export function TreeTools(props: Props) {
  const { total, found, columns, chosen, flat, onFlat, onChoose, onOpenMore, onOpenLess } = props;
  return (
    <div className={css.tools}>
      <span className={css.count} role="status">
        {found !== null && `${count(found)} found of `}
        {total}
      </span>
      <ToggleButton
        className={css.tool!}
        aria-label="All topics in one list"
        isSelected={flat}
        onChange={onFlat}
      >
        <Icon name="list" />
      </ToggleButton>
      <Button
        className={css.tool!}
        aria-label="Open one level more"
        isDisabled={flat}
        onPress={onOpenMore}
      >
        <Icon name="more" />
      </Button>
      <Button
        className={css.tool!}
        aria-label="Close one level"
        isDisabled={flat}
        onPress={onOpenLess}
      >
        <Icon name="less" />
      </Button>
      {columns.length > 1 && (
        <Select
          aria-label="Column"
          value={chosen}
          onChange={(key) => key !== null && onChoose(String(key))}
        >
          <Button className={css.select!}>
            <SelectValue />
            <span aria-hidden="true">▾</span>
          </Button>
          <Popover className={css.popover!} placement="bottom end">
            <ListBox className={css.list!}>
              {columns.map(({ key, title, note }) => (
                <ListBoxItem key={key} id={key} textValue={title} className={css.item!}>
                  <span>{title}</span>
                  <span className={css.note}>{note}</span>
                </ListBoxItem>
              ))}
            </ListBox>
          </Popover>
        </Select>
      )}
    </div>
  );
}
