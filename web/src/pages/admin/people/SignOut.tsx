import { Button, Text } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { personPath } from "../../../hooks/people";
import { useProblemText } from "../../../hooks/words";
import type { Person } from "../../../lib/admin/people";
import { request } from "../../../lib/api";

/** Ends every session of the person, who may sign in again. */
export function SignOut({ person }: { person: Person }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const out = useMutation({ mutationFn: () => request("DELETE", `${personPath(person.id)}/sessions`) });
  const said = out.isError ? problemText(out.error) : out.isSuccess && t("setup.people.signedOut", { name: person.name });
  return (
    <div>
      <Button variant="default" leftSection={<IconLogout size={16} aria-hidden />} loading={out.isPending} onClick={() => out.mutate()}>
        {t("setup.people.signOut")}
      </Button>
      <Text size="sm" role="status" mt={said ? "xs" : 0}>
        {said}
      </Text>
    </div>
  );
}
