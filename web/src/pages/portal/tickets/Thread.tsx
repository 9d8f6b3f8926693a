import { IconDownload, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Notice } from "../kit";
import { useHouse, useMoment } from "../session";
import { useAct } from "./act";
import { sizeText } from "../../../lib/size";
import type { Files, Said, SentFile } from "./types";

/** Who wrote for the house; `name` where it is known. */
export function useWriter(): (name: string) => string {
  const { t } = useTranslation();
  const { name: house } = useHouse();
  return (name) => (name && house ? t("portal.tickets.of", { name, house }) : name || house || t("portal.tickets.us"));
}

/** What both sides have said, the oldest first. */
export function Thread({ messages, way }: { messages: Said[]; way: Files }) {
  const { t } = useTranslation();
  if (messages.length === 0) return <p className="dim">{t("portal.tickets.silent")}</p>;
  return (
    <ol className="pt-thread" aria-label={t("portal.tickets.thread")}>
      {messages.map((each) => (
        <Message key={each.id} said={each} way={way} />
      ))}
    </ol>
  );
}

function Message({ said, way }: { said: Said; way: Files }) {
  const { t } = useTranslation();
  const writer = useWriter();
  const moment = useMoment();
  return (
    <li className="panel" data-by={said.by}>
      <p className="pt-who">
        <strong>{said.by === "house" ? writer(said.name) : t("portal.tickets.you")}</strong>
        <time className="dim small" dateTime={said.at}>
          {moment(said.at)}
        </time>
      </p>
      {said.text && <p className="p-text">{said.text}</p>}
      {said.files.length > 0 && (
        <ul className="pt-files">
          {said.files.map((file) => (
            <li key={file.id}>
              <OneFile file={file} way={way} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function OneFile({ file, way }: { file: SentFile; way: Files }) {
  const { t, i18n } = useTranslation();
  const act = useAct();
  const picture = file.ready ? way.picture(file) : null;
  return (
    <>
      <button
        type="button"
        className="pt-file"
        disabled={!file.ready || act.busy !== ""}
        title={t("portal.tickets.download", { name: file.name })}
        onClick={() => void act.run("file", () => way.download(file))}
      >
        {picture ? <img src={picture} alt="" loading="lazy" /> : file.ready ? <IconDownload size={18} aria-hidden /> : <IconHourglass size={18} aria-hidden />}
        <span className="pt-name">{file.name}</span>
        <span className="dim small">{file.ready ? sizeText(file.size, i18n.language) : t("portal.tickets.notReady")}</span>
      </button>
      {act.trouble && <Notice tone="red">{act.trouble}</Notice>}
    </>
  );
}
