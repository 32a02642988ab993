// Where the toast may stand without covering what is written or pressed: over the list, as wide as it is; where there
// is no list beside the chat, above the composer.
export const toastPlace = $state<{
  /** Right edge of the list in the window; undefined where a chat has no list beside it. */
  list_right_px: number | undefined;
  composer_px: number;
  /** What stands at the foot of the screen and must stay in view. */
  foot_px: number;
  /** Something is in the hand that may be let go where the toast stands, or read there: it waits until then. */
  waits: boolean;
}>({ list_right_px: undefined, composer_px: 0, foot_px: 0, waits: false });
