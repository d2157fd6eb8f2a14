// The receipt as a file of its own, made from what the page was sent.
import type { ReportDoc, Section } from "../../api/types";

/** The receipt, with what a reader must know first in its place, also once the banner is gone. */
export function receiptSections({ warnings, receipt }: ReportDoc): Section[] {
  const first: Section = { title: "Read this first", text: warnings, terms: [] };
  return warnings.length > 0 ? [first, ...receipt] : receipt;
}

export function receiptJson(report: ReportDoc, hash: string): string {
  const { title, what, window, policy, receipt, made, warnings, withheld } = report;
  const told = {
    title,
    content_hash: hash,
    what,
    window,
    policy,
    warnings,
    withheld,
    receipt,
    made,
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

export function receiptMarkdown(report: ReportDoc, hash: string): string {
  const parts = [
    `# Privacy receipt: ${plain(report.title)}`,
    plain(report.what),
    ...(hash ? [`Content hash of the report: \`${hash}\``] : []),
    ...receiptSections(report).flatMap(section),
    "# What it was made with",
    ...report.made.flatMap(section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section({ title, text, terms }: Section): string[] {
  const lines = [
    ...text.map((sentence) => `- ${plain(sentence)}`),
    ...terms.map(([term, meaning]) => `- **${plain(term)}**: ${plain(meaning)}`),
  ];
  return [`## ${plain(title)}`, lines.join("\n")];
}

/** Names of models and titles come from outside: none of them is markup. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>#|]/g, "\\$&");
}
