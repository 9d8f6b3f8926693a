import { Button } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import { answerWithPasskey, isTurnedDown, passkeysHere } from "../../lib/passkeys";

interface PasskeyButtonProps {
  /** Sends what the passkey has answered to where it is asked for. */
  onAnswer: (answer: { attempt: string; credential: unknown }) => Promise<void>;
}

export function PasskeyButton({ onAnswer }: PasskeyButtonProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  if (!passkeysHere()) return null;
  const run = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await onAnswer(await answerWithPasskey());
    } catch (error) {
      if (isTurnedDown(error)) setTrouble(t("account.passkeys.turnedDown"));
      else if (error instanceof Problem && error.type === "/problems/proof-refused") setTrouble(t("account.passkeys.unknown"));
      else setTrouble(problemText(error instanceof Problem ? error : new Problem(500, "error", "", "")));
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        variant="default"
        fullWidth
        loading={busy}
        leftSection={<IconFingerprint size={18} aria-hidden />}
        onClick={() => void run()}
      >
        {t("account.passkeys.use")}
      </Button>
      {trouble && <Sentence tone="amber">{trouble}</Sentence>}
    </>
  );
}
