import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useUploads, type Uploads } from "../../../hooks/uploads";
import { sizeText } from "../../../lib/size";
import { useProblemText } from "../session";
import type { Uploaded } from "./types";

export interface ChosenFiles {
  /** Those that are there. */
  there: readonly Uploaded[];
  uploads: Uploads<Uploaded>;
  /** Of all that are chosen, there or not. */
  count: number;
  ids: string[];
  remove: (file: Uploaded) => void;
  /** These went with a message. */
  sent: (ids: readonly string[]) => void;
}

/** Files for the next message of a customer. `path`: where they are taken. */
export function useChosenFiles(path: string, most: number | undefined): ChosenFiles {
  const { t, i18n } = useTranslation();
  const problem = useProblemText();
  const [there, setThere] = useState<readonly Uploaded[]>([]);
  const tooLarge = (size: number) => t("portal.tickets.tooLarge", { size: sizeText(size, i18n.language) });
  const uploads = useUploads<Uploaded>({ path, most, problem, tooLarge }, (file) => setThere((before) => [...before, file]));
  return {
    there,
    uploads,
    count: there.length + uploads.sending.length,
    ids: there.map((file) => file.id),
    remove: (file) => {
      setThere((before) => before.filter((each) => each.id !== file.id));
      uploads.forget(file);
    },
    sent: (ids) => setThere((before) => before.filter((each) => !ids.includes(each.id))),
  };
}
