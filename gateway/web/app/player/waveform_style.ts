/** The rules that wavesurfer needs in its shadow root; build.mjs takes its own <style> out, which the page's policy
 * would refuse. */
export function waveformStyle(height: number): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { user-select: none; min-width: 1px; }
    .scroll { overflow: hidden; width: 100%; position: relative; }
    .wrapper { position: relative; overflow: visible; z-index: 2; }
    .canvases { min-height: ${height}px; pointer-events: none; }
    .canvases > div { position: relative; }
    canvas { display: block; position: absolute; top: 0; image-rendering: pixelated; }
    .progress { pointer-events: none; position: absolute; z-index: 2; top: 0; left: 0; width: 0; height: 100%;
      overflow: hidden; }
    .progress > div { position: relative; }
    .cursor { pointer-events: none; position: absolute; z-index: 5; top: 0; left: 0; height: 100%; }
  `);
  return sheet;
}
