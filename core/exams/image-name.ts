/**
 * What an image is called within its exam: its file name without the extension. Photographs of an eye that have one name
 * replace each other; another name is another image.
 *
 * @example imageName('images/north/P1/2026-05-01/left-disc.jpg') // 'left-disc'
 */
export function imageName(key: string): string {
  const fileName = key.slice(key.lastIndexOf('/') + 1);
  return fileName.replace(/(?<=.)\.[^.]*$/, '');
}
