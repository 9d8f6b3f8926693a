import { Button } from "@mantine/core";
import { IconBrandGoogle, IconBrandWindows, IconLogin2 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Sentence } from "../../components/Sentence";
import { useProblemText } from "../../hooks/words";
import { Problem } from "../../lib/api";
import type { OfferedProvider } from "../../lib/providers";

const SIGNS: Record<string, typeof IconLogin2> = { google: IconBrandGoogle, microsoft: IconBrandWindows };

interface ProviderButtonsProps {
  items: readonly OfferedProvider[];
  /** What a button says, with the provider's name. */
  word: (name: string) => string;
  /** Leaves for the provider; what it throws is said here. */
  onChoose: (id: string) => Promise<void>;
}

/** One button a provider. */
export function ProviderButtons({ items, word, onChoose }: ProviderButtonsProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async (id: string) => {
    setBusy(id);
    setTrouble(null);
    try {
      await onChoose(id);
    } catch (error) {
      setTrouble(error instanceof Problem ? problemText(error) : t("error.unexpected"));
    }
    setBusy(null);
  };
  return (
    <>
      {items.map((item) => {
        const Sign = SIGNS[item.preset] ?? IconLogin2;
        return (
          <Button
            key={item.id}
            variant="default"
            fullWidth
            loading={busy === item.id}
            disabled={busy !== null && busy !== item.id}
            leftSection={<Sign size={18} aria-hidden />}
            onClick={() => void run(item.id)}
          >
            {word(item.name)}
          </Button>
        );
      })}
      {trouble && <Sentence tone="red">{trouble}</Sentence>}
    </>
  );
}
