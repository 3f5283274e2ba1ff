// Where what had the focus is taken away – a page left, a button whose work is done –, the page's heading has it next:
// whoever uses a keyboard or a screen reader goes on from there, and not from the top.

export function keepFocus(): () => void {
  let focused: Element | null = null;
  const note = ({ target }: FocusEvent): void => {
    focused = target as Element;
  };
  const changed = new MutationObserver(() => {
    if (focused === null || focused.isConnected || document.activeElement !== document.body) return;
    focused = null;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  });
  document.addEventListener('focusin', note);
  changed.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', note);
    changed.disconnect();
  };
}
