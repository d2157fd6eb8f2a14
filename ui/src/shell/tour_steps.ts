// The tour: what to look at first, beside the thing itself.
import type { ReportDoc } from "../api/types";
import type { Screen } from "../state/view";

export interface TourStep {
  screen: Screen;
  /** Selectors of the anchor, the first that is there. */
  at: readonly string[];
  placement: "bottom" | "top" | "right" | "left";
  title: string;
  text: string;
}

export function steps({ unit }: ReportDoc): readonly TourStep[] {
  return [
    {
      screen: "overview",
      at: ["[data-tour='to-overview']"],
      placement: "bottom",
      title: "What is in here",
      text: `The overview says how many ${unit[1]} this is about, what stands out and what was withheld. Every share comes with an interval.`,
    },
    {
      screen: "map",
      at: ["[data-tour='to-map']"],
      placement: "bottom",
      title: "The map and the tree",
      text: "Topics that are alike lie close together. Choose one on the map or in the tree beside it, and its numbers open.",
    },
    {
      screen: "map",
      at: ["[data-tour='overlay']", "[data-tour='to-map']"],
      placement: "bottom",
      title: "Colour says more",
      text: "Colour the map by a language, by growth or by any other answer. Hatched means not shown, never zero.",
    },
    {
      screen: "map",
      at: ["[data-tour='search'] input"],
      placement: "bottom",
      title: "Find and keep",
      text: "Press / to search in any language, f to bookmark the chosen topic. Bookmarks take a note and can be saved as a file.",
    },
    {
      screen: "map",
      at: ["[data-tour='to-how']"],
      placement: "bottom",
      title: "How far to trust it",
      text: "“How it was made” has the privacy receipt, what it does not promise, and the models. Press ? at any time for help.",
    },
  ];
}
