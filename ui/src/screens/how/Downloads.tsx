import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { save, stem } from "../../charts/download";
import { type Loaded, useStore } from "../../state/store";
import css from "./Downloads.module.css";
import { receiptJson, receiptMarkdown } from "./receipt";

/** The receipt as files and on paper, for whoever keeps records of what was released. */
export function Downloads({ loaded }: { loaded: Loaded }) {
  const hash = useStore((state) => state.index?.content_hash ?? "");
  const { report } = loaded;
  const keep = (text: string, type: string, ending: string) =>
    save(
      new Blob([text], { type: `${type};charset=utf-8` }),
      `${stem(report.title)}-receipt.${ending}`,
    );
  return (
    <div className={css.downloads}>
      <Download onPress={() => keep(receiptMarkdown(report, hash), "text/markdown", "md")}>
        Receipt as text (Markdown)
      </Download>
      <Download onPress={() => keep(receiptJson(report, hash), "application/json", "json")}>
        Receipt as data (JSON)
      </Download>
      <Download onPress={() => print()}>Print this page</Download>
    </div>
  );
}

function Download({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <Button className={css.button!} onPress={onPress}>
      {children}
    </Button>
  );
}
