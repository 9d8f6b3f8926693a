import wave
from pathlib import Path

import numpy as np

from contactcenter.flows.hold_music import RATE, render

SHIPPED = Path(__file__).resolve().parents[2] / "ivr_flows/music/hold.wav"


def test_the_shipped_file_is_what_the_module_makes() -> None:
    with wave.open(str(SHIPPED)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        shipped = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    made = render()
    assert len(shipped) == len(made)
    # Sines may differ in their last bit from machine to machine.
    assert int(np.max(np.abs(shipped.astype(int) - made.astype(int)))) <= 1


def test_it_is_never_silent_never_loud_and_loops_without_a_click() -> None:
    music = render().astype(float)
    windows = music[: len(music) // RATE * RATE].reshape(-1, RATE)
    loudness = np.sqrt(np.mean(windows**2, axis=1))
    assert loudness.min() > 150
    assert np.abs(music).max() <= 8_000
    steps = np.abs(np.diff(music))
    assert abs(music[0] - music[-1]) <= steps.max()
