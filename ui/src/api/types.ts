// Short names for the generated types of the documents.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type IndexDoc = Schemas["IndexDoc"];
export type TreeEntry = Schemas["TreeEntry"];
export type ReportDoc = Schemas["ReportDoc"];
export type FacetEntry = Schemas["FacetEntry"];
export type Finding = Schemas["Finding"];
export type Section = Schemas["Section"];
export type ClustersDoc = Schemas["ClustersDoc"];
export type ClusterRow = Schemas["ClusterRow"];
export type Measure = Schemas["Measure"];
export type FacetDoc = Schemas["FacetDoc"];
export type ValueColumn = Schemas["ValueColumn"];
export type SeriesDoc = Schemas["SeriesDoc"];
export type Series = Schemas["Series"];
export type QuadrantsDoc = Schemas["QuadrantsDoc"];
export type Quadrant = Schemas["Quadrant"];
export type CompareDoc = Schemas["CompareDoc"];
export type Match = Schemas["Match"];
export type NotesDoc = Schemas["NotesDoc"];
export type Note = Schemas["Note"];
