// Names that stand one under the other: Enter goes to the next, without a way to a button; Ctrl+Enter keeps them all.

export function goOnByEnter(
  event: KeyboardEvent & { currentTarget: HTMLInputElement },
  inputs: readonly HTMLInputElement[],
  /** One more; absent: there may be no more. */
  add?: () => void,
): void {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const input = event.currentTarget;
  if (event.ctrlKey || event.metaKey) return input.form?.requestSubmit();
  const next = inputs[inputs.indexOf(input) + 1];
  if (next) next.focus();
  else if (input.value.trim() !== "") add?.();
}
