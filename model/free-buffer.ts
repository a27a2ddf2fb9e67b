/**
 * Gives the memory of numbers back at once. The garbage collector would do so too, but some hundred megabytes later: it
 * hardly sees what lies outside of its heap.
 */
export function freeBuffer({ buffer }: { readonly buffer: ArrayBufferLike }): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
