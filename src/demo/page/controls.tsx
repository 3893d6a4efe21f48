/** Strokes on a field of 24 by 24. */
const PATHS = {
  attach: 'M20.5 11.2 12 19.7a5 5 0 0 1-7.1-7.1l8.8-8.8a3.4 3.4 0 0 1 4.8 4.8l-8.7 8.7a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8',
  send: 'M4 12h15M13 5.5l6.5 6.5-6.5 6.5',
  reply: 'M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v1',
  close: 'M6 6l12 12M18 6 6 18',
  compare: 'M4 5h16v14H4zM12 2.5v19M7 9h2M7 12h2M7 15h2',
  faults: 'M13 3 5 14h6l-1 7 8-11h-6z',
  log: 'M5 6h14M5 10.7h9M5 15.3h14M5 20h7',
} as const;

type IconName = keyof typeof PATHS;

/** A line drawing in the colour of the text around it, hidden from screen readers: what it is on has a name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="icon">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A button that shows a drawing and is called by its name. */
export function IconButton({ icon, name, press }: { icon: IconName; name: string; press: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={name} title={name} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

interface SwitchProps {
  readonly name: string;
  /** What it does, as it is set now. */
  readonly says: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly toggle: () => void;
}

/** Not disabled by the attribute, which would take the focus from whoever has just pressed it. */
export function Switch({ name, says, on, disabled = false, toggle }: SwitchProps) {
  const id = `${name} does`;
  const press = (event: MouseEvent) => {
    // It shows what is, which the server tells.
    event.preventDefault();
    if (!disabled) toggle();
  };
  return (
    <div class="switch">
      <label>
        <input
          type="checkbox"
          role="switch"
          checked={on}
          aria-disabled={disabled}
          aria-describedby={id}
          onClick={press}
        />
        {name}
      </label>
      <p id={id}>{says}</p>
    </div>
  );
}
