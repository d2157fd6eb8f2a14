import { useMemo } from "react";
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
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { percent } from "../charts/format";
import { type Loaded, useStore } from "../state/store";
import type { Overlay } from "../state/view";
import styles from "./OverlayPicker.module.css";

interface Choice {
  key: string;
  label: string;
  /** What is read beside it: the share in the whole report. */
  beside: string;
  overlay: Overlay;
}

interface Group {
  title: string;
  choices: readonly Choice[];
}

/** What the map is coloured by. */
export function OverlayPicker({ loaded }: { loaded: Loaded }) {
  const overlay = useStore((state) => state.view.overlay);
  const go = useStore((state) => state.go);
  const groups = useMemo(() => groupsOf(loaded), [loaded]);
  const choose = (key: unknown) => {
    const found = groups.flatMap((group) => group.choices).find((choice) => choice.key === key);
    if (!found) return;
    const as = overlay.kind === "facet" ? overlay.as : "share";
    const chosen = found.overlay;
    go({ overlay: chosen.kind === "facet" ? { ...chosen, as } : chosen });
  };
  return (
    <div className={styles.picker} data-tour="overlay">
      <ComboBox
        className={styles.box!}
        selectedKey={keyOf(overlay)}
        onSelectionChange={choose}
        menuTrigger="focus"
      >
        <Label className={styles.label!}>Colour by</Label>
        <div className={styles.field}>
          <Input className={styles.input!} onFocus={(event) => event.target.select()} />
          <Button className={styles.open!} aria-label="What to colour by">
            <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
              <title>Open</title>
              <path d="M4 6l4 4 4-4" />
            </svg>
          </Button>
        </div>
        <Popover className={styles.popover!} offset={4}>
          <ListBox className={styles.list!}>
            {groups.map((group) => (
              <ListBoxSection key={group.title} id={group.title}>
                <Header className={styles.group!}>{group.title}</Header>
                {group.choices.map((choice) => (
                  <ListBoxItem
                    key={choice.key}
                    id={choice.key}
                    textValue={choice.label}
                    className={styles.choice!}
                  >
                    <bdi>{choice.label}</bdi>
                    <span className={styles.beside}>{choice.beside}</span>
                  </ListBoxItem>
                ))}
              </ListBoxSection>
            ))}
          </ListBox>
        </Popover>
      </ComboBox>
      {overlay.kind === "facet" && (
        <ToggleButtonGroup
          className={styles.as!}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[overlay.as]}
          onSelectionChange={([as]) =>
            go({ overlay: { ...overlay, as: as === "lift" ? "lift" : "share" } })
          }
          aria-label="Show"
        >
          <ToggleButton id="share">Share</ToggleButton>
          <ToggleButton id="lift">Against the rest</ToggleButton>
        </ToggleButtonGroup>
      )}
    </div>
  );
}

function keyOf(overlay: Overlay): string {
  if (overlay.kind === "topic") return "topic";
  if (overlay.kind === "measure") return `measure ${overlay.key}`;
  return `facet ${overlay.facet}:${overlay.value}`;
}

function groupsOf({ report, tree }: Loaded): Group[] {
  const groups: Group[] = [
    {
      title: "Topics",
      choices: [{ key: "topic", label: "Topic", beside: "", overlay: { kind: "topic" } }],
    },
  ];
  const measures = [...tree.measures.values()].map(({ key, title }): Choice => {
    const overlay: Overlay = { kind: "measure", key };
    return { key: keyOf(overlay), label: title, beside: "", overlay };
  });
  if (measures.length) groups.push({ title: "Measures", choices: measures });
  for (const facet of report.facets) {
    const choices = facet.values.map((value, i): Choice => {
      const overlay: Overlay = { kind: "facet", facet: facet.name, value, as: "share" };
      const base = facet.base[i]?.share;
      const beside = base == null ? "" : percent(base);
      return { key: keyOf(overlay), label: `${facet.title}: ${value}`, beside, overlay };
    });
    groups.push({ title: facet.title, choices });
  }
  return groups;
}
