import { useEffect, useState } from "react";
import { Button, Dialog, Heading, Modal, ModalOverlay, Switch } from "react-aria-components";
import { command, onCommand } from "../state/commands";
import { KEYS, useKeysOn } from "../state/keys";
import { useStore } from "../state/store";
import css from "./HelpSheet.module.css";
import { Icon } from "./Icon";

const GROUPS = ["Anywhere", "Map", "Topic"] as const;

const READING: readonly (readonly [string, string])[] = [
  [
    "95 % interval",
    "Where the true share most likely lies. Two shares whose intervals overlap widely are not told apart.",
  ],
  [
    "Not shown",
    "Too few people, or taken back so that no difference gives another number away. It is hatched, and it is not zero.",
  ],
  [
    "Stands out",
    "Different from the rest of the report by more than chance, after counting how many were compared.",
  ],
  ["A dot", "One is drawn for each conversation counted, or for several. Its place is made up."],
];

/** What every key does and how to read the numbers. */
export function HelpSheet() {
  const [open, setOpen] = useState(false);
  const { on, set } = useKeysOn();
  const screen = useStore((state) => state.view.screen);
  useEffect(() => onCommand("help", () => setOpen(true)), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link of the sheet leads elsewhere
  useEffect(() => setOpen(false), [screen]);
  return (
    <ModalOverlay className={css.overlay!} isOpen={open} onOpenChange={setOpen} isDismissable>
      <Modal className={css.modal!}>
        <Dialog className={css.sheet!}>
          <header className={css.head}>
            <Heading slot="title" className={css.title!}>
              Help
            </Heading>
            <Button className={css.close!} aria-label="Close" onPress={() => setOpen(false)}>
              <Icon name="close" />
            </Button>
          </header>
          <section>
            <h3 className={css.heading}>Reading the numbers</h3>
            <dl className={css.terms}>
              {READING.map(([term, meaning]) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section>
            <h3 className={css.heading}>Keys</h3>
            <div className={css.groups}>
              {GROUPS.map((group) => (
                <table key={group} className={css.keys}>
                  <caption>{group}</caption>
                  <tbody>
                    {KEYS.filter((key) => key.group === group).map(({ shown, does }) => (
                      <tr key={shown}>
                        <th scope="row">
                          <kbd>{shown}</kbd>
                        </th>
                        <td>{does}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              ))}
            </div>
            <p className={css.letters}>
              In the tree and in lists letters jump to a name instead. Ctrl-Enter gathers in the
              tree; f, g and u act from the map and from the facts of the topic.
            </p>
            <Switch className={css.switch!} isSelected={on} onChange={set}>
              <span className={css.knob} aria-hidden="true" />
              Single keys act (switch off if you dictate)
            </Switch>
          </section>
          <footer className={css.foot}>
            <Button
              className={css.tour!}
              onPress={() => {
                setOpen(false);
                command("tour");
              }}
            >
              Start the tour
            </Button>
            <a href="#/how">How this report was made</a>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
