/** Passkeys: options from the server to the browser, its answer back. */
import { request } from "./api";

interface Attempt<T> {
  attempt: string;
  options: T;
}

export const passkeysHere = () =>
  typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** The person turned it down, or let it time out. */
export function isTurnedDown(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
}

export async function makePasskey(name: string): Promise<void> {
  const { attempt, options } = await request<Attempt<PublicKeyCredentialCreationOptionsJSON>>(
    "POST",
    "/account/passkeys/options",
  );
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  await request("POST", "/account/passkeys", { body: { attempt, name, credential: credential.toJSON() as unknown } });
}

/** What answers for a passkey; to be sent where it is asked for. */
export async function answerWithPasskey(): Promise<{ attempt: string; credential: unknown }> {
  const { attempt, options } = await request<Attempt<PublicKeyCredentialRequestOptionsJSON>>(
    "POST",
    "/session/passkey/options",
    { guest: true },
  );
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  return { attempt, credential: credential.toJSON() };
}
