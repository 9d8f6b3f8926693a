/** What this page was sent with: the content security policy refuses style elements that do not carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// Where react-remove-scroll, which Mantine's dialogs use, looks for it (package get-nonce).
Object.assign(window, { __webpack_nonce__: nonce });
