import { project } from "../../map/camera";
import type { Label } from "../../map/labelling";
import type { Shown } from "../../map/scene";
import css from "./MapCard.module.css";

interface Props {
  shown: Shown;
  labels: readonly (Label & { id: string; x: number; y: number })[];
}

/** Names over the picture; the picture is one link, so they are text only. */
export function PreviewLabels({ shown, labels }: Props) {
  return labels.map(({ id, x, y, rank, text }) => {
    const [left, top] = project(shown.camera, shown.size, x, y);
    return (
      <span key={id} dir="auto" className={css.label} data-rank={rank} style={{ left, top }}>
        {text.lines.join("\n")}
      </span>
    );
  });
}
