/** Text as it may stand in HTML and SVG, in an attribute too. */
export function escapeMarkup(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A number for a drawing: a hundredth of a pixel is finer than anybody sees. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
