/**
 * Puts text on the clipboard and says whether that worked.
 * `navigator.clipboard` exists in secure contexts only, and Keyward is often first opened over plain HTTP, so the older
 * command stands behind it.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by permission or by a page without focus: the command below may still be allowed.
    }
  }
  return copyByCommand(text);
}

function copyByCommand(text: string): boolean {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.setAttribute("aria-hidden", "true");
  area.style.cssText = "position:fixed;top:0;left:0;opacity:0;font-size:16px";
  // Inside the open dialog, if there is one: its focus trap would pull the focus, and with it the selection, out of an
  // element that stands elsewhere in the page.
  const host = focused?.closest('[role="dialog"],[role="alertdialog"]') ?? document.body;
  host.append(area);
  try {
    area.select();
    // Deprecated, but the only way without a secure context; every browser still has it.
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus({ preventScroll: true });
  }
}
