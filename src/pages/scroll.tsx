// A region that scrolls sideways by itself, so that the page never does, and that can be reached by keyboard.

import type { ComponentChildren, VNode } from 'preact'

export function Scroll({ label, classes, children }: { label: string; classes?: string; children: ComponentChildren }): VNode {
  return (
    // A group, not a section: a page of tables would else have more landmarks than land.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by those who have no pointer
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div class={classes} role="group" tabIndex={0} aria-label={label}>
      {children}
    </div>
  )
}
