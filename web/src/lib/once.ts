import { newId } from "./ids";

/** Keys for what is to be done once (Idempotency-Key): the same content, tried again, has the same one. */
export class OnceKeys {
  private readonly keys = new Map<string, string>();

  of(content: unknown): string {
    const text = JSON.stringify(content);
    const key = this.keys.get(text) ?? newId();
    this.keys.set(text, key);
    return key;
  }

  /** It is done: the same content would be another one from now on. */
  done(): void {
    this.keys.clear();
  }
}
