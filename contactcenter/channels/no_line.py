"""An agent who has something in hand for which no audio is open."""


class NoLine:
    leg_id = ""

    async def close(self) -> None:
        """There is nothing to close."""
