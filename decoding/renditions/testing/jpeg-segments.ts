/**
 * The markers of a JPEG in their order, read apart from the product: `['d8', 'e0', …, 'd9']`, and the bytes that lie
 * behind its end.
 */
export function jpegSegments(file: Uint8Array): { readonly markers: string[]; readonly trailing: number } {
  const markers: string[] = [];
  let at = 0;
  while (at + 1 < file.length) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== 0xff) throw new Error(`Expected a marker at ${at}.`);
    markers.push(marker.toString(16));
    at += 2;
    if (marker === 0xd9) break;
    if (marker === 0xd8) continue;
    at += ((file[at] ?? 0) << 8) | (file[at + 1] ?? 0);
    if (marker !== 0xda) continue;
    // Entropy-coded data: 0xff is followed by 0 or a restart's number.
    while (file[at] !== 0xff || file[at + 1] === 0 || ((file[at + 1] ?? 0) & 0xf8) === 0xd0) at += 1;
  }
  return { markers, trailing: file.length - at };
}
