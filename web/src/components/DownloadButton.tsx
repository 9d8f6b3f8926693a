import { Button, type ButtonProps } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "../hooks/words";
import { download } from "../lib/api";
import { Sentence } from "./Sentence";

interface DownloadButtonProps extends Pick<ButtonProps, "size"> {
  path: string;
  word: string;
}

/** Saves a file of the server; who takes out something that could do harm is asked first who they are. */
export function DownloadButton({ path, word, size }: DownloadButtonProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const go = useMutation({ mutationFn: () => download(path) });
  return (
    <>
      <Button
        variant="default"
        {...(size ? { size } : {})}
        loading={go.isPending}
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => go.mutate()}
      >
        {word}
      </Button>
      {go.isError && <Sentence tone="red">{t("common.notSaved", { detail: problemText(go.error) })}</Sentence>}
    </>
  );
}
