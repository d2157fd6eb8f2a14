// How to read comparisons: true of every report. What is true of this one comes with its documents.
import type { Section } from "../../api/types";

export const READING: readonly Section[] = [
  {
    title: "Times as often",
    text: [
      "“Twice as often” means that a share here is twice the same share elsewhere: in the rest of the report, or in the other group of a comparison. It says nothing about why.",
    ],
    terms: [],
  },
  {
    title: "Stands out",
    text: [
      "Whoever looks at hundreds of differences finds some that are chance. A difference stands out only where its interval excludes “as often”, and where at most 1 in 20 of all that are so called is expected to be chance (Benjamini and Hochberg, 1995). A mark holds within its facet, its measure or its comparison; the sentences of the overview hold over all of them together.",
    ],
    terms: [],
  },
  {
    title: "Hatched and pale",
    text: [
      "A hatched place holds a number that rests on too few people, or that would give such a number away. A pale one holds a number of which little is known: its interval is wide.",
    ],
    terms: [],
  },
];
