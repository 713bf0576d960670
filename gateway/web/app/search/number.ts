/**
 * A telephone number as somebody types or pastes it. The gateway knows every notation ("020 765 43 21", "0031…",
 * "tel:+31…"); only what nobody sees is taken out here: marks of writing direction and spaces of no width come along
 * from other programs, and would make the number another one.
 */
export function typedNumber(text: string): string {
  return text
    .replace(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '')
    .replace(/[\u00A0\u2000-\u200A\u202F\u3000]/g, ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim();
}

export function hasDigits(text: string): boolean {
  return /\d/.test(text);
}

/** What is left of a masked number: its last characters. */
export function lastOf(masked: string): string {
  return masked.replace(/•/g, '').trim();
}
