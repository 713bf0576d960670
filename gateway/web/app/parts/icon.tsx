/** Line drawings on a grid of 20, in the colour of the text. */
const PATHS = {
  play: 'M6 3.8v12.4a.6.6 0 0 0 .9.5l9.6-6.2a.6.6 0 0 0 0-1L6.9 3.3a.6.6 0 0 0-.9.5z',
  pause: 'M5.5 3.5h3v13h-3zM11.5 3.5h3v13h-3z',
  back: 'M4 4v4h4M4.4 8A6.5 6.5 0 1 1 3.5 11.6',
  forward: 'M16 4v4h-4M15.6 8a6.5 6.5 0 1 0 .9 3.6',
  sound: 'M3 7.5v5h3l4 3.5v-12l-4 3.5zM13 7.2a4 4 0 0 1 0 5.6M15.2 5a7 7 0 0 1 0 10',
  muted: 'M3 7.5v5h3l4 3.5v-12l-4 3.5zM13 8l4.5 4.5M17.5 8 13 12.5',
  link: 'M8.5 11.500l3-3M9 6l1.5-1.500a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.500a3.5 3.5 0 0 1-5-5L6 9',
  into: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7 17 17M9 7v4M7 9h4',
  out_of: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7 17 17M7 9h4',
  stop: 'M5 5h10v10H5z',
  in: 'M15 5 5.5 14.500M5.5 8v6.500H12',
  out: 'M5 15 14.5 5.500M14.5 12V5.500H8',
  internal: 'M4 7.500h12l-3-3M16 12.500H4l3 3',
  left: 'M12.5 4.5 7 10l5.5 5.5',
  right: 'M7.5 4.5 13 10l-5.5 5.5',
  skip: 'M3 10h2M7 6v8M10 8v4M13 10h.01M16 10h.01',
  ears: 'M4 12v-2a6 6 0 0 1 12 0v2M4 11.500h2.500v4.500H5a1 1 0 0 1-1-1zM16 11.500h-2.500v4.500H15a1 1 0 0 0 1-1z',
} as const;

const FILLED = new Set(['play', 'pause', 'stop']);

/** With a label it is a picture that says something; without, the text beside it does. */
export function Icon({ name, label }: { name: keyof typeof PATHS; label?: string }) {
  const says = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label };
  return (
    <svg class={FILLED.has(name) ? 'icon filled' : 'icon'} viewBox="0 0 20 20" {...says}>
      {label !== undefined && <title>{label}</title>}
      <path d={PATHS[name]} />
    </svg>
  );
}
