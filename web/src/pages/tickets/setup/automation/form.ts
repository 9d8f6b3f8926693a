import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useShelved, type Shelf } from "../../../../hooks/ticket-automation";
import { useHome } from "./home";

/** The way back to the list of a form. */
export function useShelfBack(what: Shelf) {
  const { t } = useTranslation();
  return { to: `${useHome()}/${what}`, word: t(`ticketAutomation.${what}.title`) };
}

/** Saves a form: a new thing is made and its page opened. */
export function useSaveShelved(what: Shelf, id: string) {
  const shelved = useShelved(what);
  const navigate = useNavigate();
  const home = useHome();
  return async (body: object, leaving: { current: boolean }): Promise<void> => {
    if (id) {
      await shelved.replace(id, body);
      return;
    }
    const made = await shelved.create(body);
    leaving.current = true;
    await navigate(`${home}/${what}/${encodeURIComponent(made.id)}`, { replace: true });
  };
}
