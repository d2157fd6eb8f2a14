import { type Loaded, useStore } from "../state/store";
import { Choice } from "./page/Choice";
import { Page } from "./page/Page";
import { Missing } from "./quadrant/Missing";
import { QuadrantView } from "./quadrant/QuadrantView";

const LEDE =
  "Where two judgements of the same topics disagree: what was flagged or refused, against how concerning it is.";

/** Two measures against each other, and the corners in which they disagree. */
export function QuadrantScreen({ loaded }: { loaded: Loaded }) {
  const key = useStore((state) => state.view.quadrant);
  const go = useStore((state) => state.go);
  const { quadrants } = loaded.quadrants;
  const shown = quadrants.find((own) => own.key === key) ?? quadrants[0];
  return (
    <Page title="Quadrant" lede={LEDE}>
      {quadrants.length > 1 && shown && (
        <Choice
          label="Show"
          options={quadrants.map((own) => ({ key: own.key, label: own.title }))}
          value={shown.key}
          onChange={(quadrant) => go({ quadrant })}
        />
      )}
      {shown ? <QuadrantView loaded={loaded} quadrant={shown} /> : <Missing loaded={loaded} />}
    </Page>
  );
}
