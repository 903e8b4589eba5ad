/** E.164: a plus sign and up to 15 digits, the first not zero. Fewer than 8 digits reach nobody. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{7,14}$/.test(text);
}
