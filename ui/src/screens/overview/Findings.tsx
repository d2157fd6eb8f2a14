import type { Finding } from "../../api/types";
import type { Loaded } from "../../state/store";
import { Part } from "../page/Part";
import { tight } from "../words";
import css from "./Findings.module.css";

const KINDS: readonly (readonly [Finding["kind"], string])[] = [
  ["size", "Largest"],
  ["growth", "Changing"],
  ["lift", "Between groups"],
  ["refusal", "Refused"],
  ["concern", "Of concern"],
];

/** What stands out, as sentences that lead to the topic they are about. What was withheld has a
 * place of its own further down. */
export function Findings({ loaded }: { loaded: Loaded }) {
  const findings = loaded.report.findings.filter((finding) => finding.kind !== "withheld");
  return (
    <Part title="What stands out">
      {findings.length === 0 && (
        <p className={css.none}>
          No number of this report stands out from what chance and noise would give. The map shows
          all topics.
        </p>
      )}
      <div className={css.groups}>
        {KINDS.map(([kind, title]) => {
          const own = findings.filter((finding) => finding.kind === kind);
          return own.length ? <Group key={kind} title={title} findings={own} /> : null;
        })}
      </div>
    </Part>
  );
}

function Group({ title, findings }: { title: string; findings: readonly Finding[] }) {
  return (
    <div className={css.group}>
      <h3 className={css.kind}>{title}</h3>
      <ul className={css.list}>
        {findings.map((finding) => (
          <li key={finding.sentence}>
            <p dir="auto" className={css.sentence}>
              {finding.href ? (
                <a href={finding.href}>{tight(finding.sentence)}</a>
              ) : (
                tight(finding.sentence)
              )}
            </p>
            {finding.evidence && (
              <p dir="auto" className={css.evidence}>
                {tight(finding.evidence)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
