/** 32 well mixed bits of a whole number and a seed: the finalizer of MurmurHash3 over both halves of the number. */
export function hash32(id: number, seed: number): number {
  const low = mix(seed ^ (id >>> 0));
  return mix(low ^ Math.floor(id / 2 ** 32) ^ 0x9e3779b9);
}

function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
