import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { command, onCommand } from "../state/commands";
import { type Loaded, useStore } from "../state/store";
import { Icon } from "./Icon";
import css from "./SearchBox.module.css";
import { SearchResults } from "./SearchResults";
import { searchTree, warmUp } from "./search";

const SHOWN = 8;

/**
 * Finds topics by words; the same words prune the tree and light up the map. A list beside the
 * field and not a popover: what is found changes while the page stays readable.
 */
export function SearchBox({ loaded }: { loaded: Loaded }) {
  const { tree } = loaded;
  const query = useStore((state) => state.view.query);
  const go = useStore((state) => state.go);
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const hits = useMemo(() => (query.trim() ? searchTree(tree, query) : []), [tree, query]);
  const shown = hits.slice(0, SHOWN);
  // the last row shows all of them
  const rows = shown.length + (hits.length > SHOWN ? 1 : 0);
  const expanded = open && query.trim() !== "";

  useEffect(
    () =>
      onCommand("search", () => {
        field.current?.focus();
        field.current?.select();
      }),
    [],
  );

  const type = (text: string) => {
    go({ query: text }, { replace: true });
    setOpen(true);
    setActive(-1);
  };
  const choose = (row: number) => {
    const hit = shown[row];
    if (hit) {
      go({ screen: "map", selected: tree.row(hit.cluster).id, query: "" });
      command("facts");
    } else go({ screen: "map" });
    field.current?.blur();
  };
  const move = (by: number) => {
    setOpen(true);
    // -1 is the field itself
    if (rows > 0) setActive(((active + 1 + by + rows + 1) % (rows + 1)) - 1);
  };
  const enter = () => {
    if (active >= 0) choose(active);
    else if (hits.length > 0) choose(hits.length === 1 ? 0 : SHOWN);
  };
  const leave = () => {
    if (expanded) return setOpen(false);
    go({ query: "" }, { replace: true });
    field.current?.blur();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2022 do not know <search>
    <div role="search" className={css.search} data-tour="search">
      <div className={css.field}>
        <Icon name="search" />
        <input
          ref={field}
          className={css.input}
          type="text"
          role="combobox"
          aria-label="Search topics"
          aria-autocomplete="list"
          aria-expanded={expanded}
          aria-controls={list}
          aria-activedescendant={expanded && active >= 0 ? `${list}-${active}` : undefined}
          placeholder="Search topics"
          dir="auto"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => type(event.target.value)}
          onKeyDown={pressed}
          onFocus={() => {
            warmUp(tree);
            setOpen(true);
          }}
          onBlur={() => {
            setOpen(false);
            setActive(-1);
          }}
        />
        {query ? (
          <button
            type="button"
            className={css.clear}
            aria-label="Clear the search"
            onClick={() => {
              type("");
              field.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        ) : (
          <span className={css.key} aria-hidden="true">
            /
          </span>
        )}
      </div>
      <SearchResults
        id={list}
        loaded={loaded}
        hits={shown}
        total={hits.length}
        open={expanded}
        active={active}
        onChoose={choose}
      />
    </div>
  );
}
