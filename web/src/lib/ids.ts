/** 128 random bits in hex. `crypto.randomUUID` is missing from pages that come neither over TLS nor from this machine. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
