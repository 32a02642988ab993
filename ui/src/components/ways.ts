import type { IconOf } from "./icon";

/** One button of several under one thing. */
export interface Way {
  key: string;
  label: string;
  icon?: IconOf;
  quiet?: boolean;
  /** Whether it was done, and the thing will be another. */
  run: () => Promise<boolean>;
}
