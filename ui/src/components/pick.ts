/** One of what can be ticked in a `PickMany`. */
export interface Pickable {
  value: string;
  label: string;
  /** A colour that people gave it. */
  dot?: string;
  sign?: string;
  /** Belongs under the one above. */
  inner?: boolean;
  /** Ticks all of these instead of itself. */
  stands_for?: readonly string[];
}
