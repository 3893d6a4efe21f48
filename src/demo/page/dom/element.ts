type Child = Node | string | null | undefined;

export interface ElementOptions {
  readonly class?: string;
  /** Attributes; `null` and `false` leave one out, `true` sets it empty. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
}

/** A new element with its class, attributes and children; strings become text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  options: ElementOptions = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (options.class !== undefined) made.className = options.class;
  for (const [attribute, value] of Object.entries(options.attributes ?? {})) {
    if (value === null || value === false) continue;
    made.setAttribute(attribute, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A button that does something on this page and never sends a form. */
export function button(options: ElementOptions, children: readonly Child[], press: () => void): HTMLButtonElement {
  const made = element('button', { ...options, attributes: { type: 'button', ...options.attributes } }, ...children);
  made.addEventListener('click', press);
  return made;
}
