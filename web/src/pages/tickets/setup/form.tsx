import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { History } from "../../../components/admin/History";
import { setUpPath, useMaySetUp, useSetUpRows, useWriteSetUp } from "../../../hooks/ticket-setup";
import { WRITTEN, type Kind, type TicketSetUp } from "../../../lib/tickets/setup";
import { Gone, Loaded } from "../../admin/Loaded";

type Formed = Exclude<Kind, "categories">;

export function useBack(kind: Formed) {
  return { to: `/admin/tickets/${kind}`, word: useTranslation().t(`ticketSetUp.${kind}.title`) };
}

/** The form of the thing that the address names. */
export function OneOf<K extends Formed>({ kind, children }: { kind: K; children: (row: TicketSetUp[K][number], all: TicketSetUp) => ReactNode }) {
  const { id = "" } = useParams();
  const back = useBack(kind);
  return (
    <Loaded queries={[useSetUpRows()]} back={back}>
      {(all) => {
        const row = (all[kind] as readonly TicketSetUp[K][number][]).find((each) => each.id === id);
        return row ? children(row, all) : <Gone back={back} />;
      }}
    </Loaded>
  );
}

/** Saves a form: a new thing is made and its page opened. */
export function useSaveSetUp(kind: Formed, id: string) {
  const write = useWriteSetUp();
  const navigate = useNavigate();
  return async (body: object, leaving: { current: boolean }): Promise<void> => {
    if (id) return write.replace(kind, id, body);
    const made = await write.create(kind, body);
    leaving.current = true;
    await navigate(`/admin/tickets/${kind}/${encodeURIComponent(made.id)}`, { replace: true });
  };
}

export function SetUpHistory({ kind, row, dirty }: { kind: Formed; row: { id: string; name: string }; dirty: boolean }) {
  const manage = useMaySetUp();
  return (
    <History
      subject={`ticket_${kind}:${row.id}`}
      name={row.name}
      act="ticket_setup.changed"
      dirty={dirty}
      leaveOut={WRITTEN}
      {...(manage ? { restoreTo: setUpPath(kind, row.id) } : {})}
    />
  );
}
