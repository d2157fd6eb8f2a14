import {
  Button,
  ComboBox,
  Header,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Text,
} from "react-aria-components";
import { percent } from "../../charts/format";
import type { Side } from "../../state/view";
import css from "./SidePicker.module.css";
import { type OptionGroup, sideKey } from "./sides";

interface Props {
  label: string;
  groups: readonly OptionGroup[];
  side: Side;
  onPick: (side: Side) => void;
}

/** One side of a comparison, found by typing or by looking down the list. */
export function SidePicker({ label, groups, side, onPick }: Props) {
  const options = groups.flatMap((group) => group.options);
  return (
    <ComboBox
      className={css.picker!}
      selectedKey={sideKey(side)}
      onSelectionChange={(key) => {
        const found = options.find((option) => option.key === key);
        if (found) onPick(found.side);
      }}
      menuTrigger="focus"
    >
      <Label className={css.label!}>{label}</Label>
      <div className={css.field}>
        <Input className={css.input!} dir="auto" />
        <Button className={css.open!}>
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M2.5 4.5 6 8l3.5-3.5" />
          </svg>
        </Button>
      </div>
      <Popover className={css.popover!} offset={4}>
        <ListBox className={css.list!}>
          {groups.map((group) => (
            <ListBoxSection key={group.title} id={group.title}>
              <Header className={css.group!}>{group.title}</Header>
              {group.options.map((option) => (
                <ListBoxItem
                  key={option.key}
                  id={option.key}
                  textValue={option.label}
                  className={css.item!}
                >
                  <Text slot="label" dir="auto" className={css.name!}>
                    {option.label}
                  </Text>
                  {option.share !== null && (
                    <span className={css.share}>{percent(option.share)}</span>
                  )}
                </ListBoxItem>
              ))}
            </ListBoxSection>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
