import type { Loaded } from "../state/store";
import { Categories } from "./overview/Categories";
import { Figures } from "./overview/Figures";
import { Findings } from "./overview/Findings";
import { Glance } from "./overview/Glance";
import { Kept } from "./overview/Kept";
import { MapCard } from "./overview/MapCard";
import css from "./overview/Overview.module.css";
import page from "./page/Page.module.css";
import { PageHead } from "./page/PageHead";

/** The front page: what this is, how much of it, what stands out, and what was held back. */
export function Overview({ loaded }: { loaded: Loaded }) {
  const { report } = loaded;
  return (
    <div className={page.page}>
      <div className={css.front}>
        <div className={css.what}>
          <PageHead
            title={report.title}
            lede={report.what}
            eyebrow={report.policy && `Released under the policy “${report.policy}”`}
          />
          <Figures loaded={loaded} />
        </div>
        <MapCard loaded={loaded} />
      </div>
      <Findings loaded={loaded} />
      <Categories loaded={loaded} />
      <Glance loaded={loaded} />
      <Kept loaded={loaded} />
    </div>
  );
}
