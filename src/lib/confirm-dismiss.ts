interface Preventable {
  preventDefault: () => void;
}

/**
 * Props for the panel of a dialog with a long form: once something was typed, neither Esc (which also clears the search
 * field inside) nor a press outside closes it. Its Cancel button and its cross still do.
 */
export function confirmDismissProps(dirty: boolean) {
  const hold = (event: Preventable) => {
    if (dirty) event.preventDefault();
  };
  return { onEscapeKeyDown: hold, onInteractOutside: hold };
}
