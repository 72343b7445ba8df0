/** The open dialog, which lives at the end of the document, outside of what a test mounted. */
export function dialog(): HTMLElement {
  const open = document.querySelector<HTMLElement>('[role=dialog][data-state=open]')
  if (!open) throw new Error('No dialog is open.')
  return open
}

/** The button with this text or label inside of `within`. */
export function buttonIn(within: Element, name: string): HTMLElement {
  const named = (button: Element) => button.textContent?.trim() === name || button.getAttribute('aria-label') === name
  const found = [...within.querySelectorAll<HTMLElement>('button, a')].find(named)
  if (!found) throw new Error(`No button '${name}'.`)
  return found
}
