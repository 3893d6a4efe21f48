const SVG = 'http://www.w3.org/2000/svg';

/** Strokes on a field of 24 by 24. */
const PATHS = {
  attach: 'M20.5 11.2 12 19.7a5 5 0 0 1-7.1-7.1l8.8-8.8a3.4 3.4 0 0 1 4.8 4.8l-8.7 8.7a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8',
  pictures: 'M8 3.5h12.5V16H8zM8 13.5l3.5-3.5 3 3 2.5-2.5 3.5 3.5M15.5 7h.01M4 7.5v12.5h12.5',
  send: 'M4 12h15M13 5.5l6.5 6.5-6.5 6.5',
  reply: 'M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v1',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5 7.5 12l7 7',
  next: 'M9.5 5l7 7-7 7',
  down: 'M12 5v14M6 13l6 6 6-6',
  compare: 'M4 5h16v14H4zM12 2.5v19M7 9h2M7 12h2M7 15h2',
  edit: 'M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17zM14.5 7.5l3 3',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  fault: 'M13 3 5 14h6l-1 7 8-11h-6z',
  log: 'M5 6h14M5 10.7h9M5 15.3h14M5 20h7',
  settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5',
  file: 'M13 3H6v18h12V8zM13 3v5h5',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 4v4.5H15',
  broken: 'M4 5h16v14H4zM4 16l4.5-4 3 2.5M20 15l-4-3.5-2 1.8M13 8l-1.5 3 2.5 1-1.5 3.5',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 14.5c2 .8 3.2 2.6 3.5 5',
  topic: 'M9.5 4 7.5 20M16.5 4l-2 16M4.5 9.2h15.5M4 14.8h15.5',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing in the colour of the text around it, hidden from screen readers: what it is on has a name. */
export function icon(name: IconName): SVGSVGElement {
  const svg = svgElement('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: `icon icon-${name}` });
  svg.append(svgElement('path', { d: PATHS[name] }));
  return svg;
}

/** Sorot's own sign: a lamp and the light it throws. */
export function lamp(): SVGSVGElement {
  const svg = svgElement('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true', class: 'lamp' });
  svg.append(
    svgElement('path', { class: 'lamp-light', d: 'M20.5 17.5 7 41h34L27.5 17.5z' }),
    svgElement('ellipse', { class: 'lamp-pool', cx: '24', cy: '41', rx: '17', ry: '3.2' }),
    svgElement('path', { class: 'lamp-head', d: 'M17 18.5 19.5 8a2 2 0 0 1 2-1.5h5a2 2 0 0 1 2 1.5L31 18.5z' }),
  );
  return svg;
}

function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
