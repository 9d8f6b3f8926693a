import { IconAlertTriangle, IconArrowLeft, IconCircleCheck, IconEye, IconEyeOff, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState, type ComponentProps, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useHouse } from "./session";

/** The portal's own few parts: a customer's telephone loads these and not the staff's library. */

interface Described {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

export function Field({ label, hint, error, ...input }: Described & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className="p-field">
      <label htmlFor={id}>{label}</label>
      <input {...input} id={id} aria-invalid={error ? true : undefined} aria-describedby={said(id, hint, error)} />
      <Said id={id} hint={hint} error={error} />
    </div>
  );
}

export function PasswordField({ label, hint, error, ...input }: Described & ComponentProps<"input">) {
  const { t } = useTranslation();
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="p-field">
      <label htmlFor={id}>{label}</label>
      <div className="p-password">
        <input
          {...input}
          id={id}
          type={shown ? "text" : "password"}
          aria-invalid={error ? true : undefined}
          aria-describedby={said(id, hint, error)}
        />
        <button type="button" aria-pressed={shown} aria-label={t("portal.showPassword")} onClick={() => setShown(!shown)}>
          {shown ? <IconEyeOff size={20} aria-hidden /> : <IconEye size={20} aria-hidden />}
        </button>
      </div>
      <Said id={id} hint={hint} error={error} />
    </div>
  );
}

export function SelectField({ label, hint, error, children, ...select }: Described & ComponentProps<"select">) {
  const id = useId();
  return (
    <div className="p-field">
      <label htmlFor={id}>{label}</label>
      <select {...select} id={id} aria-invalid={error ? true : undefined} aria-describedby={said(id, hint, error)}>
        {children}
      </select>
      <Said id={id} hint={hint} error={error} />
    </div>
  );
}

function said(id: string, hint: ReactNode, error?: string | null): string | undefined {
  return [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
}

function Said({ id, hint, error }: { id: string; hint: ReactNode; error?: string | null | undefined }) {
  return (
    <>
      {hint && (
        <p id={`${id}-hint`} className="dim small">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="p-wrong">
          {error}
        </p>
      )}
    </>
  );
}

interface ButtonProps extends ComponentProps<"button"> {
  tone?: "plain" | "danger" | "quiet";
  busy?: boolean;
}

export function Button({ tone, busy, children, disabled, type = "button", ...more }: ButtonProps) {
  return (
    <button {...more} type={type} className="p-button" data-tone={tone} aria-busy={busy || undefined} disabled={disabled || busy}>
      {children}
    </button>
  );
}

export function ButtonLink({ tone, ...more }: ComponentProps<typeof Link> & { tone?: "plain" | "quiet" }) {
  return <Link {...more} className="p-button" data-tone={tone} />;
}

const SIGNS = { red: IconAlertTriangle, amber: IconAlertTriangle, green: IconCircleCheck, grey: IconInfoCircle };

export function Notice({ tone, children, action }: { tone: keyof typeof SIGNS; children: ReactNode; action?: ReactNode }) {
  const Sign = SIGNS[tone];
  return (
    <div className="sentence" data-tone={tone} role={tone === "red" ? "alert" : "status"}>
      <Sign size={18} aria-hidden />
      <div className="grow">{children}</div>
      {action}
    </div>
  );
}

interface PageProps {
  title: string;
  lead?: ReactNode;
  /** A way back home above the title. */
  back?: boolean;
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, back, narrow, children }: PageProps) {
  const { t } = useTranslation();
  const house = useHouse();
  useEffect(() => {
    document.title = [title, house.name].filter(Boolean).join(" · ");
  }, [title, house.name]);
  return (
    <main className="p-page" data-narrow={narrow || undefined} data-back={back || undefined} id="content">
      {back && (
        <Link to="/" className="p-back">
          <IconArrowLeft size={18} aria-hidden />
          {t("portal.back")}
        </Link>
      )}
      <header>
        <h1>{title}</h1>
        {lead && <p className="dim">{lead}</p>}
      </header>
      {children}
    </main>
  );
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="panel p-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** Stands in for what is on the way, in its place. */
export function Waiting({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status" aria-busy aria-label={t("portal.loading")}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="p-skeleton" />
      ))}
    </div>
  );
}

interface AskProps {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A question before something goes on; Escape and the page behind it say no. */
export function Ask({ open, title, onClose, children }: AskProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (open && shown && !shown.open) shown.showModal();
    if (!open && shown?.open) shown.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="panel p-ask" aria-labelledby={id} onClose={onClose}>
      {open && (
        <>
          <h2 id={id}>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}
